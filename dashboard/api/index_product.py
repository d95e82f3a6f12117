"""`/index-product` and `/index-product-with-image`: take one product in, now or by a job."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from dashboard.api.clients import client_of
from dashboard.api.envelope import JsonResponse, language_of
from dashboard.api.errors import describe
from dashboard.api.product_forms import (
    FIELD,
    URL_ENCODED,
    IndexForm,
    IndexFormWithImage,
    read_product,
)
from dashboard.api.scopes import actor_of
from dashboard.runtime import runtime_of
from pipeline.catalog.pictures import check_picture, picture_limits
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.check import check_draft
from pipeline.catalog.products.submit import submit_product
from pipeline.errors import InvalidRequestError
from pipeline.messages import translate

router = APIRouter(tags=["catalog"])

# A product's picture may be larger than bodies otherwise are.
UPLOADS = frozenset({"/index-product", "/index-product-with-image"})


class Indexed(BaseModel):
    """Bare, as the contract has it."""

    status: str = Field("success", description="success")
    message: str
    embedding_dimension: int = Field(description="Numbers in each of its vectors.")


class Queued(BaseModel):
    """Bare, as the contract has it."""

    status: str = Field("queued", description="queued")
    requestId: str = Field(description="The job: GET /jobs/{id}.")  # noqa: N815 - the contract's name


@router.post(
    "/index-product",
    summary="Index a product at once",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": IndexForm.model_json_schema()},
                URL_ENCODED: {"schema": IndexForm.model_json_schema()},
            },
        }
    },
    response_model=Indexed,
    responses=describe(400, 413, 415, 422, 503),
)
async def index_now(request: Request) -> JsonResponse:
    """The answer comes when it can be searched; the first one waits some seconds for the model."""
    draft, picture = await read_product(request)
    dimension = await run_in_threadpool(_index, request, draft, picture)
    message = translate("PRODUCT_INDEXED", language_of(request), {"product_id": draft.product_id})
    return _answer(Indexed(message=message, embedding_dimension=dimension), 200)


@router.post(
    "/index-product-with-image",
    status_code=202,
    summary="Index a product with its picture soon",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": IndexFormWithImage.model_json_schema()}},
        }
    },
    response_model=Queued,
    responses=describe(400, 413, 415, 422, 429, 503),
)
async def index_soon(request: Request) -> JsonResponse:
    """The picture is kept and a job encodes it; `requestId` names that job."""
    draft, picture = await read_product(request)
    if picture is None:
        raise InvalidRequestError(
            "PICTURE_MISSING",
            f"No picture came. Send it in the form field '{FIELD}', or use /index-product.",
            params={"field": FIELD},
        )
    runtime = runtime_of(request)
    job = await run_in_threadpool(
        submit_product,
        runtime.settings,
        runtime.doorbell,
        draft,
        picture,
        client_of(request.scope),
        actor=actor_of(request),
    )
    return _answer(Queued(requestId=job.id), 202)


def _index(request: Request, draft: ProductDraft, picture: bytes | None) -> int:
    runtime = runtime_of(request)
    check_draft(draft)
    if picture is not None:
        check_picture(picture, picture_limits(runtime.settings))
    return runtime.catalog.index_product(draft, picture, actor_of(request))


def _answer(answer: Indexed | Queued, status_code: int) -> JsonResponse:
    return JsonResponse(answer.model_dump_json(), status_code, {"Cache-Control": "no-store"})
