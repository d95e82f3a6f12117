"""`/factors`: the footprint factors that a line can be said to be."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.values import Word
from dashboard.runtime import runtime_of
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.footprint.figures import Factor
from pipeline.store import read_session

router = APIRouter(prefix="/factors", tags=["footprint"])

MOST_FACTORS = 50


class FactorItem(ApiModel):
    """One factor: kg CO2e of one unit, with where the figure comes from."""

    id: str
    name: str = Field(description="In French, as its source has it.")
    name_en: str | None
    category: str
    subcategory: str
    kind: str = Field(description="food, drink, meal or product.")
    unit: str = Field(description="kg, pcs or eur.")
    kg_co2e: float = Field(alias="kgCO2e")
    dqr: float | None = Field(description="Data quality rating of the source, 1 best to 5.")
    source: str
    year: int


class FactorList(ApiModel):
    """Factors, the best match first."""

    total: int
    page: int
    items: list[FactorItem]


@router.get(
    "",
    summary="Find a footprint factor",
    response_model=Envelope[FactorList],
    responses=describe(422, 503),
)
def show_list(
    request: Request,
    query: Annotated[Word, Query(description="Words of what it is, in French or English.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_FACTORS)] = 20,
) -> JsonResponse:
    """What `factorId` of a line's correction may be."""
    with read_session(runtime_of(request).settings) as session:
        found = load_book(session).find(query, limit)
    items = [_factor_item(factor) for factor in found]
    answer = FactorList(total=len(items), page=1, items=items)
    return success_response(request, answer, new_exchange_id())


def _factor_item(factor: Factor) -> FactorItem:
    return FactorItem(
        id=factor.id,
        name=factor.name_fr,
        name_en=factor.name_en,
        category=factor.category,
        subcategory=factor.subcategory,
        kind=factor.kind,
        unit=factor.unit,
        kg_co2e=factor.kg_co2e,
        dqr=factor.dqr,
        source=factor.source,
        year=factor.year,
    )
