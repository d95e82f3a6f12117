"""A table of products as its readers hand it on, row by row, whatever its format was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.catalog.product import MAX_ATTRIBUTES
from pipeline.errors import InvalidRequestError

TableKind = Literal["csv", "xlsx", "jsonl"]
Cell = str | int | float | bool | tuple[str, ...] | None

MAX_COLUMNS = MAX_ATTRIBUTES
# What a cell of Excel holds.
MAX_CELL_LENGTH = 32_767


@dataclass(frozen=True)
class TableFormat:
    """What kind of file a table is; `encoding` and `delimiter` of CSV, `sheet` of XLSX."""

    kind: TableKind
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Problem:
    """Why a row is not taken: a code, the column where there is one, and what its sentence says."""

    code: str
    column: str | None = None
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A row under its number as a spreadsheet or an editor shows it; the header is row 1.

    `problem` says that it cannot be read; its cells are then what could be.
    """

    number: int
    cells: Mapping[str, Cell]
    problem: Problem | None = None


class TableError(InvalidRequestError):
    """The table as a whole cannot be read."""


class RowRefusedError(Exception):
    """This row cannot be taken; `problem` says why, its column is the caller's to add."""

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__(code)
        self.problem = Problem(code, None, params)
