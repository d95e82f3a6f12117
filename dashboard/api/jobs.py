"""`/jobs`: what a person may do to a job of any kind."""

from fastapi import APIRouter, Request

from dashboard.api.envelope import Envelope, JsonResponse, language_of, success_response
from dashboard.api.errors import describe
from dashboard.api.job_answers import JobState, job_state
from dashboard.runtime import Runtime, runtime_of
from pipeline.clock import utc_now
from pipeline.jobs import estimate, steering
from pipeline.jobs.dispatch import ring_new
from pipeline.models import Job
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/jobs/{request_id}", tags=["jobs"])

ACTOR = "api"


@router.post(
    "/cancel",
    summary="Cancel a job",
    response_model=Envelope[JobState],
    responses=describe(404, 409, 503),
)
def cancel(request: Request, request_id: str) -> JsonResponse:
    """A waiting job is closed at once, a running one is stopped within two seconds."""
    runtime = runtime_of(request)
    with write_session(runtime.settings) as session:
        job = steering.cancel(session, request_id, ACTOR, now=utc_now())
    return _answer(request, runtime, job)


@router.post(
    "/retry",
    summary="Run a failed or cancelled job again",
    response_model=Envelope[JobState],
    responses=describe(404, 409, 503),
)
def retry(request: Request, request_id: str) -> JsonResponse:
    """Back to the queue with a clean count; finished stages are not repeated."""
    runtime = runtime_of(request)
    with write_session(runtime.settings) as session:
        job = steering.retry(session, request_id, ACTOR, now=utc_now())
    ring_new(runtime.settings, runtime.doorbell, job)
    return _answer(request, runtime, job)


def _answer(request: Request, runtime: Runtime, job: Job) -> JsonResponse:
    now = utc_now()
    with read_session(runtime.settings) as session:
        remaining_s = estimate.remaining_s(
            session, job, workers=runtime.settings.documents_runners, now=now
        )
    return success_response(request, job_state(job, remaining_s, language_of(request), now), job.id)
