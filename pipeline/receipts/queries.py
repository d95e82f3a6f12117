"""What pages and API show of receipts: rows for lists, one receipt in full."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select

from pipeline.jobs import estimate
from pipeline.models import Job, JobEvent, JobStatus, Receipt, StageResult, Upload
from pipeline.receipts.counts import count_status, count_unsure
from pipeline.receipts.job import KIND_NAME

FIRST_PAGE_STAGE = "page:1"


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt as a list shows it, from the moment its file was taken.

    `thumbnail` is the hash of a small JPEG, there once the file was opened. `eta_s` is None for
    a finished job. Amounts in cents, confidences in 0..1, times UTC.
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


@dataclass(frozen=True)
class ReceiptDetail:
    """One receipt in full; `receipt` is None until its reading is completed."""

    row: ReceiptRow
    job: Job
    upload: Upload
    receipt: Receipt | None
    events: list[JobEvent]


def list_receipts(
    session: Session,
    *,
    now: datetime,
    workers: int,
    status: str | None = None,
    needs_review: bool | None = None,
    query: str = "",
    submitted_since: datetime | None = None,
    bought_from: date | None = None,
    bought_to: date | None = None,
    min_total_cents: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[ReceiptRow], int]:
    """Receipts newest first, and how many match in all."""
    wanted = _conditions(status, needs_review, query, submitted_since) + _purchase_conditions(
        bought_from, bought_to, min_total_cents
    )
    total = _count_wanted(session, wanted, status, needs_review)
    newest_first = (col(Job.created_at).desc(), col(Job.id).desc())
    statement = _row_statement().where(*wanted).order_by(*newest_first)
    found = session.exec(statement.limit(limit).offset(offset)).all()
    return [_to_row(session, row, now, workers) for row in found], total


def get_detail(
    session: Session, job_id: str, *, now: datetime, workers: int
) -> ReceiptDetail | None:
    """Everything about one receipt; None for an unknown id."""
    found = session.exec(_row_statement().where(Job.id == job_id)).first()
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
        .where(Job.kind == KIND_NAME)
    )


def _count_wanted(
    session: Session, wanted: list[Any], status: str | None, needs_review: bool | None
) -> int:
    """How many receipts match; the plain questions cost no look at each receipt."""
    plain = _conditions(status, needs_review, "", None)
    if len(plain) == len(wanted):
        if needs_review is None:
            return sum(count_status(session, one) for one in ([status] if status else JobStatus))
        if needs_review and status in (None, JobStatus.COMPLETED):
            return count_unsure(session)
    return int(session.exec(_count_statement().where(*wanted)).one())


def _count_statement() -> Any:
    return (
        select(func.count())
        .select_from(Job)
        .join(Upload, col(Upload.id) == Job.upload_id)
        .outerjoin(Receipt, col(Receipt.job_id) == Job.id)
        .where(Job.kind == KIND_NAME)
    )


def _conditions(
    status: str | None,
    needs_review: bool | None,
    query: str,
    submitted_since: datetime | None,
) -> list[Any]:
    conditions: list[Any] = []
    if status:
        conditions.append(Job.status == status)
    if needs_review is not None:
        conditions.append(Receipt.needs_review == needs_review)
    if query.strip():
        wanted = query.strip()
        conditions.append(
            or_(
                col(Receipt.merchant).icontains(wanted, autoescape=True),
                col(Upload.name).icontains(wanted, autoescape=True),
                col(Job.id).startswith(wanted.lower(), autoescape=True),
            )
        )
    if submitted_since is not None:
        conditions.append(Job.created_at >= submitted_since)
    return conditions


def _purchase_conditions(
    bought_from: date | None, bought_to: date | None, min_total_cents: int | None
) -> list[Any]:
    conditions: list[Any] = []
    if bought_from is not None:
        conditions.append(col(Receipt.purchased_on) >= bought_from)
    if bought_to is not None:
        conditions.append(col(Receipt.purchased_on) <= bought_to)
    if min_total_cents is not None:
        conditions.append(col(Receipt.total_cents) >= min_total_cents)
    return conditions


def _to_row(session: Session, found: Any, now: datetime, workers: int) -> ReceiptRow:
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
    )
