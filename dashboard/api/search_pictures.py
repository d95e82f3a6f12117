"""`/search/pictures`: a picture to search with, kept for a week under an id."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.upload_form import UploadForm, receive_upload
from dashboard.runtime import runtime_of
from pipeline.catalog.pictures import picture_limits
from pipeline.catalog.search.asked_pictures import keep_asked, read_asked
from pipeline.settings import Settings

router = APIRouter(prefix="/search/pictures", tags=["catalog"])

ADDRESS = "/api/v1/search/pictures"


class PictureForm(BaseModel):
    """The form, for its description."""

    image: bytes = Field(json_schema_extra={"format": "binary"})


class AskedPicture(ApiModel):
    """The id goes into the address of the Search page: `?image=<pictureId>`."""

    picture_id: str
    url: str


FORM = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": PictureForm.model_json_schema()}},
    }
}


@router.post(
    "",
    summary="Keep a picture to search with",
    openapi_extra=FORM,
    response_model=Envelope[AskedPicture],
    responses=describe(400, 413, 415, 422, 503),
)
async def keep(request: Request) -> JsonResponse:
    """For the Search page, whose address names it; a program searches with the picture itself."""
    settings = runtime_of(request).settings
    limits = picture_limits(settings)
    async with receive_upload(request, settings, max_file_bytes=limits.max_bytes) as form:
        form.require_file()
        picture_id = await run_in_threadpool(_keep, settings, form)
    kept = AskedPicture(picture_id=picture_id, url=f"{ADDRESS}/{picture_id}")
    return success_response(request, kept, new_exchange_id())


@router.get(
    "/{picture_id}",
    summary="A picture that was searched with",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}, **describe(404)},
)
def show(request: Request, picture_id: Annotated[str, PathParameter(max_length=64)]) -> Response:
    """A JPEG of 640 pixels at most, as long as it is kept."""
    return Response(
        read_asked(runtime_of(request).settings, picture_id),
        media_type="image/jpeg",
        headers={
            "Cache-Control": "private, max-age=604800, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _keep(settings: Settings, form: UploadForm) -> str:
    return keep_asked(settings, form.spool.finish().read_bytes())
