"""`/products/export`: the products that match as a CSV that can be imported again."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from dashboard.api.attribute_filters import group_attributes
from dashboard.api.errors import describe
from dashboard.api.product_values import ProductListQuery
from dashboard.api.values import Word
from dashboard.runtime import runtime_of
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.export import export_products
from pipeline.clock import utc_now
from pipeline.settings import Settings
from pipeline.store import read_session

router = APIRouter(prefix="/products", tags=["products"])


class ProductExportQuery(ProductListQuery):
    """The filters of the list, and those that only the page has."""

    attribute: list[Word] = Field([], description="name:value; may be repeated.")
    import_id: Word = Field("", description="What this import wrote last.")

    def to_filter(self) -> ProductFilter:
        """All of them for the store."""
        return replace(
            super().to_filter(),
            attributes=group_attributes(self.attribute),
            import_job_id=self.import_id or None,
        )


@router.get(
    "/export",
    summary="Export products",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The file, streamed.", "content": {"text/csv": {}}},
        **describe(422, 503),
    },
)
def export(request: Request, asked: Annotated[ProductExportQuery, Query()]) -> StreamingResponse:
    """The products that the same filters list. The import reads the file as it is."""
    content = _stream(runtime_of(request).settings, asked)
    # What goes wrong goes wrong here, while it can still be said.
    content = chain([next(content)], content)
    name = f"products-{utc_now().date().isoformat()}.csv"
    return StreamingResponse(
        content,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _stream(settings: Settings, asked: ProductExportQuery) -> Iterator[bytes]:
    with read_session(settings) as session:
        yield from export_products(session, asked.to_filter(), asked.query)
