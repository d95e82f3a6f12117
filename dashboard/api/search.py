"""`/search`: find products by words, picture, product or examples, in any combination."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from dashboard.api.body_limit import read_limited
from dashboard.api.envelope import Envelope, JsonResponse, new_exchange_id, success_response
from dashboard.api.errors import describe
from dashboard.api.search_answers import SearchAnswer, search_answer
from dashboard.api.search_requests import SearchRequest, read_form, read_json, to_question
from dashboard.api.upload_form import MANY_FIELDS, receive_upload
from dashboard.runtime import runtime_of
from pipeline.catalog.pictures import check_picture, picture_limits
from pipeline.catalog.search.question import Answer, Question

router = APIRouter(tags=["catalog"])

FIELD = "image"
# Pictures may be larger than bodies otherwise are.
UPLOADS = frozenset({"/search", "/search/pictures"})

_SCHEMA = SearchRequest.model_json_schema()
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": _SCHEMA,
                "example": {
                    "text": "running shoes",
                    "negative": ["SKU-31"],
                    "filter": {"category": ["shoes"], "price": {"max": 80}},
                    "facets": ["category", "color"],
                },
            },
            "multipart/form-data": {"schema": _SCHEMA},
        },
    }
}


@router.post(
    "/search",
    summary="Search the catalog",
    openapi_extra=BODY,
    response_model=Envelope[SearchAnswer],
    responses=describe(400, 404, 409, 413, 415, 422, 503),
)
async def search(request: Request) -> JsonResponse:
    """Products by likeness, with what is called so first; `noGoodMatch` says when none is good.

    The first search after a start waits some seconds for the model.
    """
    asked, picture = await _receive(request)
    question = to_question(asked, picture)
    answer = await run_in_threadpool(_ask, request, question)
    return success_response(request, search_answer(answer, asked.page), new_exchange_id())


async def _receive(request: Request) -> tuple[SearchRequest, bytes | None]:
    """The request, and its picture as far as that can be told without decoding it."""
    settings = runtime_of(request).settings
    limits = picture_limits(settings)
    if not request.headers.get("content-type", "").startswith("multipart/"):
        asked, picture = read_json(await read_limited(request))
    else:
        async with receive_upload(
            request,
            settings,
            file_field=FIELD,
            max_file_bytes=limits.max_bytes,
            limits=MANY_FIELDS,
        ) as form:
            asked, picture = read_form(form.repeated), None
            if form.file_name is not None:
                path = await run_in_threadpool(form.spool.finish)
                picture = await run_in_threadpool(path.read_bytes)
    if picture is not None:
        await run_in_threadpool(check_picture, picture, limits)
    return asked, picture


def _ask(request: Request, question: Question) -> Answer:
    return runtime_of(request).catalog.search(question)
