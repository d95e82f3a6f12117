"""Dropping the page pictures of receipts that were done long ago.

The original and the thumbnail stay; a page picture can be made again from the original.
"""

from typing import Any, Literal

from sqlmodel import Session, col, or_, select

from pipeline.files import FileStore
from pipeline.models import (
    FINISHED,
    Job,
    JobStatus,
    Product,
    Receipt,
    ReportFile,
    StageResult,
    Upload,
)
from pipeline.receipts.job import KIND_NAME
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

PAGE_STAGE = "page:"
DROPPED = "dropped"


def drop_page_pictures(settings: Settings, files: FileStore) -> int:
    """Delete page pictures beyond those that the settings keep; returns how many.

    Kept are those of receipts that are not finished, that wait for a person, and of the last
    `keep_completed_files` completed and `keep_failed_files` failed ones.
    """
    with read_session(settings) as session:
        kept = _kept_hashes(session, settings)
        expired = [stage for stage in _page_stages(session) if stage.content_hash not in kept]
        shared = _pictures(stage for stage in _page_stages(session) if stage.content_hash in kept)
    # On the disk before the file goes: a power cut must not bring back a row whose file is gone.
    durably = settings.model_copy(update={"store_durable": True})
    for stage in expired:
        picture = stage.data["image"]
        with write_session(durably) as session:
            row = session.get_one(StageResult, stage.id)
            row.data = {**stage.data, DROPPED: True}
            session.add(row)
            is_used = _is_used(session, picture)
        if picture not in shared and not is_used:
            files.delete(picture)
    return len(expired)


def _is_used(session: Session, sha256: str) -> bool:
    """Somebody may have made a product of the very picture; reports hold pictures as well."""
    of_product = or_(col(Product.picture_sha256) == sha256, col(Product.thumbnail_sha256) == sha256)
    of_report = col(ReportFile.sha256) == sha256
    product = session.exec(select(Product.id).where(of_product)).first()
    return (
        product is not None
        or session.exec(select(ReportFile.id).where(of_report)).first() is not None
    )


def picture_of(page: dict[str, Any]) -> Literal["image", "thumbnail"]:
    """Which picture of a saved page is still there; the boxes fit both, they have one shape."""
    return "thumbnail" if DROPPED in page else "image"


def _page_stages(session: Session) -> list[StageResult]:
    still_there = StageResult.data[DROPPED].as_boolean().is_(None)
    rows = session.exec(
        select(StageResult).where(col(StageResult.stage).startswith(PAGE_STAGE), still_there)
    )
    return list(rows.all())


def _pictures(stages: Any) -> set[str]:
    return {stage.data["image"] for stage in stages}


def _kept_hashes(session: Session, settings: Settings) -> set[str]:
    newest = col(Job.finished_at).desc()
    receipts = select(Upload.sha256).join(Job, col(Job.upload_id) == Upload.id)
    receipts = receipts.where(Job.kind == KIND_NAME)
    wanted = (
        receipts.where(col(Job.status).not_in(FINISHED)),
        receipts.join(Receipt, col(Receipt.job_id) == Job.id).where(
            col(Receipt.needs_review).is_(True)
        ),
        receipts.where(Job.status == JobStatus.COMPLETED)
        .order_by(newest)
        .limit(settings.keep_completed_files),
        receipts.where(Job.status == JobStatus.FAILED)
        .order_by(newest)
        .limit(settings.keep_failed_files),
    )
    return {sha256 for statement in wanted for sha256 in session.exec(statement).all()}
