"""A product's own footprint as a factor, in place of the generic one of what it is."""

from dataclasses import replace

from pipeline.receipts.document import LineItem
from pipeline.receipts.footprint.figures import CatalogProduct, Factor
from pipeline.receipts.footprint.packs import read_content
from pipeline.receipts.footprint.shipped import Entry

ID_BEGINS = "product:"
OWN_SOURCE = "catalog"
_UNITS = {"kg": "kg", "piece": "pcs"}
_NO_CATEGORY = "catalog"


def entry_of_product(product: CatalogProduct, generic: Entry | None) -> Entry | None:
    """The product's figure with the packs, category and score of what it generically is.

    None where the product has no figure of its own. It carries no quality rating.
    """
    if product.kg_co2e is None or product.basis not in _UNITS:
        return None
    category = product.category or _NO_CATEGORY
    unknown = Factor("", "", None, category, category, "product", "kg", 0, None, None, "", 0)
    like = generic.factor if generic else unknown
    factor = replace(
        like,
        id=f"{ID_BEGINS}{product.product_id}",
        name_fr=product.name,
        name_en=None,
        unit=_UNITS[product.basis],
        kg_co2e=product.kg_co2e,
        dqr=None,
        source=product.source or OWN_SOURCE,
        year=product.year,
    )
    if generic is None:
        return Entry(factor, (), ())
    # A generic figure in euros says nothing of kilograms.
    return replace(generic, factor=factor, spread=None, is_group=False)


def with_size_of(item: LineItem, product: CatalogProduct) -> LineItem:
    """The line with the size that the product's name prints, where its own prints none."""
    own, named = read_content(item.description), read_content(product.name)
    if own.kg or own.litres or not (named.kg or named.litres):
        return item
    return replace(item, description=product.name)
