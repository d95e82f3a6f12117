"""Which products match, in an order, how many, and the values they have: quick over 100,000."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.attribute_rows import from_value
from pipeline.catalog.products.conditions import Conditions, conditions, is_about
from pipeline.catalog.products.find import find_by_refs
from pipeline.models import Product, ProductAttribute

ListOrder = Literal["newest", "oldest", "cheapest", "dearest", "name"]
BATCH = 1000

_PRICE: Any = col(Product.price_cents)
_CREATED: Any = col(Product.created_at)
_ORDERS: dict[ListOrder, tuple[Any, ...]] = {
    "newest": (_CREATED.desc(), col(Product.id).desc()),
    "oldest": (_CREATED, col(Product.id)),
    "cheapest": (_PRICE, col(Product.id)),
    "dearest": (_PRICE.desc(), col(Product.id).desc()),
    "name": (col(Product.name_key), col(Product.id)),
}
_BY_PRICE = ("cheapest", "dearest")


def list_products(
    session: Session,
    wanted: ProductFilter,
    query: str = "",
    order: ListOrder = "newest",
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Product], int]:
    """One page of the products that match, and how many do; those without a price are last."""
    asked = [*conditions(wanted), *is_about(session, query)]
    total = _count(session, asked)
    if order not in _BY_PRICE:
        return _page(session, asked, order, limit, offset), total
    # Two questions to an index are quicker than one that no index can answer in order.
    priced = [*asked, _PRICE.is_not(None)]
    rows = _page(session, priced, order, limit, offset)
    if len(rows) < limit:
        skipped = max(0, offset - _count(session, priced))
        without = [*asked, _PRICE.is_(None)]
        rows += _page(session, without, "newest", limit - len(rows), skipped)
    return rows, total


def count_products(session: Session, wanted: ProductFilter, query: str = "") -> int:
    """How many products match."""
    return _count(session, [*conditions(wanted), *is_about(session, query)])


def iterate_refs(
    session: Session, wanted: ProductFilter, query: str = ""
) -> Iterator[Sequence[int]]:
    """The references of all that match, ascending, in batches: never all of them at once."""
    last = 0
    asked = [*conditions(wanted), *is_about(session, query)]
    while True:
        some = session.exec(
            select(Product.id)
            .where(*asked, col(Product.id) > last)
            .order_by(col(Product.id))
            .limit(BATCH)
        ).all()
        refs = [ref for ref in some if ref is not None]
        if not refs:
            return
        yield refs
        last = refs[-1]


def facet(
    session: Session, key: str, wanted: ProductFilter, query: str = "", limit: int = 20
) -> list[tuple[str | float | bool, int]]:
    """The most frequent values of `category` or of an attribute, and how many products have each.

    Counted as if nothing was chosen of this field itself: what another choice would give.
    """
    asked = [*conditions(_without(wanted, key)), *is_about(session, query)]
    count = func.count().label("products")
    if key == "category":
        value: Any = col(Product.category)
        statement: Any = select(value, count).where(*asked, value.is_not(None))
    else:
        value = col(ProductAttribute.value)
        statement = select(value, count).where(ProductAttribute.name == key)
        if len(asked) > 1:
            matching = select(Product.id).where(*asked)
            statement = statement.where(col(ProductAttribute.product_ref).in_(matching))
    rows = session.exec(statement.group_by(value).order_by(count.desc(), value).limit(limit))
    read = str if key == "category" else from_value
    return [(read(found), number) for found, number in rows]


def list_attributes(session: Session) -> list[str]:
    """The names of the attributes that products have, sorted."""
    names: list[str] = []
    smallest: Any = func.min(ProductAttribute.name)
    # From one name to the next by the index: products are many, names are few.
    found = session.exec(select(smallest)).one()
    while found is not None:
        names.append(found)
        found = session.exec(select(smallest).where(col(ProductAttribute.name) > found)).one()
    return names


def _page(
    session: Session, asked: Conditions, order: ListOrder, limit: int, offset: int
) -> list[Product]:
    # References alone are sorted: whole rows are wide.
    statement = select(Product.id).where(*asked).order_by(*_ORDERS[order])
    refs = session.exec(statement.limit(limit).offset(offset)).all()
    rows = find_by_refs(session, [ref for ref in refs if ref is not None])
    return [rows[ref] for ref in refs if ref in rows]


def _count(session: Session, asked: Conditions) -> int:
    return session.exec(select(func.count()).select_from(Product).where(*asked)).one()


def _without(wanted: ProductFilter, key: str) -> ProductFilter:
    if key == "category":
        return replace(wanted, categories=())
    others = {name: values for name, values in wanted.attributes.items() if name != key}
    return replace(wanted, attributes=others)
