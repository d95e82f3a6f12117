"""Products by their ids and references; deleted ones are not found."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from pipeline.catalog.product import AttributeValue, Footprint, ProductDraft
from pipeline.errors import NotFoundError
from pipeline.models import Product


def get_product(session: Session, product_id: str) -> Product:
    """The product that its owner calls so. Raises NotFoundError PRODUCT_UNKNOWN."""
    found = find_products(session, [product_id]).get(product_id)
    if found is None:
        raise NotFoundError(
            "PRODUCT_UNKNOWN", "There is no product with this id. Look for it in the catalog."
        )
    return found


def find_products(session: Session, product_ids: Iterable[str]) -> dict[str, Product]:
    """Those of some hundred ids that there are, by id."""
    rows = session.exec(
        select(Product).where(
            col(Product.product_id).in_(set(product_ids)), col(Product.deleted_at).is_(None)
        )
    )
    return {row.product_id: row for row in rows}


def find_by_refs(session: Session, refs: Iterable[int]) -> dict[int, Product]:
    """Those of some hundred references (points of an index) that there are, by reference."""
    rows = session.exec(
        select(Product).where(col(Product.id).in_(set(refs)), col(Product.deleted_at).is_(None))
    )
    return {row.id: row for row in rows if row.id is not None}


def has_products(session: Session) -> bool:
    """Whether there is anything in the catalog."""
    live = select(Product.id).where(col(Product.deleted_at).is_(None)).limit(1)
    return session.exec(live).first() is not None


def draft_of(product: Product) -> ProductDraft:
    """What was said of a product, as it would be handed over again."""
    footprint = None
    if product.footprint_kg_co2e is not None:
        footprint = Footprint(
            product.footprint_kg_co2e, product.footprint_basis or "kg", product.footprint_source
        )
    return ProductDraft(
        product_id=product.product_id,
        name=product.name,
        description=product.description,
        category=product.category,
        price_cents=product.price_cents,
        currency=product.currency,
        attributes={name: _as_attribute(value) for name, value in product.attributes.items()},
        footprint=footprint,
    )


def _as_attribute(value: AttributeValue | list[str]) -> AttributeValue:
    # JSON has no tuples.
    return tuple(value) if isinstance(value, list) else value
