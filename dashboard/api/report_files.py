"""The files of a report, and its first pages as pictures."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Request
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, Response

from dashboard.api.envelope import JsonResponse, error_response, language_of
from dashboard.api.errors import describe
from dashboard.api.reports import load_report
from dashboard.runtime import runtime_of
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError
from pipeline.files import open_files
from pipeline.models import ReportFile
from pipeline.reports.listing import ReportRow
from pipeline.settings import Settings

router = APIRouter(prefix="/reports/{request_id}", tags=["reports"])

# A report in a browser runs its own charts and nothing else: it has no origin, so it cannot reach
# this API, and it may load nothing from anywhere.
HTML_POLICY = "; ".join(
    (
        "sandbox allow-scripts allow-downloads allow-popups",
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            "application/pdf": {},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
            "text/html": {},
        },
    },
    206: {"description": "The part of it that Range asks for."},
    304: {"description": "The caller has this file already."},
}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "The picture."},
    304: {"description": "The caller has this picture already."},
}
Format = Annotated[
    str | None,
    Query(max_length=10, description="pdf, xlsx or html; default: the first that it has."),
]
PageNumber = Annotated[int, PathParameter(ge=1, le=1000, description="Counts from 1.")]
IfNoneMatch = Annotated[str, Header(alias="If-None-Match", include_in_schema=False)]


@router.get(
    "/file",
    summary="Download a report",
    response_class=FileResponse,
    responses={**DOCUMENT, **describe(202, 404, 409, 422, 503)},
)
def download(
    request: Request,
    request_id: str,
    wanted: Annotated[Format, Query(alias="format")] = None,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """The bytes. A web page is shown in the browser, everything else is saved."""
    row = load_report(request, request_id)
    if row.status != "completed":
        return _answer_without_file(request, row)
    file = _choose(row, wanted)
    is_page = file.format == "html"
    headers = {
        "Content-Disposition": name_file(file.name, "inline" if is_page else "attachment"),
        "Content-Security-Policy": HTML_POLICY if is_page else "sandbox",
        "Referrer-Policy": "no-referrer",
    }
    return _send(runtime_of(request).settings, file, if_none_match, headers)


@router.get(
    "/preview/{number}",
    summary="A page of a report as a picture",
    response_class=Response,
    responses={**PICTURE, **describe(404, 422, 503)},
)
def show_preview(
    request: Request, request_id: str, number: PageNumber, if_none_match: IfNoneMatch = ""
) -> Response:
    """One of the first pages, as soon as the report is finished."""
    row = load_report(request, request_id)
    pages = row.previews()
    if _is_expired(row) or number > len(pages):
        raise NotFoundError("REPORT_PAGE_MISSING", "There is no picture of this page.")
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "sandbox"}
    return _send(runtime_of(request).settings, pages[number - 1], if_none_match, headers)


def name_file(name: str, disposition: str) -> str:
    """The header that names a download, with any characters (RFC 6266 and RFC 5987)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _send(
    settings: Settings, file: ReportFile, if_none_match: str, headers: dict[str, str]
) -> Response:
    headers |= {
        "ETag": f'"{file.sha256}"',
        # A report that is tried again has another file under the same address.
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if f'"{file.sha256}"' in if_none_match:
        return Response(status_code=304, headers=headers)
    path = open_files(settings).require(file.sha256)
    return FileResponse(path, media_type=file.media_type, headers=headers)


def _choose(row: ReportRow, wanted: str | None) -> ReportFile:
    if _is_expired(row):
        raise NotFoundError(
            "REPORT_EXPIRED", "The files of this report are no longer kept. Make it once more."
        )
    documents = row.documents()
    found = next((file for file in documents if wanted in (None, file.format)), None)
    if found is None:
        known = ", ".join(file.format for file in documents) or "–"
        raise NotFoundError(
            "REPORT_FILE_MISSING", "This report has no such file.", params={"known": known}
        )
    return found


def _is_expired(row: ReportRow) -> bool:
    # The clean-up comes once an hour: what is promised for so long must not last longer by chance.
    report = row.report
    dropped = report.files_dropped_at is not None
    return dropped or (report.expires_at is not None and report.expires_at <= utc_now())


def _answer_without_file(request: Request, row: ReportRow) -> JsonResponse:
    job = row.job
    answers = {
        "failed": (409, job.error_code or "INTERNAL_ERROR"),
        "cancelled": (409, "REPORT_CANCELLED"),
    }
    status_code, reason = answers.get(row.status, (202, "REPORT_NOT_READY"))
    return error_response(
        status_code,
        "PROCESSING_ERROR",
        language_of(request),
        reason=reason,
        params=job.error_params if row.status == "failed" else None,
        fallback=job.error_message,
        request_id=job.id,
    )
