"""Deciding about products that look the same: keep one of them, or all."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from sqlmodel import Session, col, select, update

from pipeline.audit import write
from pipeline.catalog.product import Picture, ProductDraft
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.edit import note_change
from pipeline.catalog.products.encode_job import submit_encoding
from pipeline.catalog.products.find import draft_of, find_products
from pipeline.catalog.products.locked import lock_products, picture_of
from pipeline.catalog.products.snapshot import take_snapshot
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.errors import InvalidRequestError
from pipeline.models import DuplicateDecision, Product, ProductLink, ReceiptLine
from pipeline.upsert import insert_into

NOT_THE_SAME = "kept_both"


def merge_products(
    session: Session, kept_id: str, other_ids: Sequence[str], now: datetime, actor: str
) -> Product:
    """Keep one product, fill what it does not say from the others in turn, delete those.

    Links of receipts' lines to the others point to the kept one then. To be called last in its
    transaction. Raises InvalidRequestError PRODUCTS_NOT_SEVERAL where one of them is gone.
    """
    found = _require_several(session, [kept_id, *other_ids])
    kept, others = found[0], found[1:]
    before, snapshot = draft_of(kept), take_snapshot(kept)
    after = before
    for other in others:
        after = _filled(after, draft_of(other))
    picture = _picture_among(found)
    _move_links(session, kept, others)
    for product in found:
        session.expunge(product)
    delete_products(session, [other.product_id for other in others], now, actor)
    put_products(session, [NewProduct(after, picture)], now)
    product = find_products(session, [kept_id])[kept_id]
    merged_from = {"mergedFrom": [other.product_id for other in others]}
    note_change(
        session, "merged", kept_id, snapshot, take_snapshot(product) | merged_from, now, actor
    )
    if after.text != before.text or product.picture_sha256 != snapshot.get("picture"):
        submit_encoding(session, kept_id, now)
    return product


def keep_both(session: Session, product_ids: Sequence[str], now: datetime, actor: str) -> None:
    """Remember that these are different products, each of them from each.

    Raises InvalidRequestError PRODUCTS_NOT_SEVERAL where one of them is gone.
    """
    refs = sorted(product.id or 0 for product in _require_several(session, product_ids))
    rows = [
        {"first": first, "second": second, "decision": NOT_THE_SAME, "actor": actor,
         "created_at": now}
        for first, second in combinations(refs, 2)
    ]  # fmt: skip
    insert = insert_into(session, DuplicateDecision)
    session.connection().execute(
        insert.on_conflict_do_nothing(index_elements=["first", "second"]), rows
    )
    write(
        session,
        actor=actor,
        action="product.keep_both",
        target_type="products",
        target_id=product_ids[0],
        detail={"products": list(product_ids)},
        now=now,
    )


def _require_several(session: Session, product_ids: Sequence[str]) -> list[Product]:
    lock_products(session, product_ids)
    found = find_products(session, product_ids)
    if len(product_ids) < 2 or len(found) < len(product_ids):
        raise InvalidRequestError(
            "PRODUCTS_NOT_SEVERAL",
            "Choose at least two different products that still are in the catalog.",
        )
    return [found[product_id] for product_id in product_ids]


def _filled(draft: ProductDraft, other: ProductDraft) -> ProductDraft:
    has_price = draft.price_cents is not None
    return ProductDraft(
        product_id=draft.product_id,
        name=draft.name,
        description=draft.description or other.description,
        category=draft.category or other.category,
        price_cents=draft.price_cents if has_price else other.price_cents,
        currency=draft.currency if has_price else other.currency,
        attributes={**draft.attributes, **other.attributes, **draft.attributes},
        footprint=draft.footprint or other.footprint,
    )


def _picture_among(products: Sequence[Product]) -> Picture | None:
    return next((one for one in map(picture_of, products) if one), None)


def _move_links(session: Session, kept: Product, others: Sequence[Product]) -> None:
    refs = [other.id for other in others]
    for table in (ProductLink, ReceiptLine):
        session.connection().execute(
            update(table).where(col(table.product_ref).in_(refs)).values(product_ref=kept.id)
        )


def decisions_among(session: Session, refs: Sequence[int]) -> set[tuple[int, int]]:
    """The pairs of these references, smaller first, that were said not to be the same."""
    rows = session.exec(
        select(DuplicateDecision.first, DuplicateDecision.second).where(
            col(DuplicateDecision.first).in_(refs), col(DuplicateDecision.second).in_(refs)
        )
    )
    return set(rows)
