"""The shapes of receipts in the contract, and how rows of the store become them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from dashboard.api.envelope import ApiModel
from dashboard.api.job_answers import JobError, JobState, Status, job_error, job_state
from dashboard.api.receipt_values import ExtractedFields, ReceiptFootprint, ReceiptScore
from pipeline.jobs.queue_states import QueueNow
from pipeline.models import Job, Receipt
from pipeline.receipts.counts import ReceiptCounts
from pipeline.receipts.queries import ReceiptRow
from pipeline.receipts.review.duplicates import KEPT_BOTH, open_duplicate
from pipeline.receipts.review.reasons import say_reasons

SCORE_METHOD = "LCA score (Eco-Score method)"


class Accepted(ApiModel):
    """A receipt that was taken in."""

    request_id: str
    status: Status
    estimated_processing_time: float = Field(description="Seconds, waiting included.")
    message: str


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
    """What was read and corrected, and whether a person should look at it."""

    receipt_type: str | None = Field(description="Null: not known.")
    extracted_fields: ExtractedFields
    footprint: ReceiptFootprint | None = Field(description="Null: not weighed.")
    score: ReceiptScore | None = Field(description="Null: no line has a score.")
    needs_review: bool
    review_reasons: list[str] = Field(description="Sentences in the caller's language.")
    reviewed_at: datetime | None = Field(description="When a person accepted it.")
    reviewed_by: str | None
    duplicate_of: str | None = Field(description="The receipt of perhaps the same purchase.")
    duplicate_decision: Literal["kept_both", "discarded"] | None
    revision: int = Field(description="Counts the changes; a PATCH may name it.")
    processing_metadata: ProcessingMetadata


class ReceiptResult(ApiModel):
    """The whole result of a completed receipt."""

    request_id: str
    status: Status
    data: ReceiptData
    created_at: datetime
    completed_at: datetime | None


class ReceiptState(JobState):
    """Where a receipt stands."""

    needs_review: bool | None = Field(None, description="Once it is read.")
    duplicate_of: str | None = Field(
        None, description="The receipt of perhaps the same purchase, until a person decides."
    )


class SnippetAnswer(ApiModel):
    """A line in which the words stand that were looked for."""

    text: str
    marks: list[tuple[int, int]] = Field(description="Where they stand: from, to.")


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
    kg_co2e: float | None = Field(alias="kgCO2e")
    grade: str | None
    discarded: bool
    duplicate_of: str | None = Field(
        description="The receipt of perhaps the same purchase, until a person decides."
    )
    error: JobError | None = None
    snippet: SnippetAnswer | None = None


class ReceiptList(ApiModel):
    """One page of receipts; `total` counts all that match, or as many as are counted."""

    total: int
    total_is_at_least: bool = Field(description="There are more than `total`.")
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
    review_free_rate: float | None = Field(
        description="Share of those read in the last 30 days that needed no review, 0..1."
    )
    local_storage: StoredCounts
    queue_health: QueueHealth


def receipt_result(job: Job, receipt: Receipt, language: str) -> ReceiptResult:
    """The contract's result."""
    return ReceiptResult(
        request_id=job.id,
        status=job.status,
        created_at=job.created_at,
        completed_at=job.finished_at,
        data=ReceiptData(
            receipt_type=receipt.receipt_type,
            extracted_fields=ExtractedFields.model_validate(receipt.fields),
            footprint=_footprint(receipt),
            score=_score(receipt),
            needs_review=receipt.needs_review,
            review_reasons=say_reasons(receipt.review_reasons, language),
            reviewed_at=receipt.reviewed_at,
            reviewed_by=receipt.reviewed_by,
            # Two that are kept on purpose are two purchases.
            duplicate_of=None if receipt.duplicate_decision == KEPT_BOTH else receipt.duplicate_of,
            duplicate_decision=receipt.duplicate_decision,
            revision=receipt.revision,
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


def receipt_state(
    job: Job, receipt: Receipt | None, remaining_s: float | None, language: str, now: datetime
) -> ReceiptState:
    """The answer to `status`; what is known of the receipt is set once it was read."""
    state = job_state(job, remaining_s, language, now)
    known: dict[str, Any] = {}
    if receipt is not None:
        known["needs_review"] = receipt.needs_review
        known["duplicate_of"] = open_duplicate(receipt)
    return ReceiptState(**{name: getattr(state, name) for name in state.model_fields_set}, **known)


def receipt_item(row: ReceiptRow, language: str) -> ReceiptItem:
    """One row of a list."""
    optional: dict[str, Any] = {}
    if row.error_code is not None:
        optional["error"] = job_error(row.error_code, row.error_message, row.error_params, language)
    if row.snippet is not None:
        marks = list(row.snippet.marks)
        optional["snippet"] = SnippetAnswer(text=row.snippet.text, marks=marks)
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
        review_reasons=say_reasons(row.review_reasons, language),
        created_at=row.created_at,
        completed_at=row.finished_at,
        kg_co2e=row.kg_co2e,
        grade=row.grade,
        discarded=row.is_discarded,
        duplicate_of=row.duplicate_of,
        **optional,
    )


def receipt_stats(
    counts: ReceiptCounts,
    queue: QueueNow,
    *,
    free_rate: float | None,
    healthy: bool,
    redis_is_up: bool | None,
) -> ReceiptStats:
    """Figures over all receipts, and of the queue they wait in.

    `free_rate` is the share of receipts that needed no review lately.
    """
    average_s = counts.average_processing_s
    return ReceiptStats(
        total_processed=counts.completed + counts.failed,
        success_rate=counts.success_rate,
        average_processing_time=None if average_s is None else round(average_s, 3),
        queue_length=queue.pending,
        active_jobs=queue.running,
        failed_jobs=counts.failed,
        review_free_rate=None if free_rate is None else round(free_rate, 4),
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


def _footprint(receipt: Receipt) -> ReceiptFootprint | None:
    if receipt.footprint_coverage is None:
        return None
    return ReceiptFootprint(
        kg_co2e=receipt.kg_co2e,
        low=receipt.kg_co2e_low,
        high=receipt.kg_co2e_high,
        coverage=receipt.footprint_coverage,
    )


def _score(receipt: Receipt) -> ReceiptScore | None:
    if receipt.score is None or receipt.grade is None:
        return None
    return ReceiptScore(value=receipt.score, grade=receipt.grade, method=SCORE_METHOD)


def _was_straightened(page: dict[str, Any]) -> bool:
    return bool(page.get("rotationDeg") or page.get("skewDeg"))
