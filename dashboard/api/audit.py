"""`/audit`: who did what to which thing, found and exported; for admins."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict, Field

from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.values import UtcTime, Word
from dashboard.runtime import runtime_of
from pipeline.audit.export import MEDIA_TYPES, export, name_file
from pipeline.audit.search import count, search
from pipeline.audit.ways import AuditFilter
from pipeline.clock import utc_now
from pipeline.models import AuditEntry
from pipeline.store import read_session

router = APIRouter(prefix="/audit", tags=["audit"])

MAX_PAGE_SIZE = 200
# The largest id that a store keeps.
MAX_ID = 2**63 - 1


class AuditQuery(ApiModel):
    """Which acts are meant; what is left out means any."""

    model_config = ConfigDict(extra="ignore")

    actor: Word = Field("", description="A whole name, such as `ana`, `key:till` or `cli:root`.")
    action: Word = Field("", description="Such as `receipt.edit`, or `receipt` for all of it.")
    target_type: Word = ""
    target_id: Word = ""
    query: Word = Field("", description="Words of the detail or of the thing's id.")
    since: UtcTime | None = Field(None, alias="from")
    until: UtcTime | None = Field(None, alias="to", description="Excluded.")

    def to_filter(self) -> AuditFilter:
        """The same for the store."""
        names = ("actor", "action", "target_type", "target_id", "query", "since", "until")
        return AuditFilter(**{name: getattr(self, name) for name in names})


class AuditListQuery(AuditQuery):
    """The same, and which part of the list."""

    before_id: int | None = Field(
        None, ge=1, le=MAX_ID, description="`nextBeforeId` of the page before."
    )
    page_size: int = Field(50, ge=1, le=MAX_PAGE_SIZE)


class AuditExportQuery(AuditQuery):
    """The same, and what file to make of it."""

    format: Literal["csv", "jsonl"] = "csv"


class AuditItem(ApiModel):
    """One act; who, what (`<thing>.<verb>`), to which thing."""

    id: int
    at: datetime
    actor: str
    action: str
    target_type: str
    target_id: str
    detail: dict[str, Any] | None


class AuditList(ApiModel):
    """Newest first. `total` is a lower bound where `totalIsAtLeast` says so.

    With few matches in a long audit a page may hold fewer than asked for; the list ends where
    `nextBeforeId` is null.
    """

    total: int
    total_is_at_least: bool
    items: list[AuditItem]
    next_before_id: int | None


@router.get(
    "",
    summary="Who did what",
    response_model=Envelope[AuditList],
    responses=describe(422, 503),
)
def show_list(request: Request, wanted: Annotated[AuditListQuery, Query()]) -> JsonResponse:
    """Acts of people and programs, newest first."""
    with read_session(runtime_of(request).settings) as session:
        page = search(
            session, wanted.to_filter(), limit=wanted.page_size, before_id=wanted.before_id
        )
        total, is_whole = count(session, wanted.to_filter())
    answer = AuditList(
        total=total,
        total_is_at_least=not is_whole,
        items=[_item(entry) for entry in page.entries],
        next_before_id=page.next_before_id,
    )
    return success_response(request, answer, new_exchange_id())


@router.get(
    "/export",
    summary="Export who did what",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file, streamed.",
            "content": {
                kind.split(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()
            },
        },
        **describe(422, 503),
    },
)
def export_file(
    request: Request, wanted: Annotated[AuditExportQuery, Query()]
) -> StreamingResponse:
    """The acts that the same filters list: CSV in UTF-8, or one JSON object a line."""
    pieces = export(runtime_of(request).settings, wanted.to_filter(), wanted.format)
    name = name_file(wanted.format, utc_now())
    return StreamingResponse(
        _begin(pieces),
        media_type=MEDIA_TYPES[wanted.format],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _begin(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # What goes wrong goes wrong here, while it can still be said.
    first = list(islice(pieces, 2))
    return chain(first, pieces)


def _item(entry: AuditEntry) -> AuditItem:
    return AuditItem.model_validate(entry, from_attributes=True)
