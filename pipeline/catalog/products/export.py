"""The products that match as a CSV that can be imported again."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.find import find_by_refs
from pipeline.catalog.products.listing import iterate_refs, list_attributes
from pipeline.csv_cells import BOM, defuse
from pipeline.models import Product

# As the import suggests them by itself.
COLUMNS = (
    "id",
    "name",
    "description",
    "category",
    "price",
    "currency",
    "image_url",
    "footprint",
    "footprint_basis",
    "footprint_source",
)
LIST_MARK = "|"


def export_products(session: Session, wanted: ProductFilter, query: str = "") -> Iterator[bytes]:
    """UTF-8 with a byte order mark, piece by piece; one column for each attribute of the catalog.

    What a spreadsheet would run as a formula is made text by an apostrophe before it.
    """
    names = [name for name in list_attributes(session) if name not in COLUMNS]
    yield _write([[*COLUMNS, *map(defuse, names)]], BOM)
    for refs in iterate_refs(session, wanted, query):
        found = find_by_refs(session, refs)
        yield _write([_cells(found[ref], names) for ref in refs if ref in found])
        # Rows of a whole catalog would stay in the session otherwise.
        session.expunge_all()


def _cells(product: Product, names: Sequence[str]) -> list[str]:
    price = product.price_cents
    said = (
        product.product_id,
        product.name,
        product.description,
        product.category,
        None if price is None else f"{price // 100}.{price % 100:02}",
        product.currency,
        product.picture_url,
        product.footprint_kg_co2e,
        product.footprint_basis,
        product.footprint_source,
    )
    return [_cell(value) for value in (*said, *(product.attributes.get(name) for name in names))]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        value = LIST_MARK.join(map(str, value))
    return defuse(value) if isinstance(value, str) else str(value)


def _write(rows: Sequence[Sequence[str]], before: str = "") -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return (before + written.getvalue()).encode()
