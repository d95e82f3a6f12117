"""What the catalog is narrowed to and how it is shown: all of it stands in the address.

The words are a widget bound to it. All else writes it itself: a pasted link may ask for values
that no product has any more, and means the same to readers of another language.
"""

import contextlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.api.attribute_filters import group_attributes, split_attribute
from dashboard.api.product_values import to_cents
from dashboard.language import N_
from dashboard.widgets.product_grid import View
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.listing import ListOrder

WORDS, ORDER, LOOK, SHEET = "words", "order", "look", "sheet"
CATEGORY, ATTRIBUTE, PICTURE, LEAST, MOST = "category", "is", "picture", "min", "max"
IMPORT = "from"
LOOK_KEY, ORDER_KEY = "catalog-look", "catalog-order"
ORDERS: dict[ListOrder, str] = {
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "cheapest": N_("Cheapest first"),
    "dearest": N_("Most expensive first"),
    "name": N_("By name"),
}
LISTS = (CATEGORY, ATTRIBUTE, PICTURE)
FACETS = (*LISTS, LEAST, MOST)
WITH, WITHOUT = "with", "without"
MOST_AMOUNT = 1e10


def read_filter() -> ProductFilter:
    """The filters for the store; what cannot be read in the address narrows nothing."""
    pictures = set(st.query_params.get_all(PICTURE))
    return ProductFilter(
        categories=tuple(st.query_params.get_all(CATEGORY)),
        attributes=group_attributes(st.query_params.get_all(ATTRIBUTE)),
        min_price_cents=_read_cents(LEAST),
        max_price_cents=_read_cents(MOST),
        has_picture=(WITH in pictures) if len(pictures) == 1 else None,
        import_job_id=st.query_params.get(IMPORT),
    )


def read_attribute_names() -> list[str]:
    """The attributes that are asked for, each once."""
    named = (split_attribute(text)[0] for text in st.query_params.get_all(ATTRIBUTE))
    return list(dict.fromkeys(name for name in named if name))


def read_words() -> str:
    """What is typed in the search box."""
    return str(st.session_state.get(WORDS) or "").strip()


def read_order() -> ListOrder:
    """In which order products are listed; the newest first where the address says nothing."""
    asked = st.query_params.get(ORDER)
    return next((order for order in ORDERS if order == asked), "newest")


def keep_order() -> None:
    """Let the address say it."""
    _set_list(ORDER, [str(st.session_state[ORDER_KEY])])
    go_to_first_sheet()


def read_look() -> View:
    """Grid or list."""
    return "list" if st.query_params.get(LOOK) == "list" else "grid"


def keep_look() -> None:
    """Let the address say it, without the icons that the widget has for names."""
    _set_list(LOOK, ["list"] if st.session_state[LOOK_KEY] == "list" else [])


def export_query() -> str:
    """The same for the address of the export."""
    pictures = st.query_params.get_all(PICTURE)
    asked = {
        "query": read_words(),
        "category": st.query_params.get_all(CATEGORY),
        "attribute": st.query_params.get_all(ATTRIBUTE),
        "minPrice": _read_amount(LEAST),
        "maxPrice": _read_amount(MOST),
        "hasPicture": str(WITH in pictures).lower() if len(pictures) == 1 else None,
        "importId": st.query_params.get(IMPORT),
    }
    return urlencode({name: value for name, value in asked.items() if value}, doseq=True)


def count_used() -> int:
    """How many filters beside the words are set."""
    used = sum(len(st.query_params.get_all(name)) for name in FACETS)
    return used + (IMPORT in st.query_params)


def is_narrowed() -> bool:
    """Whether fewer than all products may be shown."""
    return bool(read_words()) or count_used() > 0


def change_filter(change: Mapping[str, Any]) -> None:
    """Do what the rail asks for: clear all, or set one value."""
    key = change.get("key")
    if change.get("clear"):
        clear_filters()
    elif key in LISTS:
        values = [one for one in st.query_params.get_all(key) if one != change["value"]]
        _set_list(key, [*values, change["value"]] if change["on"] else values)
    elif key in (LEAST, MOST):
        _set_list(key, [change["value"]] if change["value"] else [])
    go_to_first_sheet()


def clear_filters() -> None:
    """Show every product again."""
    for name in (*FACETS, IMPORT):
        st.query_params.pop(name, None)
    if WORDS in st.session_state:
        st.session_state[WORDS] = ""
    go_to_first_sheet()


def forget_import() -> None:
    """Show more than one import's products again."""
    st.query_params.pop(IMPORT, None)
    go_to_first_sheet()


def go_to_first_sheet() -> None:
    """Another question has other pages."""
    st.query_params.pop(SHEET, None)


def _set_list(name: str, values: list[str]) -> None:
    if values:
        st.query_params[name] = values
    else:
        st.query_params.pop(name, None)


def _read_cents(name: str) -> int | None:
    amount = _read_amount(name)
    return None if amount is None else to_cents(amount)


def _read_amount(name: str) -> float | None:
    """What cannot be an amount narrows nothing."""
    with contextlib.suppress(ValueError):
        amount = float(st.query_params.get(name, ""))
        return amount if 0 <= amount <= MOST_AMOUNT else None
    return None
