"""`/receipts`: hand one over, ask how it is, fetch what was read, list them all."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from dashboard.api.envelope import (
    Envelope,
    JsonResponse,
    error_response,
    language_of,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.handover import AnalyzeForm, read_handover
from dashboard.api.idempotency import REPLAYED
from dashboard.api.receipt_answers import (
    Accepted,
    ReceiptList,
    ReceiptResult,
    ReceiptState,
    ReceiptStats,
    receipt_item,
    receipt_result,
    receipt_state,
    receipt_stats,
)
from dashboard.api.receipt_filters import ReceiptListQuery
from dashboard.api.upload_form import UploadForm, receive_upload
from dashboard.runtime import Runtime, runtime_of
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError, PipelineError
from pipeline.jobs import estimate
from pipeline.jobs.queue_states import watch_queues
from pipeline.messages import translate
from pipeline.models import Job, JobStatus, Receipt
from pipeline.receipts.counts import count_receipts
from pipeline.receipts.intake.submit import Handover, Submission, submit_receipt
from pipeline.receipts.job import KIND_NAME
from pipeline.receipts.queries import list_receipts
from pipeline.receipts.review.queue import review_rate
from pipeline.store import read_session

router = APIRouter(prefix="/receipts", tags=["receipts"])

# The key lies on the job's own row, and with it the effect and the answer are one transaction.
OWN_IDEMPOTENCY = frozenset({"/receipts/analyze"})
# The rate of those that needed no review is that of so long.
RATED = timedelta(days=30)
# Their bodies are as large as the settings allow.
UPLOADS = frozenset({"/receipts/analyze"})

FORM = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": AnalyzeForm.model_json_schema()}},
    }
}


@router.post(
    "/analyze",
    status_code=202,
    summary="Hand a receipt over",
    openapi_extra=FORM,
    response_model=Envelope[Accepted],
    responses=describe(400, 413, 415, 422, 503),
)
async def analyze(request: Request) -> JsonResponse:
    """Keep the file and queue its reading; `requestId` names it from here on.

    A file that the same client handed over before answers with that receipt, and its status.
    """
    runtime = runtime_of(request)
    async with receive_upload(request, runtime.settings) as form:
        handover = read_handover(request, form)
        submission = await run_in_threadpool(_submit, runtime, form, handover)
    accepted = Accepted(
        request_id=submission.job.id,
        # Also where the key was used before: it is the first answer that is given again.
        status=submission.job.status if submission.known else JobStatus.PENDING,
        estimated_processing_time=submission.estimate_s,
        message=translate(
            "SUBMITTED_BEFORE" if submission.known else "ACCEPTED", language_of(request)
        ),
    )
    answer = success_response(request, accepted, submission.job.id, 202)
    if submission.replayed:
        answer.headers.update(REPLAYED)
    return answer


def _submit(runtime: Runtime, form: UploadForm, handover: Handover) -> Submission:
    return submit_receipt(runtime.settings, runtime.doorbell, form.spool.finish(), handover)


@router.get(
    "",
    summary="List receipts",
    response_model=Envelope[ReceiptList],
    responses=describe(422, 503),
)
def show_list(request: Request, wanted: Annotated[ReceiptListQuery, Query()]) -> JsonResponse:
    """Receipts newest first or best first, from the moment their file was taken."""
    settings = runtime_of(request).settings
    with read_session(settings) as session:
        found = list_receipts(
            session,
            wanted.to_filter(),
            now=utc_now(),
            workers=settings.documents_runners,
            sort=wanted.sort,
            limit=wanted.page_size,
            offset=(wanted.page - 1) * wanted.page_size,
        )
    answer = ReceiptList(
        total=found.total,
        total_is_at_least=found.total_is_at_least,
        page=wanted.page,
        items=[receipt_item(row, language_of(request)) for row in found.rows],
    )
    return success_response(request, answer, new_exchange_id())


@router.get(
    "/stats",
    summary="Figures over all receipts",
    response_model=Envelope[ReceiptStats],
    responses=describe(503),
)
def show_stats(request: Request) -> JsonResponse:
    """How many were read, how fast, and how full the queue is."""
    runtime = runtime_of(request)
    broker_up = _broker_is_up(runtime)
    with read_session(runtime.settings) as session:
        counts = count_receipts(session)
        free_rate = review_rate(session, utc_now() - RATED)
        queues = watch_queues(session, heartbeat_s=runtime.settings.heartbeat_s, now=utc_now())
    stats = receipt_stats(
        counts,
        queues["documents"],
        free_rate=free_rate,
        healthy=runtime.worker_is_up and broker_up,
        redis_is_up=broker_up if runtime.doorbell.kind == "redis" else None,
    )
    return success_response(request, stats, new_exchange_id())


def _broker_is_up(runtime: Runtime) -> bool:
    try:
        runtime.doorbell.depth("documents")
    except PipelineError:
        return False
    return True


@router.get(
    "/{request_id}/status",
    summary="How a receipt is getting on",
    response_model=Envelope[ReceiptState],
    responses=describe(404, 503),
)
def show_status(request: Request, request_id: str) -> JsonResponse:
    """Status, progress, stage and the time it probably still takes."""
    settings = runtime_of(request).settings
    now = utc_now()
    with read_session(settings) as session:
        job = find_receipt_job(session, request_id)
        receipt = session.get(Receipt, job.id)
        remaining_s = estimate.remaining_s(
            session, job, workers=settings.documents_runners, now=now
        )
    state = receipt_state(job, receipt, remaining_s, language_of(request), now)
    return success_response(request, state, job.id)


@router.get(
    "/{request_id}/result",
    summary="What was read",
    response_model=Envelope[ReceiptResult],
    responses=describe(202, 404, 409, 503),
)
def show_result(request: Request, request_id: str) -> JsonResponse:
    """The fields with confidence and box, once the receipt is completed."""
    with read_session(runtime_of(request).settings) as session:
        job = find_receipt_job(session, request_id)
        receipt = session.get(Receipt, job.id)
    if job.status == JobStatus.COMPLETED and receipt is not None:
        return success_response(request, receipt_result(job, receipt, language_of(request)), job.id)
    return _answer_without_result(request, job)


def find_receipt_job(session: Session, request_id: str) -> Job:
    """The job behind this id. Raises NotFoundError JOB_UNKNOWN."""
    job = session.get(Job, request_id)
    if job is None or job.kind != KIND_NAME:
        raise NotFoundError("JOB_UNKNOWN", "There is no job with this id. Check the id.")
    return job


def _answer_without_result(request: Request, job: Job) -> JsonResponse:
    answers: dict[str, tuple[int, str]] = {
        JobStatus.FAILED: (409, job.error_code or "INTERNAL_ERROR"),
        JobStatus.CANCELLED: (409, "JOB_CANCELLED"),
    }
    status_code, reason = answers.get(job.status, (202, "NOT_FINISHED"))
    params: dict[str, Any] | None = job.error_params if status_code == 409 else None
    return error_response(
        status_code,
        "PROCESSING_ERROR",
        language_of(request),
        reason=reason,
        params=params,
        fallback=job.error_message,
        request_id=job.id,
    )
