"""`/reports`: ask for one, ask how it is, list, repeat, compare and delete them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from dashboard.api.clients import client_of
from dashboard.api.envelope import (
    Envelope,
    JsonResponse,
    language_of,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.report_answers import (
    AcceptedReport,
    ComparisonAnswer,
    DeletedReport,
    ReportItem,
    ReportList,
    ReportState,
    comparison_answer,
    report_item,
    report_state,
)
from dashboard.api.report_requests import DummyBody, HeavyBody, ReportListQuery
from dashboard.api.scopes import actor_of
from dashboard.api.values import Word
from dashboard.runtime import runtime_of
from pipeline.reports.compare import compare_report
from pipeline.reports.listing import ReportRow, find_report, list_reports
from pipeline.reports.order import ReportOrder
from pipeline.reports.recipients import check_recipients
from pipeline.reports.regenerate import regenerate_report
from pipeline.reports.steering import delete_report, unknown_report
from pipeline.reports.submit import submit_report
from pipeline.store import read_session

router = APIRouter(prefix="/reports", tags=["reports"])

WithReport = Annotated[
    Word | None,
    Query(
        alias="with",
        description="Id of another report, or previous. Default: the report that this one was "
        "made after, else the period before.",
    ),
]


@router.post(
    "/dummy",
    status_code=202,
    summary="Make a small test report",
    response_model=Envelope[AcceptedReport],
    responses=describe(400, 422, 429, 503),
)
def make_dummy(request: Request, body: DummyBody | None = None) -> JsonResponse:
    """To see whether reports are made, and mailed where `emailTo` is given."""
    return _submit(request, (body or DummyBody()).to_order(language_of(request)))


@router.post(
    "/heavy",
    status_code=202,
    summary="Make a report",
    response_model=Envelope[AcceptedReport],
    responses=describe(400, 422, 429, 503),
)
def make_heavy(request: Request, body: HeavyBody) -> JsonResponse:
    """A PDF, an Excel workbook or an analysis of the receipts bought on these days."""
    return _submit(request, body.to_dated_order(language_of(request)))


@router.get(
    "/jobs/{request_id}",
    summary="How a report is getting on",
    response_model=Envelope[ReportState],
    responses=describe(404, 503),
)
def show_state(request: Request, request_id: str) -> JsonResponse:
    """Status and progress of the whole and of each part."""
    row = load_report(request, request_id)
    return success_response(request, report_state(row, language_of(request)), request_id)


@router.get(
    "",
    summary="List reports",
    response_model=Envelope[ReportList],
    responses=describe(422, 503),
)
def show_list(request: Request, wanted: Annotated[ReportListQuery, Query()]) -> JsonResponse:
    """Reports newest first, also those that are not finished and those whose files are gone."""
    with read_session(runtime_of(request).settings) as session:
        found = list_reports(
            session,
            kind=wanted.type,
            query=wanted.query,
            limit=wanted.page_size,
            offset=(wanted.page - 1) * wanted.page_size,
        )
    items = [report_item(row, language_of(request)) for row in found.rows]
    answer = ReportList(total=found.total, page=wanted.page, items=items)
    return success_response(request, answer, new_exchange_id())


@router.get(
    "/{request_id}",
    summary="One report",
    response_model=Envelope[ReportItem],
    responses=describe(404, 503),
)
def show_report(request: Request, request_id: str) -> JsonResponse:
    """What was asked, its parts, its key figures, files and mails."""
    row = load_report(request, request_id)
    return success_response(request, report_item(row, language_of(request)), request_id)


@router.post(
    "/{request_id}/regenerate",
    status_code=202,
    summary="Make a report once more",
    response_model=Envelope[AcceptedReport],
    responses=describe(404, 422, 429, 503),
)
def regenerate(request: Request, request_id: str) -> JsonResponse:
    """The same order on the data of today, as a report of its own. It is mailed to nobody."""
    runtime = runtime_of(request)
    report = regenerate_report(
        runtime.settings,
        runtime.doorbell,
        request_id,
        client_of(request.scope),
        actor=actor_of(request),
    )
    return success_response(request, AcceptedReport(request_id=report.id), report.id, 202)


@router.get(
    "/{request_id}/compare",
    summary="Compare a report",
    response_model=Envelope[ComparisonAnswer],
    responses=describe(404, 409, 422, 503),
)
def compare(request: Request, request_id: str, with_report: WithReport = None) -> JsonResponse:
    """Key figures side by side, with difference and change."""
    with read_session(runtime_of(request).settings) as session:
        found = compare_report(session, request_id, with_report)
    return success_response(request, comparison_answer(found, language_of(request)), request_id)


@router.delete(
    "/{request_id}",
    summary="Delete a report",
    response_model=Envelope[DeletedReport],
    responses=describe(404, 409, 503),
)
def delete(request: Request, request_id: str) -> JsonResponse:
    """With its files, once it has ended; its job stays in the list of jobs."""
    delete_report(runtime_of(request).settings, request_id, actor_of(request))
    return success_response(request, DeletedReport(request_id=request_id), request_id)


def load_report(request: Request, request_id: str) -> ReportRow:
    """The report behind this id. Raises NotFoundError REPORT_UNKNOWN."""
    with read_session(runtime_of(request).settings) as session:
        row = find_report(session, request_id)
    if row is None:
        raise unknown_report()
    return row


def _submit(request: Request, order: ReportOrder) -> JsonResponse:
    runtime = runtime_of(request)
    check_recipients(runtime.settings, order.email_to)
    report = submit_report(
        runtime.settings,
        runtime.doorbell,
        order,
        client_of(request.scope),
        actor=actor_of(request),
    )
    return success_response(request, AcceptedReport(request_id=report.id), report.id, 202)
