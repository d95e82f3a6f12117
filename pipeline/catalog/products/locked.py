"""The rows of products that are about to be changed, held so that nobody else changes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.catalog.product import Picture
from pipeline.models import Product


@dataclass(frozen=True)
class LockedProduct:
    """What a writer must know of the row that is there; a deleted one holds no picture."""

    id: int
    product_id: str
    content_hash: str
    created_at: datetime
    is_deleted: bool
    picture: Picture | None


def lock_products(session: Session, product_ids: Iterable[str]) -> dict[str, LockedProduct]:
    """The rows there are of these ids, deleted ones too; nobody else writes them until the end."""
    # In one order everywhere, so that two writers do not wait for each other.
    rows = session.exec(
        select(Product)
        .where(col(Product.product_id).in_(list(product_ids)))
        .order_by(col(Product.product_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    locked = {row.product_id: _as_locked(row) for row in rows}
    for row in rows:
        # They are written by statements, of which the session knows nothing.
        session.expunge(row)
    return locked


def _as_locked(row: Product) -> LockedProduct:
    assert row.id is not None
    return LockedProduct(
        row.id,
        row.product_id,
        row.content_hash,
        row.created_at,
        row.deleted_at is not None,
        picture_of(row),
    )


def picture_of(row: Product) -> Picture | None:
    """The picture that a product has."""
    if not row.picture_sha256 or not row.thumbnail_sha256 or not row.picture_type:
        return None
    return Picture(
        row.picture_sha256,
        row.thumbnail_sha256,
        row.picture_type,
        row.picture_hash or 0,
        row.picture_url,
    )
