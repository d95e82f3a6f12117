"""The shapes of receipts in the contract, and how rows of the store become them."""

from datetime import datetime
from typing import Any

from pydantic import Field

from dashboard.api.envelope import ApiModel
from dashboard.api.job_answers import JobError, Status, job_error
from pipeline.jobs.queue_states import QueueNow
from pipeline.messages import translate
from pipeline.models import Job, Receipt
from pipeline.receipts.counts import ReceiptCounts
from pipeline.receipts.queries import ReceiptRow


class Accepted(ApiModel):
    """A receipt that was taken in."""

    request_id: str
    status: Status
    estimated_processing_time: float = Field(description="Seconds, waiting included.")
    message: str


class TextValue(ApiModel):
    """A field as it was read: confidence 0..1, box in pixels of the page's picture."""

    value: str
    confidence: float
    box: tuple[float, float, float, float] | None = None
    page: int | None = None


class AmountValue(ApiModel):
    """Money as it was read, with its ISO 4217 currency."""

    value: float
    currency: str | None
    confidence: float
    box: tuple[float, float, float, float] | None = None
    page: int | None = None


class ExtractedFields(ApiModel):
    """What was found; a field that was not found has no key."""

    merchant_name: TextValue | None = None
    date: TextValue | None = Field(None, description="ISO 8601 date.")
    time: TextValue | None = Field(None, description="HH:MM or HH:MM:SS.")
    total_amount: AmountValue | None = None
    currency: TextValue | None = Field(None, description="ISO 4217 code.")
    language: TextValue | None = Field(None, description="ISO 639-1 code.")


class ProcessingMetadata(ApiModel):
    """How the reading went."""

    processing_time: float = Field(description="Seconds of the attempt that succeeded.")
    ocr_engine: str
    ocr_confidence: float = Field(description="Mean over all words, 0..1.")
    ai_confidence: float = Field(description="Of the least sure of merchant, date and total.")
    image_preprocessed: bool = Field(description="Whether a page was turned or straightened.")
    detected_language: str | None
    pages: int


class ReceiptData(ApiModel):
    """What was read, and whether a person should look at it."""

    extracted_fields: ExtractedFields
    needs_review: bool
    review_reasons: list[str] = Field(description="Sentences in the caller's language.")
    processing_metadata: ProcessingMetadata


class ReceiptResult(ApiModel):
    """The whole result of a completed receipt."""

    request_id: str
    status: Status
    data: ReceiptData
    created_at: datetime
    completed_at: datetime | None


class ReceiptItem(ApiModel):
    """A receipt in a list."""

    request_id: str
    file_name: str
    status: Status
    progress: int
    stage: str | None
    merchant_name: str | None
    date: str | None
    total_amount: float | None
    currency: str | None
    confidence: float | None
    needs_review: bool
    review_reasons: list[str]
    created_at: datetime
    completed_at: datetime | None
    error: JobError | None = None


class ReceiptList(ApiModel):
    """One page of receipts, newest first; `total` counts all that match."""

    total: int
    page: int
    items: list[ReceiptItem]


class StoredCounts(ApiModel):
    """Receipts in the store by status."""

    total: int
    completed: int
    failed: int
    pending: int
    processing: int


class QueueHealth(ApiModel):
    """How the queue of receipts is."""

    status: str = Field(description="healthy, or degraded where receipts wait for a part.")
    queue_length: int
    active_jobs: int
    failed_jobs: int
    redis_connection: bool | None = Field(description="Null: this broker is not Redis.")


class ReceiptStats(ApiModel):
    """Figures over all receipts."""

    total_processed: int = Field(description="Completed or failed.")
    success_rate: float | None = Field(description="0..1; null before any was processed.")
    average_processing_time: float | None = Field(description="Seconds; null before any.")
    queue_length: int
    active_jobs: int
    failed_jobs: int
    local_storage: StoredCounts
    queue_health: QueueHealth


def receipt_result(job: Job, receipt: Receipt, language: str) -> ReceiptResult:
    """The contract's result, with the keys that this version fills."""
    return ReceiptResult(
        request_id=job.id,
        status=job.status,
        created_at=job.created_at,
        completed_at=job.finished_at,
        data=ReceiptData(
            extracted_fields=ExtractedFields.model_validate(receipt.fields),
            needs_review=receipt.needs_review,
            review_reasons=_sentences(receipt.review_reasons, language),
            processing_metadata=ProcessingMetadata(
                processing_time=round(receipt.processing_time_s, 3),
                ocr_engine=receipt.ocr_engine,
                ocr_confidence=receipt.ocr_confidence,
                ai_confidence=receipt.confidence,
                image_preprocessed=any(_was_straightened(page) for page in receipt.pages),
                detected_language=receipt.language,
                pages=len(receipt.pages),
            ),
        ),
    )


def receipt_item(row: ReceiptRow, language: str) -> ReceiptItem:
    """One row of a list."""
    optional: dict[str, Any] = {}
    if row.error_code is not None:
        optional["error"] = job_error(row.error_code, row.error_message, row.error_params, language)
    return ReceiptItem(
        request_id=row.job_id,
        file_name=row.file_name,
        status=row.status,
        progress=row.progress,
        stage=row.stage,
        merchant_name=row.merchant,
        date=row.purchased_on,
        total_amount=None if row.total_cents is None else row.total_cents / 100,
        currency=row.currency,
        confidence=row.confidence,
        needs_review=row.needs_review,
        review_reasons=_sentences(row.review_reasons, language),
        created_at=row.created_at,
        completed_at=row.finished_at,
        **optional,
    )


def receipt_stats(
    counts: ReceiptCounts, queue: QueueNow, *, healthy: bool, redis_is_up: bool | None
) -> ReceiptStats:
    """Figures over all receipts, and of the queue they wait in."""
    average_s = counts.average_processing_s
    return ReceiptStats(
        total_processed=counts.completed + counts.failed,
        success_rate=counts.success_rate,
        average_processing_time=None if average_s is None else round(average_s, 3),
        queue_length=queue.pending,
        active_jobs=queue.running,
        failed_jobs=counts.failed,
        local_storage=StoredCounts(
            total=counts.total,
            completed=counts.completed,
            failed=counts.failed,
            pending=counts.pending,
            processing=counts.processing,
        ),
        queue_health=QueueHealth(
            status="healthy" if healthy else "degraded",
            queue_length=queue.pending,
            active_jobs=queue.running,
            failed_jobs=counts.failed,
            redis_connection=redis_is_up,
        ),
    )


def _sentences(codes: list[str], language: str) -> list[str]:
    return [translate(code, language, fallback=code) for code in codes]


def _was_straightened(page: dict[str, Any]) -> bool:
    return bool(page.get("rotationDeg") or page.get("skewDeg"))
