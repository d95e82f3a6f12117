"""How imports are getting on, for API and pages."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from pipeline.catalog.importing.mapping import mapping_from_json
from pipeline.catalog.importing.orders import ImportState
from pipeline.catalog.importing.submit import unknown_import
from pipeline.catalog.importing.table import TableFormat
from pipeline.jobs import estimate
from pipeline.models import CatalogImport, Job, JobStatus


def read_import(session: Session, job_id: str, now: datetime) -> ImportState:
    """The import that this job does. Raises NotFoundError IMPORT_UNKNOWN."""
    found = session.get(CatalogImport, job_id)
    if found is None:
        raise unknown_import()
    return _state(session, found, session.get_one(Job, job_id), now)


def list_imports(
    session: Session, now: datetime, *, limit: int, offset: int = 0
) -> tuple[list[ImportState], int]:
    """Imports and dry runs, newest first, and how many there are."""
    total = session.exec(select(func.count()).select_from(CatalogImport)).one()
    rows = session.exec(
        select(CatalogImport, Job)
        .join(Job, col(Job.id) == CatalogImport.job_id)
        .order_by(col(CatalogImport.created_at).desc(), col(CatalogImport.job_id))
        .limit(limit)
        .offset(offset)
    ).all()
    return [_state(session, found, job, now) for found, job in rows], total


def _state(session: Session, found: CatalogImport, job: Job, now: datetime) -> ImportState:
    options: dict[str, Any] = found.options
    kind: Any = found.table_format
    done = found.created + found.updated + found.unchanged + found.deleted + found.rejected
    return ImportState(
        job=job,
        name=found.name,
        format=TableFormat(kind, options["encoding"], options["delimiter"], options["sheet"]),
        mapping=mapping_from_json(found.mapping),
        source=found.source,
        delete_missing=options["deleteMissing"],
        dry_run=found.dry_run,
        rows=found.rows,
        rows_done=min(done, found.rows) if found.rows is not None else done,
        created=found.created,
        updated=found.updated,
        unchanged=found.unchanged,
        deleted=found.deleted,
        rejected=found.rejected,
        rows_per_s=found.rows_per_s,
        remaining_s=_remaining_s(session, found, job, done, now),
        kept_reason=found.kept_reason,
        created_at=found.created_at,
    )


def _remaining_s(
    session: Session, found: CatalogImport, job: Job, done: int, now: datetime
) -> float | None:
    """From its own pace while it runs: tables differ too much in size to tell from others."""
    if job.status == JobStatus.PENDING:
        return estimate.remaining_s(session, job, workers=1, now=now)
    if job.status != JobStatus.PROCESSING or not found.rows_per_s or found.rows is None:
        return None
    return round(max(found.rows - done, 0) / found.rows_per_s, 1)
