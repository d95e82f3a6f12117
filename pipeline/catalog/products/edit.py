"""Editing a product by hand: checked, written down who did it, and encoded anew if its words do."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.check import check_draft
from pipeline.catalog.products.encode_job import submit_encoding
from pipeline.catalog.products.find import draft_of, get_product
from pipeline.catalog.products.locked import lock_products
from pipeline.catalog.products.snapshot import take_snapshot
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.models import Product, ProductChange

# What the audit calls a change; before and after are in `ProductChange`.
ACTIONS = {"edited": "product.edit", "merged": "product.merge"}
EDITABLE = frozenset(field.name for field in fields(ProductDraft)) - {"product_id"}


def edit_product(
    session: Session, product_id: str, changes: Mapping[str, Any], now: datetime, actor: str
) -> Product:
    """Put `changes`, by the names of `ProductDraft`, in place of what stands there.

    `attributes` are merged: None takes one away. What stands there already changes nothing and is
    not written down. Where its words change, a job encodes them anew. To be called last in its
    transaction. Raises NotFoundError PRODUCT_UNKNOWN,
    InvalidRequestError PRODUCT_….
    """
    lock_products(session, [product_id])
    product = get_product(session, product_id)
    before = draft_of(product)
    after = _changed(before, changes)
    check_draft(after)
    if after == before:
        return product
    old = take_snapshot(product)
    session.expunge(product)
    put_products(session, [NewProduct(after)], now)
    product = get_product(session, product_id)
    note_change(session, "edited", product_id, old, take_snapshot(product), now, actor)
    if after.text != before.text:
        submit_encoding(session, product_id, now)
    return product


def list_changes(session: Session, product_id: str) -> list[ProductChange]:
    """Who changed what of a product by hand, newest first; also of a deleted one."""
    changes = select(ProductChange).where(ProductChange.product_id == product_id)
    return list(session.exec(changes.order_by(col(ProductChange.id).desc())))


def note_change(
    session: Session,
    change: str,
    product_id: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
    actor: str,
) -> None:
    """Write down what is not the same any more; what is not said is None."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    session.add(
        ProductChange(
            product_id=product_id,
            at=now,
            actor=actor,
            change=change,
            before={name: before.get(name) for name in names},
            after={name: after.get(name) for name in names},
        )
    )
    write(
        session,
        actor=actor,
        action=ACTIONS[change],
        target_type="product",
        target_id=product_id,
        detail={"name": after.get("name"), "fields": names, "mergedFrom": after.get("mergedFrom")},
        now=now,
    )


def _changed(before: ProductDraft, changes: Mapping[str, Any]) -> ProductDraft:
    unknown = changes.keys() - EDITABLE
    if unknown:
        msg = f"a product has no {sorted(unknown)}"
        raise ValueError(msg)
    changes = dict(changes)
    if "attributes" in changes:
        merged = {**before.attributes, **(changes["attributes"] or {})}
        changes["attributes"] = {name: value for name, value in merged.items() if value is not None}
    return replace(before, **changes)
