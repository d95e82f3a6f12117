"""`/catalogs/files`: takes the files of the import page one by one, as they stream in.

The page's own file box would hold them in memory, and a ZIP of pictures may have gigabytes.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.spool import Spool
from dashboard.runtime import runtime_of
from pipeline.catalog.importing.drafts import keep_sent_file, require_size
from pipeline.jobs.admission import require_disk
from pipeline.settings import BYTES_PER_MB

router = APIRouter(prefix="/catalogs/files", tags=["catalog"])

UPLOADS = frozenset({"/catalogs/files"})


class KeptFile(ApiModel):
    """A file that is kept for a day, or as long as an import needs it."""

    name: str
    sha256: str = Field(description="What the import page names it by.")
    size_bytes: int


@router.post(
    "",
    status_code=201,
    summary="Keep a file for the import page",
    response_model=Envelope[KeptFile],
    responses=describe(413, 422, 503),
    include_in_schema=False,
)
async def keep_file(
    request: Request, name: Annotated[str, Query(min_length=1, max_length=500)]
) -> JsonResponse:
    """The body is the file itself. A table or a ZIP; an import uses it later."""
    settings = runtime_of(request).settings
    max_bytes = settings.catalog_max_upload_mb * BYTES_PER_MB
    declared = request.headers.get("content-length", "0")
    declared_bytes = int(declared) if declared.isdigit() else 0
    require_size(settings, declared_bytes)
    require_disk(settings, declared_bytes)
    spool = Spool(settings.incoming_dir, max_bytes)
    size_bytes = 0
    try:
        async for chunk in request.stream():
            size_bytes += len(chunk)
            require_size(settings, size_bytes)
            spool.add(chunk)
            if spool.wants_spill:
                # Others are sending too, and not every body declares its length.
                require_disk(settings)
                await run_in_threadpool(spool.spill)
        path = await run_in_threadpool(spool.finish)
        sha256 = await run_in_threadpool(keep_sent_file, settings, path)
    finally:
        spool.discard()
    kept = KeptFile(name=name, sha256=sha256, size_bytes=size_bytes)
    return success_response(request, kept, new_exchange_id(), 201)
