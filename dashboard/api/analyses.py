"""`/products/analyses`: duplicates, map and outliers of the whole catalog, computed as jobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlmodel import Session

from dashboard.api.clients import client_of
from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.job_answers import Status
from dashboard.api.scopes import actor_of
from dashboard.runtime import runtime_of
from pipeline.catalog.analysis.duplicates import read_groups
from pipeline.catalog.analysis.outliers import read_doubts
from pipeline.catalog.analysis.results import AnalysisKind, Standing, read_result, read_standing
from pipeline.catalog.analysis.submit import submit_analysis
from pipeline.catalog.products.find import find_by_refs
from pipeline.files import open_files
from pipeline.models import CatalogAnalysis
from pipeline.store import read_session

router = APIRouter(prefix="/products/analyses", tags=["products"])

MAX_PAGE_SIZE = 1000
BATCH = 500


class QueuedAnalysis(ApiModel):
    """The job that computes it, a new one or the one that waits or runs already."""

    request_id: str
    status: Status


class DuplicateGroup(ApiModel):
    """Products with the same picture; the one that came first stands first."""

    products: list[str]
    exact: bool = Field(description="All of them have the very same file.")
    likeness: float = Field(description="Of the least alike to the first, 0..1.")


class MapPlace(ApiModel):
    """Where a product lies on the map, -1..1 each way."""

    product_id: str
    x: float
    y: float


class OutlierItem(ApiModel):
    """A product that looks like another category than its own."""

    product_id: str
    category: str
    looks_like: str
    score: float = Field(description="How surely it is in the wrong one, 0..1.")


class AnalysisAnswer(ApiModel):
    """What was found last, page by page, and whether it is being computed anew."""

    kind: AnalysisKind
    status: Status | Literal["none"] = Field(
        description="Of the newest job; none where it was never asked for."
    )
    request_id: str | None
    computed_at: datetime | None
    products: int = Field(description="How many products were looked at.")
    changed_since: int = Field(description="Products that came, changed or went since then.")
    total: int
    page: int
    items: list[DuplicateGroup] | list[MapPlace] | list[OutlierItem]


@router.post(
    "/{kind}",
    summary="Compute duplicates, map or outliers",
    status_code=202,
    response_model=Envelope[QueuedAnalysis],
    responses=describe(409, 422, 503),
)
def compute(request: Request, kind: AnalysisKind) -> JsonResponse:
    """One job at a time for each kind: asking twice answers with the same one."""
    runtime = runtime_of(request)
    client, actor = client_of(request.scope), actor_of(request)
    job = submit_analysis(runtime.settings, runtime.doorbell, kind, client, actor)
    answer = QueuedAnalysis(request_id=job.id, status=job.status)
    return success_response(request, answer, new_exchange_id(), status_code=202)


@router.get(
    "/{kind}",
    summary="Duplicates, map or outliers of the catalog",
    response_model=Envelope[AnalysisAnswer],
    responses=describe(404, 422, 503),
)
def show(
    request: Request,
    kind: AnalysisKind,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=MAX_PAGE_SIZE)] = 100,
) -> JsonResponse:
    """Without what people decided since: merged, deleted, moved, said to be right or different."""
    settings = runtime_of(request).settings
    with read_session(settings) as session:
        standing = read_standing(session, kind)
        last = standing.last
        result = read_result(open_files(settings), last) if last else None
        found = _find(session, kind, result) if result else []
        items = _items(session, kind, found[(page - 1) * page_size : page * page_size])
    answer = AnalysisAnswer(
        kind=kind,
        status=_status(standing),
        request_id=standing.job.id if standing.job else last and last.job_id,
        computed_at=last.created_at if last else None,
        products=last.products if last else 0,
        changed_since=standing.changed,
        total=len(found),
        page=page,
        items=items,
    )
    return success_response(request, answer, new_exchange_id())


def _status(standing: Standing) -> Status | Literal["none"]:
    if standing.job is not None:
        status: Status = standing.job.status
        return status
    return "completed" if isinstance(standing.last, CatalogAnalysis) else "none"


def _find(session: Session, kind: AnalysisKind, result: Mapping[str, Any]) -> Sequence[Any]:
    """Everything that was found, by reference."""
    if kind == "duplicates":
        return read_groups(session, dict(result))
    if kind == "outliers":
        return read_doubts(session, result)
    return list(zip(result["refs"], result["x"], result["y"], strict=True))


def _items(
    session: Session, kind: AnalysisKind, found: Sequence[Any]
) -> list[DuplicateGroup] | list[MapPlace] | list[OutlierItem]:
    """The same with the ids by which callers know products; who is gone is left out."""
    if kind == "duplicates":
        names = _names(session, [ref for group in found for ref in group.members])
        return [
            DuplicateGroup(
                products=[names[ref] for ref in group.members if ref in names],
                exact=group.is_exact,
                likeness=min(group.likeness),
            )
            for group in found
        ]
    if kind == "outliers":
        names = _names(session, [one.ref for one in found])
        return [
            OutlierItem(
                product_id=names[one.ref],
                category=one.category,
                looks_like=one.looks_like,
                score=one.score,
            )
            for one in found
        ]
    names = _names(session, [ref for ref, _, _ in found])
    return [MapPlace(product_id=names[ref], x=x, y=y) for ref, x, y in found if ref in names]


def _names(session: Session, refs: Sequence[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for at in range(0, len(refs), BATCH):
        found = find_by_refs(session, refs[at : at + BATCH])
        names.update({ref: product.product_id for ref, product in found.items()})
    return names
