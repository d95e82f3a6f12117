"""`/queues`: how each is and was, and stopping it for a while."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field

from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.queue_answers import (
    QueueAnswer,
    QueueItem,
    QueueList,
    queue_answer,
    queue_item,
)
from dashboard.api.scopes import actor_of
from dashboard.api.values import Text
from dashboard.runtime import Runtime, runtime_of
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError
from pipeline.jobs import pausing
from pipeline.jobs.queue_states import watch_queues
from pipeline.jobs.statistics import (
    DEFAULT_WINDOW,
    WindowName,
    measure_queue,
    measure_queues,
)
from pipeline.queue_settings import QUEUES
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/queues", tags=["queues"])

WindowQuery = Annotated[WindowName, Query(description="How far back the figures reach.")]


class PauseBody(ApiModel):
    """Why a queue is stopped; others will read it."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = ""


class ResumeBody(ApiModel):
    """A reason may come along; it is not kept."""

    reason: str = Field("", description="Not needed.")


@router.get(
    "", summary="All queues", response_model=Envelope[QueueList], responses=describe(422, 503)
)
def show_list(request: Request, window: WindowQuery = DEFAULT_WINDOW) -> JsonResponse:
    """What waits and runs, whether anybody serves it, and figures over the window."""
    settings, now = runtime_of(request).settings, utc_now()
    with read_session(settings) as session:
        states = watch_queues(session, heartbeat_s=settings.heartbeat_s, now=now)
        measured = measure_queues(session, QUEUES, window, now=now)
    items = [queue_item(states[queue], measured[queue]) for queue in QUEUES]
    answer = QueueList(total=len(items), page=1, items=items)
    return success_response(request, answer, new_exchange_id())


@router.get(
    "/{name}",
    summary="One queue",
    response_model=Envelope[QueueAnswer],
    responses=describe(404, 422, 503),
)
def show_queue(request: Request, name: str, window: WindowQuery = DEFAULT_WINDOW) -> JsonResponse:
    """The same with figures of each kind and the points of charts."""
    _require_queue(name)
    settings, now = runtime_of(request).settings, utc_now()
    with read_session(settings) as session:
        state = watch_queues(session, heartbeat_s=settings.heartbeat_s, now=now)[name]
        measured = measure_queue(session, name, window, now=now)
    return success_response(request, queue_answer(state, measured), new_exchange_id())


@router.post(
    "/{name}/pause",
    summary="Pause a queue",
    response_model=Envelope[QueueItem],
    responses=describe(400, 404, 409, 413, 422, 503),
)
def pause(request: Request, name: str, body: PauseBody) -> JsonResponse:
    """Running jobs finish; nothing else of it starts until it is resumed."""
    runtime = runtime_of(request)
    with write_session(runtime.settings) as session:
        pausing.pause(session, name, body.reason, actor_of(request), now=utc_now())
    return _answer(request, runtime, name)


@router.post(
    "/{name}/resume",
    summary="Resume a paused queue",
    response_model=Envelope[QueueItem],
    responses=describe(400, 404, 409, 413, 503),
)
def resume(request: Request, name: str, _body: ResumeBody | None = None) -> JsonResponse:
    """What waits is started again within seconds."""
    runtime = runtime_of(request)
    with write_session(runtime.settings) as session:
        pausing.resume(session, name, actor_of(request), now=utc_now())
    return _answer(request, runtime, name)


def _answer(request: Request, runtime: Runtime, name: str) -> JsonResponse:
    settings, now = runtime.settings, utc_now()
    with read_session(settings) as session:
        state = watch_queues(session, heartbeat_s=settings.heartbeat_s, now=now)[name]
        measured = measure_queue(session, name, DEFAULT_WINDOW, now=now)
    return success_response(request, queue_item(state, measured), new_exchange_id())


def _require_queue(name: str) -> None:
    if name not in QUEUES:
        raise NotFoundError(
            "QUEUE_UNKNOWN", f"There is no queue of this name. There are {', '.join(QUEUES)}."
        )
