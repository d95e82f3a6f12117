"""`/receipts/export`: the receipts that match, or their lines, as a file."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from dashboard.api.envelope import language_of
from dashboard.api.errors import describe
from dashboard.api.receipt_filters import ReceiptQuery
from dashboard.runtime import runtime_of
from pipeline.clock import utc_now
from pipeline.receipts.export import MEDIA_TYPES, Export, export_receipts, name_file
from pipeline.settings import Settings
from pipeline.store import read_session

router = APIRouter(prefix="/receipts", tags=["receipts"])


class ExportQuery(ReceiptQuery):
    """The filters of the list, and what file to make of it."""

    format: Literal["csv", "xlsx", "json"] = "csv"
    scope: Literal["receipts", "lines"] = "receipts"
    separator: Literal[",", ";", "|", "tab"] | None = None
    language: Literal["en", "fr"] | None = None


@router.get(
    "/export",
    summary="Export receipts or their lines",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file, streamed.",
            "content": {kind.split(";")[0]: {} for kind in MEDIA_TYPES.values()},
        },
        **describe(422, 503),
    },
)
def export(request: Request, asked: Annotated[ExportQuery, Query()]) -> StreamingResponse:
    """The receipts that the same filters list, newest first, without discarded ones.

    Headers in the caller's language or `language`. CSV is UTF-8; its `separator` is that of the
    language (`,` or `;` in French, with decimal commas) or the one asked for.
    """
    origin = f"{request.url.scheme}://{request.url.netloc}"
    export = Export(
        format=asked.format,
        scope=asked.scope,
        wanted=asked.to_filter(),
        language=asked.language or language_of(request),
        link=lambda job_id: f"{origin}/receipts?receipt={job_id}",
        separator="\t" if asked.separator == "tab" else asked.separator,
    )
    content = _stream(runtime_of(request).settings, export)
    # What goes wrong goes wrong here, while it can still be said.
    content = chain([next(content)], content)
    return StreamingResponse(
        content,
        media_type=MEDIA_TYPES[export.format],
        headers={
            "Content-Disposition": f'attachment; filename="{name_file(export, utc_now().date())}"',
            "Cache-Control": "no-store",
        },
    )


def _stream(settings: Settings, export: Export) -> Iterator[bytes]:
    with read_session(settings) as session:
        yield from export_receipts(session, export)
