"""What a search answers."""

from typing import Any

from pydantic import Field

from dashboard.api.envelope import ApiModel
from dashboard.api.product_answers import picture_url, thumbnail_url
from pipeline.catalog.search.question import Answer, Found


class SearchResult(ApiModel):
    """A product, and how well it answers."""

    product_id: str
    name: str
    description: str | None
    score: float = Field(description="0 to 1; at 0.5 it is as likely as not that it belongs.")
    image_url: str | None = Field(description="The picture, on this server.")
    thumbnail_url: str | None
    metadata: dict[str, Any]
    category: str | None
    price: float | None
    currency: str | None
    found_by: list[str] = Field(
        description="Why, the strongest reason first: id, name, words, picture, meaning."
    )


class FacetValue(ApiModel):
    """How many of what was found have a value."""

    value: str | float | bool
    count: int


class SearchAnswer(ApiModel):
    """One page of results, the best first unless another order was asked for."""

    results: list[SearchResult] = Field(
        description="Where noGoodMatch is true: the nearest, all below the cut-off."
    )
    model: str
    is_basic: bool = Field(description="True for the starter model, which is no trained CLIP.")
    took_ms: float
    no_good_match: bool = Field(description="Nothing reaches the cut-off or is called so.")
    total: int = Field(description="How many reach the cut-off, of the nearest.")
    page: int
    cut_off: float
    facets: dict[str, list[FacetValue]]


def search_answer(answer: Answer, page: int) -> SearchAnswer:
    """The answer as the API shows it."""
    return SearchAnswer(
        results=[_search_result(found) for found in answer.found],
        model=answer.model,
        is_basic=answer.is_basic,
        took_ms=answer.took_ms,
        no_good_match=answer.no_good_match,
        total=answer.total,
        page=page,
        cut_off=answer.cut_off,
        facets={
            field: [FacetValue(value=value, count=count) for value, count in counted]
            for field, counted in answer.facets.items()
        },
    )


def _search_result(found: Found) -> SearchResult:
    product = found.product
    return SearchResult(
        product_id=product.product_id,
        name=product.name,
        description=product.description,
        score=found.score,
        image_url=picture_url(product),
        thumbnail_url=thumbnail_url(product),
        metadata=product.attributes,
        category=product.category,
        price=None if product.price_cents is None else product.price_cents / 100,
        currency=product.currency,
        found_by=list(found.found_by),
    )
