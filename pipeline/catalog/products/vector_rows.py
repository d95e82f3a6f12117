"""Vectors as rows: what one encoder made of a product's picture or words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from pipeline.catalog.products.numbering import UNNUMBERED
from pipeline.catalog.vectors import VectorKind
from pipeline.models import ProductVector
from pipeline.upsert import insert_into


@dataclass(frozen=True)
class NewVector:
    """A vector as the store keeps it (see `vectors.to_bytes`)."""

    product_ref: int
    encoder_id: str
    kind: VectorKind
    vector: bytes


def write_vectors(session: Session, vectors: Sequence[NewVector]) -> int:
    """Write those that differ from what is kept and return how many; `number_changes` follows."""
    kept = _kept(session, {vector.product_ref for vector in vectors})
    rows = [
        {
            "product_ref": new.product_ref,
            "encoder": new.encoder_id,
            "kind": new.kind,
            "vector": new.vector,
            "seq": UNNUMBERED,
        }
        for new in vectors
        if kept.get((new.product_ref, new.encoder_id, new.kind)) != new.vector
    ]
    if not rows:
        return 0
    insert = insert_into(session, ProductVector)
    upsert = insert.on_conflict_do_update(
        index_elements=["product_ref", "encoder", "kind"],
        set_={"vector": insert.excluded.vector, "seq": insert.excluded.seq},
    )
    rows.sort(key=lambda row: (row["product_ref"], row["kind"]))
    session.connection().execute(upsert.returning(col(ProductVector.id)), rows)
    return len(rows)


def _kept(session: Session, refs: set[int]) -> dict[tuple[int, str, str], bytes]:
    if not refs:
        return {}
    rows = session.exec(
        select(
            ProductVector.product_ref,
            ProductVector.encoder,
            ProductVector.kind,
            ProductVector.vector,
        ).where(col(ProductVector.product_ref).in_(refs))
    )
    return {(ref, encoder, kind): vector for ref, encoder, kind, vector in rows}
