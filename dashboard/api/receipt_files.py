"""The pictures of a receipt: pages as they were prepared, a thumbnail, the original file."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Request
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, Response

from dashboard.api.errors import describe
from dashboard.api.receipts import find_receipt_job
from dashboard.runtime import runtime_of
from pipeline.errors import NotFoundError
from pipeline.files import open_files
from pipeline.models import Upload
from pipeline.receipts.queries import find_page
from pipeline.receipts.retention import picture_of
from pipeline.store import read_session

router = APIRouter(prefix="/receipts/{request_id}", tags=["pictures"])

JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {}}, "description": "The picture."},
    304: {"description": "The caller has this picture already."},
}
PageNumber = Annotated[int, PathParameter(ge=1, le=1000, description="Counts from 1.")]
IfNoneMatch = Annotated[str, Header(alias="If-None-Match", include_in_schema=False)]


@router.get(
    "/pages/{number}",
    summary="A page, upright",
    response_class=Response,
    responses={**JPEG, **describe(404, 422)},
)
def show_page(
    request: Request, request_id: str, number: PageNumber, if_none_match: IfNoneMatch = ""
) -> Response:
    """The picture in whose pixels the boxes of the result are."""
    return _answer_picture(request, request_id, number, "image", if_none_match)


@router.get(
    "/thumbnail",
    summary="The first page, small",
    response_class=Response,
    responses={**JPEG, **describe(404)},
)
def show_thumbnail(request: Request, request_id: str, if_none_match: IfNoneMatch = "") -> Response:
    """A small picture for lists, there as soon as the file was opened."""
    return _answer_picture(request, request_id, 1, "thumbnail", if_none_match)


@router.get(
    "/file",
    summary="The file as it was handed over",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The original bytes."},
        **describe(404),
    },
)
def download_file(request: Request, request_id: str) -> Response:
    """The original bytes, never shown inside the browser."""
    settings = runtime_of(request).settings
    with read_session(settings) as session:
        job = find_receipt_job(session, request_id)
        upload = session.get_one(Upload, job.upload_id)
    return FileResponse(
        open_files(settings).require(upload.sha256),
        media_type=upload.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(upload.name)}",
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-cache",
            "ETag": f'"{upload.sha256}"',
        },
    )


def _answer_picture(
    request: Request, request_id: str, number: int, which: str, if_none_match: str
) -> Response:
    settings = runtime_of(request).settings
    with read_session(settings) as session:
        find_receipt_job(session, request_id)
        page = find_page(session, request_id, number)
    if page is None:
        raise NotFoundError("PAGE_NOT_READY", "This page is not there, or not yet.")
    sha256 = str(page[picture_of(page) if which == "image" else which])
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    if f'"{sha256}"' in if_none_match:
        return Response(status_code=304, headers=headers)
    content = open_files(settings).read(sha256)
    return Response(content, media_type="image/jpeg", headers=headers)
