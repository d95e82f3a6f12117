"""Products that were deleted by hand, as they were: what an undo puts back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from pipeline.catalog.product import Footprint, ProductDraft
from pipeline.models import Product, ProductChange

DELETED = "deleted"


@dataclass(frozen=True)
class DeletedProduct:
    """What was said of it, and the SHA-256 of its picture, which is kept for a day."""

    draft: ProductDraft
    picture_sha256: str | None


def find_deleted(session: Session, product_ids: Iterable[str]) -> list[DeletedProduct]:
    """Those of some hundred ids that are deleted, as they were last."""
    wanted = set(product_ids)
    gone = select(Product.product_id).where(
        col(Product.product_id).in_(wanted), col(Product.deleted_at).is_not(None)
    )
    last: dict[str, Mapping[str, Any]] = {}
    changes = select(ProductChange).where(
        col(ProductChange.product_id).in_(list(session.exec(gone))),
        ProductChange.change == DELETED,
    )
    for change in session.exec(changes.order_by(col(ProductChange.id))):
        last[change.product_id] = change.before or {}
    return [_read(product_id, said) for product_id, said in last.items() if "name" in said]


def _read(product_id: str, said: Mapping[str, Any]) -> DeletedProduct:
    """What `take_snapshot` wrote."""
    footprint = None
    if "footprintKgCO2e" in said:
        footprint = Footprint(
            said["footprintKgCO2e"],
            said.get("footprintBasis", "piece"),
            said.get("footprintSource"),
        )
    attributes = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in said.get("metadata", {}).items()
    }
    draft = ProductDraft(
        product_id,
        said["name"],
        said.get("description"),
        said.get("category"),
        said.get("priceCents"),
        said.get("currency"),
        attributes,
        footprint,
    )
    return DeletedProduct(draft, said.get("picture"))
