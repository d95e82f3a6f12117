"""`/catalogs`: hand a table of products over, watch its import, fetch what was rejected."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from dashboard.api.catalog_answers import (
    AcceptedImport,
    ImportAnswer,
    ImportList,
    import_answer,
    import_item,
)
from dashboard.api.catalog_form import CatalogForm, ReceivedCatalog, receive_catalog
from dashboard.api.envelope import (
    Envelope,
    JsonResponse,
    language_of,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.scopes import actor_of
from dashboard.runtime import Runtime, runtime_of
from pipeline.catalog.importing.orders import ImportOrder
from pipeline.catalog.importing.rejected_file import MEDIA_TYPES, RejectedFormat, write_rejected
from pipeline.catalog.importing.rejections import list_rejections
from pipeline.catalog.importing.state import list_imports, read_import
from pipeline.catalog.importing.submit import submit_checked, submit_import
from pipeline.clock import utc_now
from pipeline.messages import translate
from pipeline.models import Job
from pipeline.store import read_session

router = APIRouter(prefix="/catalogs", tags=["catalog"])

UPLOADS = frozenset({"/catalogs"})
FORM = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": CatalogForm.model_json_schema()}},
    }
}
Page = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(alias="pageSize", ge=1, le=1000)]


@router.post(
    "",
    status_code=202,
    summary="Import a table of products",
    openapi_extra=FORM,
    response_model=Envelope[AcceptedImport],
    responses=describe(400, 413, 422, 429, 503),
)
async def submit(request: Request) -> JsonResponse:
    """Keep table and pictures and queue one job for all rows; `requestId` names it from here on.

    What is wrong with the table as a whole is answered at once; what is wrong with a row is told
    with the progress.
    """
    runtime = runtime_of(request)
    async with receive_catalog(request, runtime.settings) as form:
        order = form.order(request)
        job = await run_in_threadpool(_submit, runtime, form, order)
    return _accept(request, job)


def _submit(runtime: Runtime, form: ReceivedCatalog, order: ImportOrder) -> Job:
    return submit_import(runtime.settings, runtime.doorbell, form.table, order, form.pictures)


def _accept(request: Request, job: Job) -> JsonResponse:
    accepted = AcceptedImport(
        request_id=job.id,
        status=job.status,
        rows=job.payload["rows"],
        dry_run=job.payload["dryRun"],
        message=translate("IMPORT_ACCEPTED", language_of(request)),
    )
    return success_response(request, accepted, job.id, 202)


@router.get(
    "",
    summary="List imports",
    response_model=Envelope[ImportList],
    responses=describe(422, 503),
)
def show_list(request: Request, page: Page = 1, page_size: PageSize = 20) -> JsonResponse:
    """Imports and dry runs, newest first."""
    with read_session(runtime_of(request).settings) as session:
        states, total = list_imports(
            session, utc_now(), limit=page_size, offset=(page - 1) * page_size
        )
    answer = ImportList(total=total, page=page, items=[import_item(state) for state in states])
    return success_response(request, answer, new_exchange_id())


@router.get(
    "/{request_id}",
    summary="How an import is getting on",
    response_model=Envelope[ImportAnswer],
    responses=describe(404, 422, 503),
)
def show_import(
    request: Request, request_id: str, page: Page = 1, page_size: PageSize = 100
) -> JsonResponse:
    """Progress, counts, and a page of the rejected rows, each with its reason."""
    now = utc_now()
    with read_session(runtime_of(request).settings) as session:
        state = read_import(session, request_id, now)
        rejected, total = list_rejections(
            session, request_id, limit=page_size, offset=(page - 1) * page_size
        )
    answer = import_answer(state, rejected, total, page, language_of(request), now)
    return success_response(request, answer, request_id)


@router.get(
    "/{request_id}/rejected",
    summary="The rejected rows as a table",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The columns of the table, the row's number and the reason.",
            "content": {kind.split(";")[0]: {} for kind in MEDIA_TYPES.values()},
        },
        **describe(404, 422, 503),
    },
)
def download_rejected(
    request: Request,
    request_id: str,
    format: Annotated[RejectedFormat, Query()] = "csv",
    language: Annotated[Literal["en", "fr"] | None, Query()] = None,
) -> StreamingResponse:
    """To be corrected and imported by itself: the added columns are left out then."""
    runtime = runtime_of(request)
    chosen = language or language_of(request)

    def stream() -> Iterator[bytes]:
        with read_session(runtime.settings) as session:
            yield from write_rejected(session, request_id, format, chosen)

    content = stream()
    # What goes wrong goes wrong here, while it can still be said.
    first = next(content)
    return StreamingResponse(
        chain([first], content),
        media_type=MEDIA_TYPES[format],
        headers={
            "Content-Disposition": f'attachment; filename="rejected.{format}"',
            "Cache-Control": "no-store",
        },
    )


@router.post(
    "/{request_id}/import",
    status_code=202,
    summary="Import what a dry run checked",
    response_model=Envelope[AcceptedImport],
    responses=describe(404, 409, 503),
)
def import_checked(request: Request, request_id: str) -> JsonResponse:
    """With the same files, mapping and options; asked twice, one job."""
    runtime = runtime_of(request)
    return _accept(
        request, submit_checked(runtime.settings, runtime.doorbell, request_id, actor_of(request))
    )
