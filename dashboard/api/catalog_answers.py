"""An import as the API shows it: how it is getting on, its counts, its rejected rows."""

from datetime import datetime
from typing import Any

from pydantic import Field

from dashboard.api.envelope import ApiModel
from dashboard.api.job_answers import JobState, Status, job_state
from pipeline.catalog.importing.orders import ImportState, RejectedRow
from pipeline.messages import translate


class AcceptedImport(ApiModel):
    """An import that was queued."""

    request_id: str
    status: Status
    rows: int = Field(description="At most so many.")
    dry_run: bool
    message: str


class ImportCounts(ApiModel):
    """What became of the rows so far; in a dry run, what would become of them."""

    created: int
    updated: int
    unchanged: int
    deleted: int
    rejected: int


class TableFound(ApiModel):
    """What kind of table it is."""

    kind: str = Field(description="csv, xlsx or jsonl.")
    encoding: str | None
    delimiter: str | None
    sheet: str | None


class RejectionReason(ApiModel):
    """Something that is wrong with a row."""

    code: str
    column: str | None
    message: str
    params: dict[str, Any]


class RejectedItem(ApiModel):
    """A row that was not taken, its first reason, and the further ones."""

    row: int = Field(description="As a spreadsheet or an editor counts; the header is row 1.")
    product_id: str | None
    code: str
    column: str | None
    message: str
    params: dict[str, Any]
    further: list[RejectionReason]
    cells: dict[str, Any]


class RejectedList(ApiModel):
    """One page of rejected rows."""

    total: int
    page: int
    items: list[RejectedItem]


class ImportItem(ApiModel):
    """An import in a list."""

    request_id: str
    name: str
    status: Status
    progress: int
    dry_run: bool
    source: str | None
    rows: int | None
    rows_done: int
    counts: ImportCounts
    created_at: datetime


class ImportList(ApiModel):
    """One page of imports."""

    total: int
    page: int
    items: list[ImportItem]


class ImportAnswer(JobState):
    """Where an import stands."""

    name: str
    table: TableFound
    mapping: dict[str, Any]
    dry_run: bool
    source: str | None
    delete_missing: bool
    kept_reason: RejectionReason | None = Field(
        description="Why products that are missing in the table were kept although asked for."
    )
    rows: int | None = Field(description="An estimate until it is completed.")
    rows_done: int
    rows_per_second: float | None
    counts: ImportCounts
    rejected: RejectedList
    created_at: datetime


def import_answer(
    state: ImportState,
    rejected: list[RejectedRow],
    total: int,
    page: int,
    language: str,
    now: datetime,
) -> ImportAnswer:
    """The answer to `GET /catalogs/{requestId}`."""
    job = job_state(state.job, state.remaining_s, language, now)
    kept = state.kept_reason
    return ImportAnswer(
        **job.model_dump(exclude_unset=True),
        name=state.name,
        table=TableFound(
            kind=state.format.kind,
            encoding=state.format.encoding,
            delimiter=state.format.delimiter,
            sheet=state.format.sheet,
        ),
        mapping=state.mapping.to_json(),
        dry_run=state.dry_run,
        source=state.source,
        delete_missing=state.delete_missing,
        kept_reason=_reason(None, kept, {}, language) if kept else None,
        rows=state.rows,
        rows_done=state.rows_done,
        rows_per_second=state.rows_per_s,
        counts=_counts(state),
        rejected=RejectedList(
            total=total, page=page, items=[rejected_item(row, language) for row in rejected]
        ),
        created_at=state.created_at,
    )


def import_item(state: ImportState) -> ImportItem:
    """An import in a list."""
    return ImportItem(
        request_id=state.job.id,
        name=state.name,
        status=state.job.status,
        progress=state.job.progress,
        dry_run=state.dry_run,
        source=state.source,
        rows=state.rows,
        rows_done=state.rows_done,
        counts=_counts(state),
        created_at=state.created_at,
    )


def rejected_item(row: RejectedRow, language: str) -> RejectedItem:
    """A rejected row with its reasons as sentences."""
    first = _reason(row.column, row.code, row.params, language)
    return RejectedItem(
        row=row.row_number,
        product_id=row.product_id,
        code=first.code,
        column=first.column,
        message=first.message,
        params=first.params,
        further=[_reason(*reason, language) for reason in row.further],
        cells=dict(row.cells),
    )


def _reason(column: str | None, code: str, params: Any, language: str) -> RejectionReason:
    said = translate(code, language, params)
    return RejectionReason(code=code, column=column, message=said, params=dict(params))


def _counts(state: ImportState) -> ImportCounts:
    return ImportCounts(
        created=state.created,
        updated=state.updated,
        unchanged=state.unchanged,
        deleted=state.deleted,
        rejected=state.rejected,
    )
