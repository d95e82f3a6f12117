"""`/alerts`: the rules and how they stand, changing them, testing them, and what they said."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from dashboard.api.alert_answers import (
    DeletedRule,
    Event,
    EventItem,
    EventList,
    RuleBody,
    RuleChanges,
    RuleItem,
    RuleList,
    event_item,
    rule_item,
)
from dashboard.api.envelope import Envelope, JsonResponse, new_exchange_id, success_response
from dashboard.api.errors import describe
from dashboard.api.scopes import actor_of
from dashboard.api.values import Word
from dashboard.runtime import runtime_of
from pipeline.alerts.edit import add_rule, change_rule, delete_rule, list_rules
from pipeline.alerts.history import find_last_told, list_events
from pipeline.alerts.testing import send_test
from pipeline.clock import utc_now
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/alerts", tags=["alerts"])


@router.get(
    "", summary="All alert rules", response_model=Envelope[RuleList], responses=describe(503)
)
def show_rules(request: Request) -> JsonResponse:
    """How each stands, and what it said last."""
    with read_session(runtime_of(request).settings) as session:
        rules = list_rules(session)
        told = find_last_told(session, rules)
    items = [rule_item(rule, told.get(rule.id)) for rule in rules]
    return success_response(
        request, RuleList(total=len(items), page=1, items=items), new_exchange_id()
    )


@router.get(
    "/events",
    summary="What the rules said",
    response_model=Envelope[EventList],
    responses=describe(422, 503),
)
def show_events(
    request: Request,
    rule_id: Annotated[
        Word | None, Query(alias="ruleId", description="Of this rule alone.")
    ] = None,
    event: Annotated[Event | None, Query(description="Of this kind alone.")] = None,
    failed: Annotated[
        bool, Query(description="Only what did not reach everybody it was meant for.")
    ] = False,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=200)] = 50,
) -> JsonResponse:
    """The newest first, with what came of it at each address. Kept for 90 days."""
    with read_session(runtime_of(request).settings) as session:
        found = list_events(
            session,
            rule_id=rule_id,
            event=event,
            failed_only=failed,
            limit=page_size,
            offset=(page - 1) * page_size,
        )
    items = [event_item(row) for row in found.rows]
    answer = EventList(total=found.total, page=page, items=items)
    return success_response(request, answer, new_exchange_id())


@router.post(
    "/rules",
    status_code=201,
    summary="Add an alert rule",
    response_model=Envelope[RuleItem],
    responses=describe(400, 413, 422, 503),
)
def add(request: Request, body: RuleBody) -> JsonResponse:
    """It is looked at within seconds."""
    with write_session(runtime_of(request).settings) as session:
        rule = add_rule(session, body.to_draft(), actor_of(request), utc_now())
    return success_response(request, rule_item(rule, None), new_exchange_id(), 201)


@router.patch(
    "/rules/{rule_id}",
    summary="Change, pause or resume an alert rule",
    response_model=Envelope[RuleItem],
    responses=describe(400, 404, 413, 422, 503),
)
def change(request: Request, rule_id: str, body: RuleChanges) -> JsonResponse:
    """Whose condition changes, or who is paused with `enabled: false`, begins anew."""
    with write_session(runtime_of(request).settings) as session:
        rule = change_rule(session, rule_id, body.to_changes(), actor_of(request), utc_now())
        session.flush()
        told = find_last_told(session, [rule])
    return success_response(request, rule_item(rule, told.get(rule.id)), new_exchange_id())


@router.delete(
    "/rules/{rule_id}",
    summary="Delete an alert rule",
    response_model=Envelope[DeletedRule],
    responses=describe(404, 503),
)
def delete(request: Request, rule_id: str) -> JsonResponse:
    """What it said stays in the history; what is on its way is not sent any more."""
    with write_session(runtime_of(request).settings) as session:
        delete_rule(session, rule_id, actor_of(request), utc_now())
    return success_response(request, DeletedRule(id=rule_id), new_exchange_id())


@router.post(
    "/rules/{rule_id}/test",
    summary="Send a test notice",
    response_model=Envelope[EventItem],
    responses=describe(404, 409, 503),
)
def test(request: Request, rule_id: str) -> JsonResponse:
    """Tells everybody the rule names at once, and answers with what came of it."""
    row = send_test(runtime_of(request).settings, rule_id, actor_of(request), utc_now())
    return success_response(request, event_item(row), new_exchange_id())
