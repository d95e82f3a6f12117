"""What pages and API show of receipts: rows for lists, one receipt in full."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from pipeline.fulltext.words import Snippet
from pipeline.jobs import estimate
from pipeline.models import Job, JobEvent, JobStatus, Receipt, StageResult, Upload
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.find.listing import Sort, find_matching
from pipeline.receipts.find.questions import find_snippets
from pipeline.receipts.job import KIND_NAME
from pipeline.receipts.review.duplicates import open_duplicate

FIRST_PAGE_STAGE = "page:1"
EVERY_RECEIPT = ReceiptFilter()


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt as a list shows it, from the moment its file was taken.

    `thumbnail` is the hash of a small JPEG, there once the file was opened. `eta_s` is None for
    a finished job. `duplicate_of` is set until a person decides. `snippet` is where the words
    that were looked for stand. Amounts in cents, confidences in 0..1, times UTC.
    """

    job_id: str
    file_name: str
    status: str
    stage: str | None
    progress: int
    attempt: int
    waits_for_dispatch: bool
    cancel_requested: bool
    eta_s: float | None
    error_code: str | None
    error_message: str | None
    error_params: dict[str, Any]
    thumbnail: str | None
    merchant: str | None
    purchased_on: str | None
    total_cents: int | None
    currency: str | None
    confidence: float | None
    needs_review: bool
    review_reasons: list[str]
    created_at: datetime
    finished_at: datetime | None
    kg_co2e: float | None = None
    grade: str | None = None
    is_discarded: bool = False
    duplicate_of: str | None = None
    snippet: Snippet | None = None


@dataclass(frozen=True)
class ReceiptDetail:
    """One receipt in full; `receipt` is None until its reading is completed."""

    row: ReceiptRow
    job: Job
    upload: Upload
    receipt: Receipt | None
    events: list[JobEvent]


@dataclass(frozen=True)
class ReceiptPage:
    """One page of a list; `total` is a lower bound where `total_is_at_least` says so."""

    rows: list[ReceiptRow]
    total: int
    total_is_at_least: bool = False


def list_receipts(
    session: Session,
    wanted: ReceiptFilter = EVERY_RECEIPT,
    *,
    now: datetime,
    workers: int,
    sort: Sort = "newest",
    limit: int = 50,
    offset: int = 0,
) -> ReceiptPage:
    """The receipts that match, newest first or best first, and how many there are in all."""
    found = find_matching(session, wanted, sort=sort, limit=limit, offset=offset)
    # Not by their kind as well, or SQLite would follow its index over all of them.
    statement = _row_statement().where(col(Job.id).in_(found.job_ids))
    snippets = find_snippets(session, wanted.query, found.job_ids)
    rows = {
        row[0].id: _to_row(session, row, now, workers, snippets.get(row[0].id))
        for row in session.exec(statement)
    }
    in_order = [rows[job_id] for job_id in found.job_ids if job_id in rows]
    return ReceiptPage(in_order, found.total, found.total_is_at_least)


def get_detail(
    session: Session, job_id: str, *, now: datetime, workers: int
) -> ReceiptDetail | None:
    """Everything about one receipt; None for an unknown id."""
    found = session.exec(_row_statement().where(Job.id == job_id, Job.kind == KIND_NAME)).first()
    if found is None:
        return None
    job, upload, receipt, _ = found
    events = session.exec(
        select(JobEvent).where(JobEvent.job_id == job_id).order_by(col(JobEvent.id))
    ).all()
    return ReceiptDetail(_to_row(session, found, now, workers), job, upload, receipt, list(events))


def read_pages(session: Session, receipt: Receipt, sha256: str) -> list[dict[str, Any]]:
    """The raw OCR text of each page, in the shape of `document_json.page_text_to_json`."""
    pages: list[dict[str, Any]] = []
    for page in receipt.pages:
        row = session.exec(
            select(StageResult.data).where(
                StageResult.content_hash == sha256,
                StageResult.stage == page["textStage"],
                StageResult.version == page["textVersion"],
            )
        ).first()
        if row is not None:
            pages.append(dict(row))
    return pages


def find_page(session: Session, job_id: str, number: int) -> dict[str, Any] | None:
    """Page `number` of a receipt as it was prepared, as soon as the file was opened."""
    sha256 = session.exec(
        select(Upload.sha256).join(Job, col(Job.upload_id) == Upload.id).where(Job.id == job_id)
    ).first()
    row = session.exec(
        select(StageResult.data)
        .where(StageResult.content_hash == sha256, StageResult.stage == f"page:{number}")
        .order_by(col(StageResult.id).desc())
    ).first()
    return dict(row) if row is not None else None


def _row_statement() -> Any:
    first_page_id = (
        select(func.max(StageResult.id))
        .where(StageResult.content_hash == Upload.sha256, StageResult.stage == FIRST_PAGE_STAGE)
        .correlate(Upload)
        .scalar_subquery()
    )
    return (
        select(Job, Upload, Receipt, StageResult)
        .join(Upload, col(Upload.id) == Job.upload_id)
        .outerjoin(Receipt, col(Receipt.job_id) == Job.id)
        .outerjoin(StageResult, col(StageResult.id) == first_page_id)
    )


def _to_row(
    session: Session, found: Any, now: datetime, workers: int, snippet: Snippet | None = None
) -> ReceiptRow:
    job, upload, receipt, page = found
    waiting = job.status == JobStatus.PENDING
    return ReceiptRow(
        job_id=job.id,
        file_name=upload.name,
        status=job.status,
        stage=job.stage,
        progress=job.progress,
        attempt=job.attempt,
        waits_for_dispatch=waiting and job.rung_at is None and job.run_at <= now,
        cancel_requested=job.cancel_requested,
        eta_s=estimate.remaining_s(session, job, workers=workers, now=now),
        error_code=job.error_code,
        error_message=job.error_message,
        error_params=job.error_params or {},
        thumbnail=page.data["thumbnail"] if page else None,
        merchant=receipt.merchant if receipt else None,
        purchased_on=receipt.purchased_on.isoformat() if receipt and receipt.purchased_on else None,
        total_cents=receipt.total_cents if receipt else None,
        currency=receipt.currency if receipt else None,
        confidence=receipt.confidence if receipt else None,
        needs_review=bool(receipt and receipt.needs_review),
        review_reasons=receipt.review_reasons if receipt else [],
        created_at=job.created_at,
        finished_at=job.finished_at,
        kg_co2e=receipt.kg_co2e if receipt else None,
        grade=receipt.grade if receipt else None,
        is_discarded=bool(receipt and receipt.discarded_at),
        duplicate_of=open_duplicate(receipt) if receipt else None,
        snippet=snippet,
    )
