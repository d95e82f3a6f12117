"""Places of the map joined with what each product is called and what colours it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from dashboard.widgets.map_figure import BY_CATEGORY, BY_PRICE
from dashboard.widgets.product_rows import show_value
from pipeline.models import Product

BATCH = 5_000


@dataclass(frozen=True)
class Dots:
    """One entry a product in each list; `values` are texts, for the price numbers, or None."""

    ids: Sequence[str]
    names: Sequence[str]
    values: Sequence[str | float | None]
    x: Sequence[float]
    y: Sequence[float]


def join_dots(session: Session, result: Mapping[str, Any], field: str) -> Dots:
    """The products of the map's file that are still there; 50,000 take about a second."""
    known = _read(session, result["refs"], field)
    rows = [
        (*known[ref], x, y)
        for ref, x, y in zip(result["refs"], result["x"], result["y"], strict=True)
        if ref in known
    ]
    ids, names, values, x, y = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Dots(ids, names, values, x, y)


Known = dict[int, tuple[str, str, str | float | None]]


def _read(session: Session, refs: Sequence[int], field: str) -> Known:
    columns: list[Any] = [col(Product.id), col(Product.product_id), col(Product.name)]
    columns.append(_column(field))
    known: Known = {}
    ordered = sorted(refs)
    for at in range(0, len(ordered), BATCH):
        some = ordered[at : at + BATCH]
        # By range: a list of 5,000 numbers is more than a statement takes.
        query = select(*columns).where(
            col(Product.id).between(some[0], some[-1]), col(Product.deleted_at).is_(None)
        )
        for ref, product_id, name, value in session.connection().execute(query):
            known[ref] = (product_id, name, _value(field, value))
    return known


def _column(field: str) -> Any:
    if field == BY_CATEGORY:
        return col(Product.category)
    return col(Product.price_cents) if field == BY_PRICE else col(Product.attributes)


def _value(field: str, value: Any) -> str | float | None:
    if field == BY_CATEGORY:
        return value or None
    if field == BY_PRICE:
        return None if value is None else value / 100
    of_field = (value or {}).get(field)
    return None if of_field in (None, "", []) else show_value(of_field)
