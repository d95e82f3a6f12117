"""`/reports/schedules`: reports that are made again and again."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import Field
from sqlmodel import Session

from dashboard.api.clients import client_of
from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    language_of,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.report_answers import AcceptedReport
from dashboard.api.report_requests import (
    ReportFilterBody,
    ScheduleBody,
    SchedulePauseBody,
    ScheduleTestBody,
)
from dashboard.api.scopes import actor_of
from dashboard.runtime import runtime_of
from pipeline.models import ReportSchedule
from pipeline.reports import schedules
from pipeline.reports.order import ReportFilter
from pipeline.reports.period import PeriodRule
from pipeline.store import read_session

router = APIRouter(prefix="/reports/schedules", tags=["reports"])

SHOWN_RUNS = 3


class SchedulePause(ApiModel):
    """Who stopped it, why and when."""

    by: str
    reason: str
    since: datetime


class ScheduleItem(ApiModel):
    """A schedule with its next runs."""

    id: str
    name: str
    type: str
    cron: str
    description: str = Field(description="The expression as a sentence, in the caller's language.")
    time_zone: str
    next_runs: list[datetime] = Field(description="The next three; none while it is paused.")
    period: PeriodRule
    filters: ReportFilterBody
    title: str
    language: str
    sections: list[str]
    compare: bool
    email_to: list[str]
    delivery: str
    skip_empty: bool
    pause: SchedulePause | None
    created_at: datetime
    last_run_at: datetime | None
    last_request_id: str | None = Field(description="The report of the last run.")
    last_outcome: str | None = Field(description="MADE, SKIPPED_EMPTY or FAILED; null before.")


class ScheduleList(ApiModel):
    """All of them by name."""

    total: int
    page: int
    items: list[ScheduleItem]


@router.get(
    "",
    summary="List schedules",
    response_model=Envelope[ScheduleList],
    responses=describe(503),
)
def show_schedules(request: Request) -> JsonResponse:
    """All schedules, by name."""
    return _answer_list(request)


@router.post(
    "",
    status_code=201,
    summary="Add a schedule",
    response_model=Envelope[ScheduleItem],
    responses=describe(400, 422, 503),
)
def add(request: Request, body: ScheduleBody) -> JsonResponse:
    """Its reports belong to this client, as if it had asked for each of them."""
    schedule = schedules.add_schedule(
        runtime_of(request).settings,
        body.to_draft(language_of(request)),
        actor=actor_of(request),
        client_id=client_of(request.scope),
    )
    return _answer(request, schedule, 201)


@router.get(
    "/{schedule_id}",
    summary="One schedule",
    response_model=Envelope[ScheduleItem],
    responses=describe(404, 503),
)
def show_schedule(request: Request, schedule_id: str) -> JsonResponse:
    """What it asks for, when it runs, and how its last run went."""
    with read_session(runtime_of(request).settings) as session:
        schedule = schedules.get_schedule(session, schedule_id)
    return _answer(request, schedule)


@router.put(
    "/{schedule_id}",
    summary="Change a schedule",
    response_model=Envelope[ScheduleItem],
    responses=describe(400, 404, 422, 503),
)
def change(request: Request, schedule_id: str, body: ScheduleBody) -> JsonResponse:
    """Everything is replaced by the body; a schedule that is paused stays so."""
    draft = body.to_draft(language_of(request))
    settings = runtime_of(request).settings
    return _answer(
        request, schedules.change_schedule(settings, schedule_id, draft, actor=actor_of(request))
    )


@router.delete(
    "/{schedule_id}",
    summary="Delete a schedule",
    response_model=Envelope[ScheduleList],
    responses=describe(404, 503),
)
def delete(request: Request, schedule_id: str) -> JsonResponse:
    """The reports that it made stay; answers with the schedules that are left."""
    schedules.delete_schedule(runtime_of(request).settings, schedule_id, actor=actor_of(request))
    return _answer_list(request)


@router.post(
    "/{schedule_id}/pause",
    summary="Pause a schedule",
    response_model=Envelope[ScheduleItem],
    responses=describe(400, 404, 409, 422, 503),
)
def pause(request: Request, schedule_id: str, body: SchedulePauseBody) -> JsonResponse:
    """Make no report of it until it is resumed."""
    settings = runtime_of(request).settings
    return _answer(
        request,
        schedules.pause_schedule(settings, schedule_id, body.reason, actor=actor_of(request)),
    )


@router.post(
    "/{schedule_id}/resume",
    summary="Resume a schedule",
    response_model=Envelope[ScheduleItem],
    responses=describe(404, 409, 503),
)
def resume(request: Request, schedule_id: str) -> JsonResponse:
    """Go on with the next run; those of the pause are not made up for."""
    settings = runtime_of(request).settings
    return _answer(
        request, schedules.resume_schedule(settings, schedule_id, actor=actor_of(request))
    )


@router.post(
    "/{schedule_id}/test",
    status_code=202,
    summary="Send a schedule's report as a test",
    response_model=Envelope[AcceptedReport],
    responses=describe(400, 404, 422, 429, 503),
)
def test(request: Request, schedule_id: str, body: ScheduleTestBody) -> JsonResponse:
    """Make the report now and mail it to one address; the runs stay as they are."""
    runtime = runtime_of(request)
    report = schedules.send_test(
        runtime.settings, runtime.doorbell, schedule_id, body.email_to, actor=actor_of(request)
    )
    return success_response(request, AcceptedReport(request_id=report.id), report.id, 202)


def _answer(request: Request, schedule: ReportSchedule, status_code: int = 200) -> JsonResponse:
    item = _item(schedule, language_of(request))
    return success_response(request, item, new_exchange_id(), status_code)


def _answer_list(request: Request) -> JsonResponse:
    with read_session(runtime_of(request).settings) as session:
        answer = _list(session, language_of(request))
    return success_response(request, answer, new_exchange_id())


def _list(session: Session, language: str) -> ScheduleList:
    found = schedules.list_schedules(session)
    return ScheduleList(total=len(found), page=1, items=[_item(one, language) for one in found])


def _item(schedule: ReportSchedule, language: str) -> ScheduleItem:
    order = schedules.draft_of(schedule).order
    return ScheduleItem(
        id=schedule.id,
        name=schedule.name,
        type=order.kind,
        cron=schedule.cron,
        description=schedules.describe(schedule.cron, language),
        time_zone=schedule.time_zone,
        next_runs=_next_runs(schedule),
        period=schedule.period,
        filters=_filters(order.filters),
        title=order.title,
        language=order.language,
        sections=list(order.sections),
        compare=order.compare,
        email_to=schedule.recipients,
        delivery=schedule.delivery,
        skip_empty=schedule.skip_empty,
        pause=_pause(schedule),
        created_at=schedule.created_at,
        last_run_at=schedule.last_run_at,
        last_request_id=schedule.last_report_id,
        last_outcome=schedule.last_outcome,
    )


def _filters(wanted: ReportFilter) -> ReportFilterBody:
    return ReportFilterBody(
        merchant=wanted.merchant,
        category=wanted.category,
        status=wanted.status or None,
        client=wanted.client,
        needs_review=wanted.needs_review,
    )


def _next_runs(schedule: ReportSchedule) -> list[datetime]:
    if schedule.next_run_at is None:
        return []
    later = schedules.next_runs(
        schedule.cron, schedule.time_zone, schedule.next_run_at, SHOWN_RUNS - 1
    )
    return [schedule.next_run_at, *later]


def _pause(schedule: ReportSchedule) -> SchedulePause | None:
    if schedule.paused_at is None:
        return None
    return SchedulePause(
        by=schedule.paused_by or "", reason=schedule.pause_reason or "", since=schedule.paused_at
    )
