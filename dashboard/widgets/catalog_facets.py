"""The rail of filters: values with their counts, prices, pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.api.attribute_filters import split_attribute
from dashboard.language import t
from dashboard.widgets.catalog_filters import (
    ATTRIBUTE,
    CATEGORY,
    LEAST,
    MOST,
    PICTURE,
    WITH,
    WITHOUT,
    change_filter,
    count_used,
    read_attribute_names,
)
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_whole
from dashboard.widgets.product_rows import show_name, show_value

# So many values of a group are shown before somebody asks for more.
SHOWN_CATEGORIES = 8
SHOWN_VALUES = 5

_render = load_component("catalog_facets")

Counted = Sequence[tuple[Any, int]]


@dataclass(frozen=True)
class CatalogCounts:
    """How many products have which value: what the rail offers."""

    categories: Counted = ()
    attributes: Mapping[str, Counted] | None = None
    with_picture: int = 0
    without_picture: int = 0


def show_facets(counts: CatalogCounts) -> None:
    """The rail; a click changes the address and draws the page anew."""
    groups = [
        _present_group(CATEGORY, t("Category"), counts.categories, SHOWN_CATEGORIES),
        *_present_attributes(counts.attributes or {}),
        _present_pictures(counts),
    ]
    data = {
        "used": count_used(),
        "groups": [group for group in groups if group["values"]],
        "price": {"min": st.query_params.get(LEAST), "max": st.query_params.get(MOST)},
    }
    _render(data=data, key="facets", on_change_change=_change)


def _change() -> None:
    change = st.session_state["facets"].get("change")
    if change:
        change_filter(change)


def _present_group(key: str, label: str, counted: Counted, shown: int) -> dict[str, Any]:
    asked = st.query_params.get_all(key)
    values = [_present_value(str(value), str(value), count, asked) for value, count in counted]
    known = {value["value"] for value in values}
    gone = [_present_value(value, value, None, asked) for value in asked if value not in known]
    return {"key": key, "label": label, "values": [*values, *gone], "shown": shown}


def _present_attributes(attributes: Mapping[str, Counted]) -> list[dict[str, Any]]:
    names = dict.fromkeys([*attributes, *read_attribute_names()])
    return [_present_attribute(name, attributes.get(name, ())) for name in names]


def _present_attribute(name: str, counted: Counted) -> dict[str, Any]:
    asked = [
        text for text in st.query_params.get_all(ATTRIBUTE) if split_attribute(text)[0] == name
    ]
    values = [
        _present_value(_to_text(name, value), show_value(value), count, asked)
        for value, count in counted
    ]
    known = {value["value"] for value in values}
    gone = [
        _present_value(text, split_attribute(text)[1], None, asked)
        for text in asked
        if text not in known
    ]
    return {
        "key": ATTRIBUTE,
        "label": show_name(name),
        "values": [*values, *gone],
        "shown": SHOWN_VALUES,
    }


def _to_text(name: str, value: Any) -> str:
    return f"{name}:{str(value).lower() if isinstance(value, bool) else value}"


def _present_pictures(counts: CatalogCounts) -> dict[str, Any]:
    asked = st.query_params.get_all(PICTURE)
    values = [
        _present_value(WITH, t("With a picture"), counts.with_picture, asked),
        _present_value(WITHOUT, t("Without a picture"), counts.without_picture, asked),
    ]
    # A choice between all and none is none.
    divides = counts.with_picture and counts.without_picture
    return {
        "key": PICTURE,
        "label": t("Picture"),
        "values": values if divides or asked else [],
        "shown": len(values),
    }


def _present_value(
    value: str, label: str, count: int | None, asked: Sequence[str]
) -> dict[str, Any]:
    return {
        "value": value,
        "label": label,
        "count": None if count is None else show_whole(count),
        "active": value in asked,
    }
