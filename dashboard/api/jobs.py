"""`/jobs`: find jobs of any kind, look at one, and what a person may do to one or to many."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from dashboard.api.envelope import (
    Envelope,
    JsonResponse,
    language_of,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.job_answers import JobState, job_state
from dashboard.api.job_list_answers import (
    BulkAnswer,
    BulkBody,
    JobAnswer,
    JobList,
    JobQuery,
    bulk_answer,
    job_answer,
    job_item,
    matching_answer,
)
from dashboard.api.scopes import actor_of
from dashboard.runtime import Runtime, runtime_of
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError
from pipeline.jobs import bulk, estimate, steering
from pipeline.jobs.detail import get_detail
from pipeline.jobs.dispatch import ring_new, ring_released
from pipeline.jobs.search import list_jobs
from pipeline.models import Job
from pipeline.queue_settings import QUEUES
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("", summary="List jobs", response_model=Envelope[JobList], responses=describe(422, 503))
def show_list(request: Request, wanted: Annotated[JobQuery, Query()]) -> JsonResponse:
    """Jobs of every kind, newest first."""
    with read_session(runtime_of(request).settings) as session:
        found = list_jobs(
            session,
            wanted.to_filter(),
            now=utc_now(),
            page=wanted.page,
            page_size=wanted.page_size,
        )
    answer = JobList(
        total=found.total,
        total_is_at_least=found.total_is_at_least,
        page=wanted.page,
        items=[job_item(row, language_of(request)) for row in found.rows],
    )
    return success_response(request, answer, new_exchange_id())


@router.post(
    "/retry",
    summary="Run all failed or cancelled jobs that match again",
    response_model=Envelope[BulkAnswer],
    responses=describe(400, 413, 422, 503),
)
def retry_matching(request: Request, body: BulkBody) -> JsonResponse:
    """With `dryRun`, only counts them. An empty filter is refused."""
    runtime, wanted = runtime_of(request), body.filter.to_filter()
    if body.dry_run:
        with read_session(runtime.settings) as session:
            answer = matching_answer(bulk.count_retryable(session, wanted))
    else:
        done = bulk.retry_matching(runtime.settings, runtime.doorbell, wanted, actor_of(request))
        answer = bulk_answer(done)
    return success_response(request, answer, new_exchange_id())


@router.post(
    "/cancel",
    summary="Cancel all waiting or running jobs that match",
    response_model=Envelope[BulkAnswer],
    responses=describe(400, 413, 422, 503),
)
def cancel_matching(request: Request, body: BulkBody) -> JsonResponse:
    """With `dryRun`, only counts them. An empty filter is refused."""
    runtime, wanted = runtime_of(request), body.filter.to_filter()
    if body.dry_run:
        with read_session(runtime.settings) as session:
            answer = matching_answer(bulk.count_cancellable(session, wanted))
    else:
        done = bulk.cancel_matching(runtime.settings, runtime.doorbell, wanted, actor_of(request))
        answer = bulk_answer(done)
    return success_response(request, answer, new_exchange_id())


@router.get(
    "/{job_id}",
    summary="One job in full",
    response_model=Envelope[JobAnswer],
    responses=describe(404, 503),
)
def show_job(request: Request, job_id: str) -> JsonResponse:
    """Timeline, attempts, error, and its place in a workflow."""
    with read_session(runtime_of(request).settings) as session:
        detail = get_detail(session, job_id, now=utc_now())
    if detail is None:
        raise NotFoundError("JOB_UNKNOWN", "There is no job with this id. Check the id.")
    return success_response(request, job_answer(detail, language_of(request)), job_id)


@router.post(
    "/{request_id}/cancel",
    summary="Cancel a job",
    response_model=Envelope[JobState],
    responses=describe(404, 409, 503),
)
def cancel(request: Request, request_id: str) -> JsonResponse:
    """A waiting job is closed at once, a running one is stopped within two seconds."""
    runtime = runtime_of(request)
    with write_session(runtime.settings) as session:
        job = steering.cancel(session, request_id, actor_of(request), now=utc_now())
    # The end of one part may let others of its workflow begin.
    ring_released(runtime.settings, runtime.doorbell, session)
    return _answer(request, runtime, job)


@router.post(
    "/{request_id}/retry",
    summary="Run a failed or cancelled job again",
    response_model=Envelope[JobState],
    responses=describe(404, 409, 503),
)
def retry(request: Request, request_id: str) -> JsonResponse:
    """Back to the queue with a clean count; finished stages are not repeated."""
    runtime = runtime_of(request)
    with write_session(runtime.settings) as session:
        job = steering.retry(session, request_id, actor_of(request), now=utc_now())
    if job.root_id is None:
        ring_new(runtime.settings, runtime.doorbell, job)
    ring_released(runtime.settings, runtime.doorbell, session)
    return _answer(request, runtime, job)


def _answer(request: Request, runtime: Runtime, job: Job) -> JsonResponse:
    now = utc_now()
    remaining_s = None
    # A whole workflow waits in no queue: how long it takes is up to its parts.
    if job.queue in QUEUES:
        workers = runtime.settings.policy_of(job.queue).workers
        with read_session(runtime.settings) as session:
            remaining_s = estimate.remaining_s(session, job, workers=workers, now=now)
    return success_response(request, job_state(job, remaining_s, language_of(request), now), job.id)
