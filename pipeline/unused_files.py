"""Files that lost, or have not found, their owner: they go later, if nothing else has them.

A file is noted in the transaction that lets go of it and deleted by the hourly clean-up after a
day: whoever keeps the same file again meanwhile has its row by then. Files of reports are noted
before they are kept, so that those of a job that was killed or failed go as well.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case
from sqlmodel import Session, col, delete, or_, select

from pipeline.files import FileStore
from pipeline.models import (
    FINISHED,
    CatalogImport,
    Job,
    JobStatus,
    Product,
    Report,
    ReportFile,
    StageResult,
    UnusedFile,
    Upload,
)
from pipeline.receipts.retention import PAGE_STAGE
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from pipeline.upsert import insert_into

KEPT_FOR = timedelta(days=1)
BATCH = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")


def note_hashes(session: Session, hashes: Collection[str], now: datetime) -> None:
    """Remember that files are kept without a row that has them, by their SHA-256.

    Of one that is noted already the later moment holds.
    """
    if not hashes:
        return
    insert = insert_into(session, UnusedFile)
    known, noted = col(UnusedFile.since), insert.excluded.since
    later = case((known > noted, known), else_=noted)
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["sha256"], set_={"since": later}),
        [{"sha256": sha256, "since": now} for sha256 in sorted(hashes)],
    )


def delete_unused(settings: Settings, files: FileStore, now: datetime) -> int:
    """Delete the files that nothing has had for a day; returns how many. May be repeated."""
    # On the disk before the file goes: a power cut must not bring back a row whose file is gone.
    durably = settings.model_copy(update={"store_durable": True})
    deleted = 0
    while True:
        with read_session(settings) as session:
            noted = _noted(session, now - KEPT_FOR)
            owned, awaited = _owned(session, noted), _awaited(session) & noted
        if not noted:
            return deleted
        unused = noted - owned - awaited
        for sha256 in unused:
            files.delete(sha256)
        with write_session(durably) as session:
            # Looked at again tomorrow, when the job that waits has taken them up or failed.
            note_hashes(session, awaited - owned, now)
            session.connection().execute(
                delete(UnusedFile).where(
                    col(UnusedFile.sha256).in_(noted), col(UnusedFile.since) <= now - KEPT_FOR
                )
            )
        deleted += len(unused)


def _noted(session: Session, before: datetime) -> set[str]:
    noted = select(UnusedFile.sha256).where(col(UnusedFile.since) <= before).limit(BATCH)
    return set(session.exec(noted))


def _owned(session: Session, hashes: Collection[str]) -> set[str]:
    products = select(Product.picture_sha256, Product.thumbnail_sha256).where(
        or_(col(Product.picture_sha256).in_(hashes), col(Product.thumbnail_sha256).in_(hashes))
    )
    used = {sha for row in session.exec(products) for sha in row if sha}
    used |= set(session.exec(select(Upload.sha256).where(col(Upload.sha256).in_(hashes))))
    used |= set(_of_reports(session, hashes))
    return (used | set(_of_pages(session, hashes))) & set(hashes)


def _of_reports(session: Session, hashes: Collection[str]) -> Iterator[str]:
    kept = select(ReportFile.sha256).join(Report, col(Report.id) == ReportFile.report_id)
    there = col(Report.files_dropped_at).is_(None)
    yield from session.exec(kept.where(there, col(ReportFile.sha256).in_(hashes)))


def _of_pages(session: Session, hashes: Collection[str]) -> Iterator[str]:
    for name in ("image", "thumbnail"):
        picture = StageResult.data[name].as_string()
        yield from session.exec(
            select(picture).where(
                col(StageResult.stage).startswith(PAGE_STAGE), picture.in_(hashes)
            )
        )


def _awaited(session: Session) -> set[str]:
    """What jobs that are not done name: what is still being made is no row."""
    statements = (*_of_catalog_jobs(), *_of_report_jobs())
    named: set[str] = set()
    for statement in statements:
        for row in session.exec(statement.execution_options(yield_per=BATCH)):
            named.update(_SHA256.findall(str(row)))
    return named


def _of_catalog_jobs() -> tuple[Any, ...]:
    is_done = col(Job.status).in_([JobStatus.COMPLETED, JobStatus.CANCELLED])
    imports = (
        select(CatalogImport.table_sha256, CatalogImport.pictures)
        .join(Job, col(Job.id) == CatalogImport.job_id)
        .where(~is_done)
    )
    return (select(Job.payload).where(Job.queue == "catalog", ~is_done), imports)


def _of_report_jobs() -> tuple[Any, ...]:
    """Saved stages of reports that are being made, and what their parts handed on."""
    unfinished = (
        select(Report.id)
        .join(Job, col(Job.id) == Report.id)
        .where(col(Job.status).not_in(FINISHED))
    )
    parts = col(Job.root_id).in_(unfinished)
    saved_under = or_(
        col(StageResult.content_hash).in_(unfinished),
        col(StageResult.content_hash).in_(select(Job.id).where(parts)),
    )
    return (select(StageResult.data).where(saved_under), select(Job.result).where(parts))
