"""The first row of a table: the names of its columns, and the rows under them."""

import re
from collections.abc import Sequence

from pipeline.catalog.importing.table import (
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    Cell,
    Problem,
    Row,
    TableError,
)
from pipeline.catalog.product import MAX_ATTRIBUTE_NAME_LENGTH
from pipeline.csv_cells import defuse

MAX_COLUMN_NAME = MAX_ATTRIBUTE_NAME_LENGTH
# What is no text, and what stands where a decoder found none.
NO_TEXT = re.compile("[\0\ud800-\udfff\ufffd]")


def read_header(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The names of the columns. Raises TableError where they cannot be told apart."""
    tidied = map(_tidy, cells)
    names = ["" if cell is None else str(cell) for cell in tidied]
    while names and not names[-1]:
        names.pop()
    if not any(names):
        raise empty_table()
    if len(names) > MAX_COLUMNS:
        raise TableError(
            "TABLE_TOO_MANY_COLUMNS",
            f"The table has more than {MAX_COLUMNS} columns. Leave out those that are not needed.",
            params={"max": MAX_COLUMNS},
        )
    for place, name in enumerate(names):
        _check_name(place + 1, name, names[:place])
    return tuple(names)


def empty_table() -> TableError:
    """The refusal of a table without a header, or without a row below it."""
    return TableError(
        "TABLE_EMPTY", "The table holds no rows. It needs a row of column names and products."
    )


def make_row(number: int, columns: Sequence[str], values: Sequence[Cell]) -> Row:
    """The values under their columns; cells beyond the last column are a problem of the row."""
    tidied = [_tidy(value) for value in values]
    cells = dict(zip(columns, tidied, strict=False))
    beyond = any(value is not None for value in tidied[len(columns) :])
    unusable = find_unusable(cells)
    return Row(number, cells, Problem("ROW_TOO_MANY_CELLS") if beyond else unusable)


def find_unusable(cells: dict[str, Cell]) -> Problem | None:
    """The first cell that no store could keep; it is cut in `cells`, so that they can be."""
    found: Problem | None = None
    for column, value in cells.items():
        if isinstance(value, tuple) and any(map(NO_TEXT.search, value)):
            found = found or Problem("CELL_NO_TEXT", column)
            cells[column] = tuple(NO_TEXT.sub("\ufffd", part) for part in value)
        if not isinstance(value, str):
            continue
        if NO_TEXT.search(value):
            found = found or Problem("CELL_NO_TEXT", column)
            cells[column] = NO_TEXT.sub("�", value)
        if len(value) > MAX_CELL_LENGTH:
            found = found or Problem("CELL_TOO_LONG", column, {"max": MAX_CELL_LENGTH})
            cells[column] = value[:100] + "…"
    return found


def is_blank(values: Sequence[Cell]) -> bool:
    """Whether a row holds nothing; such rows are passed over."""
    return all(_tidy(value) is None for value in values)


def _tidy(value: Cell) -> Cell:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith("'") and defuse(text[1:]) == text:
        # An export of ours put the apostrophe there.
        text = text[1:]
    return text or None


def _check_name(number: int, name: str, before: Sequence[str]) -> None:
    if not name:
        raise TableError(
            "TABLE_COLUMN_UNNAMED",
            f"Column {number} has no name. Write one into the first row.",
            params={"number": number},
        )
    if name in before:
        raise TableError(
            "TABLE_COLUMN_TWICE",
            f"Two columns are called {name}. Give one of them another name.",
            params={"column": name[:MAX_COLUMN_NAME]},
        )
    if len(name) > MAX_COLUMN_NAME or NO_TEXT.search(name):
        raise TableError(
            "TABLE_COLUMN_NAME",
            f"The name of column {number} is too long or no text. Write a shorter one.",
            params={"number": number},
        )
