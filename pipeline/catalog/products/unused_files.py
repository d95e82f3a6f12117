"""Pictures that a product no longer has: their files go later, if nothing else has them.

A file is noted in the transaction that lets go of it and deleted by the hourly clean-up after a
day: whoever keeps the same picture again meanwhile has its row by then.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, or_, select

from pipeline.catalog.product import Picture
from pipeline.files import FileStore
from pipeline.models import FINISHED, Job, Product, StageResult, UnusedFile, Upload
from pipeline.receipts.retention import PAGE_STAGE
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from pipeline.upsert import insert_into

KEPT_FOR = timedelta(days=1)
BATCH = 500
_SHA256 = re.compile(r"[0-9a-f]{64}")


def note_unused(session: Session, pictures: Iterable[Picture], now: datetime) -> None:
    """Remember that products let go of these pictures and their thumbnails."""
    note_hashes(
        session, {sha for one in pictures for sha in (one.sha256, one.thumbnail_sha256)}, now
    )


def note_hashes(session: Session, hashes: Collection[str], now: datetime) -> None:
    """Remember that files are kept without a row that has them, by their SHA-256."""
    if not hashes:
        return
    insert = insert_into(session, UnusedFile)
    session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["sha256"], set_={"since": insert.excluded.since}
        ),
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
            used = _used(session, noted)
        if not noted:
            return deleted
        for sha256 in noted - used:
            files.delete(sha256)
        with write_session(durably) as session:
            session.connection().execute(
                delete(UnusedFile).where(
                    col(UnusedFile.sha256).in_(noted), col(UnusedFile.since) <= now - KEPT_FOR
                )
            )
        deleted += len(noted - used)


def _noted(session: Session, before: datetime) -> set[str]:
    noted = select(UnusedFile.sha256).where(col(UnusedFile.since) <= before).limit(BATCH)
    return set(session.exec(noted))


def _used(session: Session, hashes: Collection[str]) -> set[str]:
    products = select(Product.picture_sha256, Product.thumbnail_sha256).where(
        or_(col(Product.picture_sha256).in_(hashes), col(Product.thumbnail_sha256).in_(hashes))
    )
    used = {sha for row in session.exec(products) for sha in row if sha}
    used |= set(session.exec(select(Upload.sha256).where(col(Upload.sha256).in_(hashes))))
    return (used | set(_of_pages(session, hashes)) | set(_of_jobs(session))) & set(hashes)


def _of_pages(session: Session, hashes: Collection[str]) -> Iterator[str]:
    for name in ("image", "thumbnail"):
        picture = StageResult.data[name].as_string()
        yield from session.exec(
            select(picture).where(
                col(StageResult.stage).startswith(PAGE_STAGE), picture.in_(hashes)
            )
        )


def _of_jobs(session: Session) -> Iterator[str]:
    # A product that is still to be indexed is not a row yet.
    waiting = select(Job.payload).where(Job.queue == "catalog", col(Job.status).not_in(FINISHED))
    for payload in session.exec(waiting.execution_options(yield_per=BATCH)):
        yield from _SHA256.findall(str(payload))
