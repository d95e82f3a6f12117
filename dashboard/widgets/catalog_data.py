"""What the catalog page reads of the store: one sheet of products, and the counts of the rail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st
from sqlmodel import Session

from dashboard.widgets.catalog_facets import CatalogCounts, Counted
from dashboard.widgets.catalog_filters import (
    SHEET,
    export_query,
    read_attribute_names,
    read_filter,
    read_order,
    read_words,
)
from dashboard.widgets.sheets import read_sheet
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.listing import (
    count_products,
    facet,
    list_attributes,
    list_products,
)
from pipeline.models import Product
from pipeline.settings import get_settings
from pipeline.store import read_session

EXPORT = "/api/v1/products/export"
PER_SHEET = 48
# Counting all values of a large catalog takes a while, and they hardly move meanwhile.
COUNTS_KEPT_S = 20.0
NAMES_KEPT_S = 60.0
OFFERED_CATEGORIES = 60
OFFERED_VALUES = 30
# Of the many columns of a supplier's table, few are worth a place in the rail.
LOOKED_AT_ATTRIBUTES = 12
OFFERED_ATTRIBUTES = 6
# The most frequent size is that of one product in twenty at least; no weight is.
FEWEST_OF_NUMBER = 20


@dataclass(frozen=True)
class Sheet:
    """The products of one page of the list, and how many match in all."""

    products: Sequence[Product]
    total: int


@dataclass(frozen=True)
class _Asked:
    """What counts depend on: the store, the filters, the words, the attributes among them."""

    store: str
    wanted: ProductFilter
    words: str
    names: Sequence[str]


def load_sheet() -> Sheet:
    """What the address asks for. Raises StoreUnavailableError."""
    asked = (read_filter(), read_words(), read_order(), PER_SHEET)
    skipped = (read_sheet(SHEET) - 1) * PER_SHEET
    with read_session(get_settings()) as session:
        found, total = list_products(session, *asked, skipped)
        if total and not found:
            # The address was written when there were more; what is last now is shown.
            last = (total - 1) // PER_SHEET * PER_SHEET
            found, total = list_products(session, *asked, last)
    return Sheet(found, total)


def count_all() -> int:
    """How many products there are. Raises StoreUnavailableError."""
    with read_session(get_settings()) as session:
        return count_products(session, ProductFilter())


def load_counts() -> CatalogCounts:
    """What the rail offers under the filters that are set; up to 20 s old."""
    store, names = str(get_settings().database_url), tuple(read_attribute_names())
    return _load_counts(_Asked(store, read_filter(), read_words(), names))


def export_address() -> str:
    """Where the browser gets all that match as a file."""
    return f"{EXPORT}?{export_query()}"


def forget_counts() -> None:
    """Count again: products came, changed or went."""
    _load_counts.clear()
    _find_dividing.clear()


@st.cache_data(ttl=COUNTS_KEPT_S, max_entries=100, show_spinner=False, hash_funcs={_Asked: repr})
def _load_counts(asked: _Asked) -> CatalogCounts:
    wanted, words = asked.wanted, asked.words
    either, bare = (replace(wanted, has_picture=has) for has in (None, False))
    with read_session(get_settings()) as session:
        # Those without are few or an index leads to them; those with one are nearly all of it.
        without = count_products(session, bare, words)
        return CatalogCounts(
            categories=facet(session, "category", wanted, words, OFFERED_CATEGORIES),
            attributes=_count_attributes(session, asked),
            with_picture=count_products(session, either, words) - without,
            without_picture=without,
        )


def _count_attributes(session: Session, asked: _Asked) -> dict[str, Counted]:
    names = dict.fromkeys([*asked.names, *_find_dividing(asked.store)])
    return {name: facet(session, name, asked.wanted, asked.words, OFFERED_VALUES) for name in names}


@st.cache_data(ttl=NAMES_KEPT_S, max_entries=10, show_spinner=False)
def _find_dividing(store: str) -> list[str]:
    """Attributes by which products can be told apart in groups, judged by the whole catalog."""
    del store
    everything = ProductFilter()
    with read_session(get_settings()) as session:
        names = list_attributes(session)[:LOOKED_AT_ATTRIBUTES]
        values = {name: facet(session, name, everything, limit=2) for name in names}
        total = count_products(session, everything)
    worth = [name for name, top in values.items() if _divides(top, total)]
    return worth[:OFFERED_ATTRIBUTES]


def _divides(most_frequent: Counted, total: int) -> bool:
    """What all products have is no choice, nor is a number that hardly two have, as a weight."""
    if len(most_frequent) < 2:
        return False
    value, count = most_frequent[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return count > 1 and (not is_number or count * FEWEST_OF_NUMBER >= total)
