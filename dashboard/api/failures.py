"""`/failures`: what goes wrong, alike failures as one."""

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
from dashboard.api.queue_answers import FailureList, failure_item
from dashboard.runtime import runtime_of
from pipeline.jobs.failures import list_failures
from pipeline.jobs.search import MAX_PAGE_SIZE
from pipeline.store import read_session

router = APIRouter(prefix="/failures", tags=["failures"])


@router.get(
    "",
    summary="Failures by likeness",
    response_model=Envelope[FailureList],
    responses=describe(422, 503),
)
def show_list(
    request: Request,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=MAX_PAGE_SIZE)] = 50,
) -> JsonResponse:
    """Groups of the same kind, code, wording and place; retry one by its fingerprint."""
    with read_session(runtime_of(request).settings) as session:
        groups, total = list_failures(session, page=page, page_size=page_size)
    items = [failure_item(group, language_of(request)) for group in groups]
    answer = FailureList(total=total, page=page, items=items)
    return success_response(request, answer, new_exchange_id())
