"""Which products a receipt's lines are: what was found, below what persons said.

What a person said is remembered for the merchant's line (`ProductLink`) and on the receipt itself,
in its corrections; what was found lies in the receipt's own items.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from pipeline.catalog.products.find import find_by_refs
from pipeline.models import Product, ProductLink
from pipeline.receipts.footprint import CatalogProduct
from pipeline.receipts.keys import line_key
from pipeline.upsert import insert_into

LINKS = "links"


@dataclass(frozen=True)
class Link:
    """A product's reference, None for none of the catalog; `likeness` 0..1."""

    ref: int | None
    likeness: float = 1.0
    is_chosen: bool = False


def links_said(
    session: Session, merchant: str | None, corrections: Mapping[str, Any] | None
) -> dict[str, Link]:
    """What persons said, by line key: what holds for the merchant below the receipt's own."""
    said: dict[str, Link] = {}
    if merchant is not None:
        links = select(ProductLink.line_key, ProductLink.product_ref)
        for line, ref in session.exec(links.where(ProductLink.merchant_key == merchant)):
            said[line] = Link(ref, is_chosen=True)
    own: Mapping[str, Any] = (corrections or {}).get(LINKS, {})
    # A product that was merged into another one has left its links of merchants to that one.
    live = find_by_refs(session, {ref for ref in own.values() if ref is not None}) if own else {}
    return said | {
        line: Link(ref, is_chosen=True)
        for line, ref in own.items()
        if ref is None or ref in live or line not in said
    }


def links_found(fields: Mapping[str, Any]) -> dict[str, Link]:
    """What was found for the lines of a receipt as it stands, by line key."""
    return {
        line_key(item["description"]): Link(item["product"]["ref"], item["product"]["likeness"])
        for item in fields.get("items") or []
        if item.get("product") and not item["product"].get("isChosen")
    }


def linked_products(session: Session, links: Mapping[str, Link]) -> dict[str, CatalogProduct]:
    """The products behind links, by line key; a link to a deleted one says nothing."""
    refs = {link.ref for link in links.values() if link.ref is not None}
    rows = find_by_refs(session, refs) if refs else {}
    return {
        line: _product(rows[link.ref], link)
        for line, link in links.items()
        if link.ref is not None and link.ref in rows
    }


def remember_link(
    session: Session, merchant: str, line: str, ref: int | None, *, actor: str, now: datetime
) -> None:
    """Let this merchant's line be this product from now on, or none of the catalog."""
    said = {"product_ref": ref, "actor": actor, "created_at": now}
    key = {"merchant_key": merchant, "line_key": line}
    session.flush()
    statement = insert_into(session, ProductLink).values(**key, **said)
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=said)
    )


def forget_link(session: Session, merchant: str, line: str) -> None:
    """Let this merchant's line be found by itself again."""
    link = session.get(ProductLink, (merchant, line))
    if link is not None:
        session.delete(link)
        session.flush()


def _product(row: Product, link: Link) -> CatalogProduct:
    assert row.id is not None
    return CatalogProduct(
        ref=row.id,
        product_id=row.product_id,
        name=row.name,
        category=row.category,
        likeness=link.likeness,
        is_chosen=link.is_chosen,
        kg_co2e=row.footprint_kg_co2e,
        basis=row.footprint_basis,
        source=row.footprint_source,
        year=row.updated_at.year,
    )
