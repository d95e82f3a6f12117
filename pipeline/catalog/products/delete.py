"""Deleting products: the row stays as a tombstone until every index has seen it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from pipeline.audit import write
from pipeline.catalog.linking.submit import submit_relink
from pipeline.catalog.products.attribute_rows import delete_attributes
from pipeline.catalog.products.locked import picture_of
from pipeline.catalog.products.numbering import UNNUMBERED, number_changes
from pipeline.catalog.products.old_pictures import note_unused
from pipeline.catalog.products.snapshot import take_snapshot
from pipeline.catalog.products.word_rows import delete_words
from pipeline.models import Product, ProductChange, ProductVector

BATCH = 500


def delete_products(
    session: Session, product_ids: Iterable[str], now: datetime, actor: str
) -> list[str]:
    """Delete these products and return the ids of those that there were; others are ignored.

    To be called last in its transaction, because other writers wait for its end from then on.
    """
    wanted = sorted(set(product_ids))
    deleted: dict[int, str] = {}
    for first in range(0, len(wanted), BATCH):
        deleted |= _delete_some(session, wanted[first : first + BATCH], now, actor)
    if deleted:
        submit_relink(session, now)
    refs = list(deleted)
    for first in range(0, len(refs), BATCH):
        number_changes(session, refs[first : first + BATCH])
    return list(deleted.values())


def delete_and_audit(
    session: Session, product_ids: Iterable[str], now: datetime, actor: str
) -> list[str]:
    """The same, in one entry of the audit, where nothing else tells which ones they were."""
    deleted = delete_products(session, product_ids, now, actor)
    if deleted:
        write(
            session,
            actor=actor,
            action="product.delete",
            target_type="product" if len(deleted) == 1 else "products",
            target_id=deleted[0],
            detail={"products": deleted},
            now=now,
        )
    return deleted


def _delete_some(
    session: Session, product_ids: Sequence[str], now: datetime, actor: str
) -> dict[int, str]:
    """References and ids of those that were deleted; they still wait for their number."""
    rows = _lock_live(session, product_ids)
    refs = {row.id: row.product_id for row in rows if row.id is not None}
    for row in rows:
        session.add(
            ProductChange(
                product_id=row.product_id,
                at=now,
                actor=actor,
                change="deleted",
                before=take_snapshot(row),
            )
        )
    note_unused(session, [one for one in map(picture_of, rows) if one], now)
    _bury(session, list(refs), now)
    session.flush()
    for row in rows:
        # Buried by a statement, of which the session knows nothing.
        session.expunge(row)
    return refs


def _lock_live(session: Session, product_ids: Sequence[str]) -> Sequence[Product]:
    return session.exec(
        select(Product)
        .where(col(Product.product_id).in_(product_ids), col(Product.deleted_at).is_(None))
        .order_by(col(Product.product_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _bury(session: Session, refs: Sequence[int], now: datetime) -> None:
    connection = session.connection()
    connection.execute(
        update(Product)
        .where(col(Product.id).in_(refs))
        .values(
            deleted_at=now,
            updated_at=now,
            picture_sha256=None,
            thumbnail_sha256=None,
            picture_type=None,
            picture_hash=None,
            seq=UNNUMBERED,
        )
    )
    connection.execute(delete(ProductVector).where(col(ProductVector.product_ref).in_(refs)))
    delete_words(connection, refs)
    delete_attributes(connection, refs)
