"""Bringing an index up to the store: whatever has a later number than it has seen."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlmodel import Session, col

from pipeline.catalog.changes import last_seq
from pipeline.catalog.index.feeding import feed_alone
from pipeline.catalog.index.payloads import make_payload
from pipeline.catalog.index.vector_index import Fed, Point
from pipeline.catalog.vectors import KINDS, VectorKind, Vectors, from_bytes
from pipeline.models import Product, ProductVector
from pipeline.settings import Settings
from pipeline.store import read_session

BATCH = 500


@dataclass(frozen=True)
class Batch:
    """Changed products as they stand now; with them the index is at `seq`."""

    points: Sequence[Point]
    gone: Sequence[int]
    seq: int


def catch_up(settings: Settings, index: Fed, encoder_id: str) -> int:
    """Bring `index` up to what is committed and return its number.

    One short query where nothing changed. To be called by one thread at a time for each index.
    """
    seen = index.last_seq()
    with read_session(settings) as session:
        if last_seq(session) <= seen:
            return seen
    with feed_alone(settings) if index.is_shared else nullcontext():
        while True:
            seen = index.last_seq()
            with read_session(settings) as session:
                newest = last_seq(session)
                if newest <= seen:
                    return seen
                batch = read_changes(session, encoder_id, seen, newest)
            index.apply(batch.points, batch.gone, batch.seq)


def read_changes(session: Session, encoder_id: str, seen: int, newest: int) -> Batch:
    """The first products that changed after `seen`; `newest` is the last number given.

    A product that changed again since is read as it is now, and once more when its later number
    comes: applying it twice does no harm.
    """
    changed = _changed(session, encoder_id, seen)
    is_last = len(changed) < BATCH
    refs = {ref for ref, _ in changed}
    products = session.connection().execute(_PRODUCTS.where(_in(Product.id, refs))).all()
    live = [row for row in products if row.deleted_at is None]
    vectors = _vectors(session, encoder_id, {row.id for row in live})
    return Batch(
        points=[_make_point(row, vectors[row.id]) for row in live],
        gone=sorted(refs - {row.id for row in live}),
        seq=newest if is_last else changed[-1][1],
    )


_PRODUCTS = select(
    col(Product.id),
    col(Product.deleted_at),
    col(Product.category),
    col(Product.price_cents),
    col(Product.currency),
    col(Product.picture_sha256),
    col(Product.attributes),
)


def _changed(session: Session, encoder_id: str, seen: int) -> list[tuple[int, int]]:
    """References and numbers of the next changes, in their order; numbers occur once."""
    of_products = (
        select(col(Product.id), col(Product.seq))
        .where(col(Product.seq) > seen)
        .order_by(col(Product.seq))
        .limit(BATCH)
    )
    of_vectors = (
        select(col(ProductVector.product_ref), col(ProductVector.seq))
        .where(col(ProductVector.encoder) == encoder_id, col(ProductVector.seq) > seen)
        .order_by(col(ProductVector.seq))
        .limit(BATCH)
    )
    connection = session.connection()
    found = [*connection.execute(of_products), *connection.execute(of_vectors)]
    return sorted(((ref, seq) for ref, seq in found), key=lambda change: change[1])[:BATCH]


def _vectors(
    session: Session, encoder_id: str, refs: set[int]
) -> dict[int, dict[VectorKind, Vectors]]:
    query = select(
        col(ProductVector.product_ref), col(ProductVector.kind), col(ProductVector.vector)
    ).where(col(ProductVector.encoder) == encoder_id, _in(ProductVector.product_ref, refs))
    found: dict[int, dict[VectorKind, Vectors]] = defaultdict(dict)
    for ref, kind, stored in session.connection().execute(query):
        found[ref][_KINDS[kind]] = from_bytes(stored)
    return found


_KINDS: dict[str, VectorKind] = {kind: kind for kind in KINDS}


def _make_point(row: Row[Any], vectors: dict[VectorKind, Vectors]) -> Point:
    payload = make_payload(
        category=row.category,
        price_cents=row.price_cents,
        currency=row.currency,
        has_picture=row.picture_sha256 is not None,
        attributes=row.attributes,
    )
    return Point(row.id, vectors, payload)


def _in(column: Any, refs: set[int]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = col(column).in_(refs)
    return found
