"""`/products`: list them, look at one, change it, delete it, and decide which are the same."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from dashboard.api.envelope import (
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.product_answers import DeletedProduct, ProductItem, ProductList, product_item
from dashboard.api.product_values import KeepBothBody, MergeBody, ProductBody, ProductListQuery
from dashboard.api.scopes import actor_of
from dashboard.runtime import runtime_of
from pipeline.catalog.linking.candidates import suggest_products
from pipeline.catalog.products.delete import delete_and_audit
from pipeline.catalog.products.edit import edit_product
from pipeline.catalog.products.find import find_products, get_product
from pipeline.catalog.products.listing import list_products
from pipeline.catalog.products.merge import keep_both, merge_products
from pipeline.clock import utc_now
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/products", tags=["products"])


@router.get(
    "",
    summary="List products",
    response_model=Envelope[ProductList],
    responses=describe(422, 503),
)
def show_list(request: Request, wanted: Annotated[ProductListQuery, Query()]) -> JsonResponse:
    """Those that match, in the order that is asked for; what has no price comes last."""
    offset = (wanted.page - 1) * wanted.page_size
    with read_session(runtime_of(request).settings) as session:
        if wanted.line:
            alike = suggest_products(session, wanted.line)
            rows, total = alike[offset : offset + wanted.page_size], len(alike)
        else:
            rows, total = list_products(
                session,
                wanted.to_filter(),
                wanted.query,
                wanted.sort,
                limit=wanted.page_size,
                offset=offset,
            )
    answer = ProductList(total=total, page=wanted.page, items=[product_item(row) for row in rows])
    return success_response(request, answer, new_exchange_id())


@router.post(
    "/merge",
    summary="Keep one of several products that are the same",
    response_model=Envelope[ProductItem],
    responses=describe(413, 422, 503),
)
def merge(request: Request, body: MergeBody) -> JsonResponse:
    """What the kept one does not say is taken from the others in turn; those are deleted."""
    with write_session(runtime_of(request).settings) as session:
        merged = merge_products(session, body.keep, body.others, utc_now(), actor_of(request))
    return success_response(request, product_item(merged), new_exchange_id())


@router.post(
    "/keep-both",
    summary="Say that products are not the same",
    response_model=Envelope[ProductList],
    responses=describe(413, 422, 503),
)
def keep(request: Request, body: KeepBothBody) -> JsonResponse:
    """They are not shown as duplicates of each other any more."""
    with write_session(runtime_of(request).settings) as session:
        keep_both(session, body.products, utc_now(), actor_of(request))
        found = find_products(session, body.products)
    items = [product_item(found[product_id]) for product_id in body.products]
    return success_response(
        request, ProductList(total=len(items), page=1, items=items), new_exchange_id()
    )


@router.get(
    "/{product_id:path}",
    summary="A product",
    response_model=Envelope[ProductItem],
    responses=describe(404, 503),
)
def show(request: Request, product_id: str) -> JsonResponse:
    """As it stands. An id with a slash in it is sent with %2F."""
    with read_session(runtime_of(request).settings) as session:
        product = get_product(session, product_id)
    return success_response(request, product_item(product), new_exchange_id())


@router.patch(
    "/{product_id:path}",
    summary="Change a product",
    response_model=Envelope[ProductItem],
    responses=describe(404, 413, 422, 503),
)
def edit(request: Request, product_id: str, body: ProductBody) -> JsonResponse:
    """Who changed what is written down. Words that changed are encoded anew soon after."""
    with write_session(runtime_of(request).settings) as session:
        edited = edit_product(session, product_id, body.to_changes(), utc_now(), actor_of(request))
    return success_response(request, product_item(edited), new_exchange_id())


@router.delete(
    "/{product_id:path}",
    summary="Delete a product",
    response_model=Envelope[DeletedProduct],
    responses=describe(404, 503),
)
def delete(request: Request, product_id: str) -> JsonResponse:
    """With its vectors; its picture goes where nothing else has it. Its id may be used again."""
    with write_session(runtime_of(request).settings) as session:
        get_product(session, product_id)
        delete_and_audit(session, [product_id], utc_now(), actor_of(request))
    return success_response(request, DeletedProduct(product_id=product_id), new_exchange_id())
