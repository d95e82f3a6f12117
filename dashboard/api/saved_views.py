"""`/receipts/views`: filters under a name."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field

from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.scopes import actor_of
from dashboard.api.values import Text
from dashboard.runtime import runtime_of
from pipeline.clock import utc_now
from pipeline.models import SavedView
from pipeline.receipts.find import views
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/receipts/views", tags=["receipts"])


class ViewBody(ApiModel):
    """A view to keep."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(description="1 to 60 characters; used once.")
    query: Text = Field(description="Query string of the list: `merchant=Lidl&minTotal=20`.")


class NameBody(ApiModel):
    """Another name."""

    model_config = ConfigDict(extra="forbid")

    name: Text


class ViewItem(ApiModel):
    """A saved view."""

    id: str
    name: str
    query: str
    created_at: datetime


class ViewList(ApiModel):
    """All of them by name."""

    total: int
    page: int
    items: list[ViewItem]


@router.get(
    "", summary="List saved views", response_model=Envelope[ViewList], responses=describe(503)
)
def show_views(request: Request) -> JsonResponse:
    """All saved views of receipts, by name."""
    with read_session(runtime_of(request).settings) as session:
        found = views.list_views(session)
    return success_response(request, _list(found), new_exchange_id())


@router.post(
    "",
    status_code=201,
    summary="Save a view",
    response_model=Envelope[ViewItem],
    responses=describe(400, 409, 422, 503),
)
def save(request: Request, body: ViewBody) -> JsonResponse:
    """Keep filters under a name that no other view has."""
    with write_session(runtime_of(request).settings) as session:
        view = views.save_view(
            session, body.name, body.query, actor=actor_of(request), now=utc_now()
        )
    return success_response(request, _item(view), new_exchange_id(), 201)


@router.patch(
    "/{view_id}",
    summary="Rename a view",
    response_model=Envelope[ViewItem],
    responses=describe(400, 404, 409, 422, 503),
)
def rename(request: Request, view_id: str, body: NameBody) -> JsonResponse:
    """Give a view another name."""
    with write_session(runtime_of(request).settings) as session:
        view = views.rename_view(
            session, view_id, body.name, actor=actor_of(request), now=utc_now()
        )
    return success_response(request, _item(view), new_exchange_id())


@router.delete(
    "/{view_id}",
    summary="Delete a view",
    response_model=Envelope[ViewList],
    responses=describe(404, 503),
)
def delete(request: Request, view_id: str) -> JsonResponse:
    """Forget a view; answers with those that are left."""
    with write_session(runtime_of(request).settings) as session:
        views.delete_view(session, view_id, actor=actor_of(request), now=utc_now())
        session.flush()
        left = views.list_views(session)
    return success_response(request, _list(left), new_exchange_id())


def _list(found: list[SavedView]) -> ViewList:
    return ViewList(total=len(found), page=1, items=[_item(view) for view in found])


def _item(view: SavedView) -> ViewItem:
    return ViewItem(id=view.id, name=view.name, query=view.query, created_at=view.created_at)
