"""The kind `catalog.outliers`: products that look like another category than their own.

A product is judged by its picture; where it has none, by its words, among those without one.
Its file holds `outliers`: product (by reference), category, the one it looks like, score 0..1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.catalog.analysis.outlying import THRESHOLD, find_outliers
from pipeline.catalog.analysis.results import keep_result, record_analysis
from pipeline.catalog.analysis.space import Shelf, find_encoder, read_seq, read_shelf
from pipeline.catalog.products.find import get_product
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import CategoryDecision, Product
from pipeline.store import read_session


@dataclass(frozen=True)
class Doubt:
    """A product that may be in the wrong category; `score` 0..1 says how surely it is."""

    ref: int
    category: str
    looks_like: str
    score: float


def run(context: JobContext) -> Outcome:
    """Judge every product that has a category and a vector."""
    context.advance("load", 5)
    with read_session(context.settings) as session:
        encoder, seq = find_encoder(session, context.settings), read_seq(session)
        image = read_shelf(session, encoder, "image")
        words = _without(read_shelf(session, encoder, "text"), image)
    context.advance("compare", 40)
    doubts = sorted([*_doubts(image), *_doubts(words)], key=lambda one: -one[3])
    context.advance("write", 95)
    products = len(image.refs) + len(words.refs)
    return keep_result(
        context.files, context.claim.id, encoder, seq, products, len(doubts), {"outliers": doubts}
    )


def read_doubts(session: Session, result: Mapping[str, Any]) -> list[Doubt]:
    """Those whose category nobody changed or confirmed since, the surest first."""
    doubts = [Doubt(*row) for row in result["outliers"]]
    right = dict(
        session.exec(select(CategoryDecision.product_ref, CategoryDecision.category)).all()
    )
    now = _categories(session, [one.ref for one in doubts])
    return [
        one
        for one in doubts
        if now.get(one.ref) == one.category and right.get(one.ref) != one.category
    ]


def confirm_category(session: Session, product_id: str, now: datetime, actor: str) -> None:
    """Remember that a product is right where it is. Raises NotFoundError PRODUCT_UNKNOWN."""
    product = get_product(session, product_id)
    session.merge(
        CategoryDecision(
            product_ref=product.id or 0,
            category=product.category or "",
            actor=actor,
            created_at=now,
        )
    )
    write(
        session,
        actor=actor,
        action="product.confirm_category",
        target_type="product",
        target_id=product_id,
        detail={"name": product.name, "category": product.category},
        now=now,
    )


def _categories(session: Session, refs: list[int]) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for at in range(0, len(refs), 500):
        query = select(Product.id, Product.category).where(
            col(Product.id).in_(refs[at : at + 500]), col(Product.deleted_at).is_(None)
        )
        found.update({ref: category for ref, category in session.exec(query) if ref is not None})
    return found


def _doubts(shelf: Shelf) -> list[tuple[int, str, str, float]]:
    return [
        (
            int(shelf.refs[one.row]),
            one.category,
            one.looks_like,
            round(min(1.0, one.score), 4),
        )
        for one in find_outliers(shelf.vectors, shelf.categories, THRESHOLD)
    ]


def _without(shelf: Shelf, others: Shelf) -> Shelf:
    left = np.flatnonzero(~np.isin(shelf.refs, others.refs)).tolist()
    return Shelf(
        shelf.refs[left],
        [shelf.categories[row] for row in left],
        [shelf.pictures[row] for row in left],
        [shelf.thumbnails[row] for row in left],
        shelf.hashes[left],
        shelf.vectors[left],
    )


KINDS = (Kind("catalog.outliers", "catalog", run=run, save=record_analysis),)
