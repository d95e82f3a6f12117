"""`/workers`: who works, on what, and since when nothing was heard of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from dashboard.api.envelope import Envelope, JsonResponse, new_exchange_id, success_response
from dashboard.api.errors import describe
from dashboard.api.queue_answers import WorkerList, worker_item
from dashboard.runtime import runtime_of
from pipeline.clock import utc_now
from pipeline.jobs.queue_states import list_workers
from pipeline.jobs.search import MAX_PAGE_SIZE
from pipeline.store import read_session

router = APIRouter(prefix="/workers", tags=["workers"])


@router.get(
    "", summary="All workers", response_model=Envelope[WorkerList], responses=describe(422, 503)
)
def show_list(
    request: Request,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=MAX_PAGE_SIZE)] = MAX_PAGE_SIZE,
) -> JsonResponse:
    """Every worker that has not signed off, with the jobs it holds."""
    settings = runtime_of(request).settings
    with read_session(settings) as session:
        workers = list_workers(session, heartbeat_s=settings.heartbeat_s, now=utc_now())
    shown = workers[(page - 1) * page_size : page * page_size]
    items = [worker_item(worker) for worker in shown]
    answer = WorkerList(total=len(workers), page=page, items=items)
    return success_response(request, answer, new_exchange_id())
