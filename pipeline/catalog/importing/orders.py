"""What is asked of an import, and how one is getting on: plain data for API and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from pipeline.catalog.importing.mapping import ColumnMapping
from pipeline.catalog.importing.table import Cell, TableFormat
from pipeline.models import Job


@dataclass(frozen=True)
class SentFile:
    """A file that somebody sends: its name or relative path, and its bytes, which can be sought."""

    name: str
    content: BinaryIO


@dataclass(frozen=True)
class TablePreview:
    """A table before it is imported; `rows` are its first ones, `row_estimate` at least all."""

    format: TableFormat
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Cell]]
    row_estimate: int
    mapping: ColumnMapping


@dataclass(frozen=True)
class ImportOrder:
    """How a table is imported; without a mapping, as `preview_table` suggests.

    `source` names the supplier. `delete_missing` deletes products that an earlier import of the
    same source brought in and that this table does not name.
    """

    mapping: ColumnMapping | None = None
    dry_run: bool = False
    source: str | None = None
    delete_missing: bool = False
    client_id: str = ""
    actor: str = field(kw_only=True)


@dataclass(frozen=True)
class ImportState:
    """An import as it stands. In a dry run the counts say what would become of the rows.

    `rows` is an estimate until the end. `rows_per_s` and `remaining_s` are None where there is
    nothing to tell them from. `kept_reason` is the code of why missing products stay although
    they were to be deleted.
    """

    job: Job
    name: str
    format: TableFormat
    mapping: ColumnMapping
    source: str | None
    delete_missing: bool
    dry_run: bool
    rows: int | None
    rows_done: int
    created: int
    updated: int
    unchanged: int
    deleted: int
    rejected: int
    rows_per_s: float | None
    remaining_s: float | None
    kept_reason: str | None
    created_at: datetime


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken, and why; `further` reasons are (column, code, params)."""

    row_number: int
    product_id: str | None
    column: str | None
    code: str
    params: Mapping[str, Any]
    cells: Mapping[str, Cell]
    further: Sequence[tuple[str | None, str, Mapping[str, Any]]] = field(default_factory=tuple)
