"""The filter bar of the receipts page: its state lives in the address, under the names below."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from dashboard.api.receipt_filters import ReceiptQuery
from dashboard.language import N_, t, tc
from dashboard.widgets.amounts import ask_amount, read_amount, type_amount
from dashboard.widgets.choice_address import adopt_choice, adopt_words
from dashboard.widgets.receipt_words import TYPES, name_category, say_category
from dashboard.widgets.states import STATUS_LABELS
from pipeline.receipts.find.filters import GRADES, ReceiptFilter
from pipeline.receipts.find.listing import Sort

WEIGHED = {"true": N_("Partly unknown"), "false": N_("Known in full")}
SHEET = "page"
AMOUNTS = ("min", "max")
DISCARDED = {"with": N_("Shown too"), "only": N_("Only those")}
SORTS: dict[Sort, str] = {"newest": N_("Newest first"), "relevance": N_("Best match first")}


@dataclass(frozen=True)
class _Filter:
    """A filter: the key of its widget and in the address, its name in the API, what is no filter.

    Those behind the button are counted on it.
    """

    key: str
    name: str
    unset: Any
    behind_button: bool = True


_FILTERS = (
    _Filter("query", "query", "", behind_button=False),
    _Filter("status", "status", None, behind_button=False),
    _Filter("review", "needsReview", False, behind_button=False),
    _Filter("merchant", "merchant", ""),
    _Filter("from", "from", None),
    _Filter("to", "to", None),
    _Filter("min", "minTotal", ""),
    _Filter("max", "maxTotal", ""),
    _Filter("type", "type", None),
    _Filter("currency", "currency", None),
    _Filter("grade", "grade", None),
    _Filter("category", "category", None),
    _Filter("footprint", "unknownFootprint", None),
    _Filter("discarded", "discarded", None),
)


@dataclass(frozen=True)
class Choices:
    """What can be chosen because some receipt has it."""

    currencies: list[str]
    categories: list[str]


def show_filters(choices: Choices) -> None:
    """Draw the bar; the filters that are needed less often stand behind its last button."""
    _adopt_address(choices)
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        st.text_input(
            tc("act", "Search"),
            key="query",
            bind="query-params",
            type="search",
            live=True,
            icon=":material/search:",
            placeholder=t("Words, amount, file or id"),
            help=t('All words must occur. "In this order", -without.'),
            label_visibility="collapsed",
            on_change=go_to_first_page,
            width=300,
        )
        st.segmented_control(
            t("Status"),
            options=list(STATUS_LABELS),
            format_func=lambda status: t(STATUS_LABELS[status]),
            key="status",
            bind="query-params",
            label_visibility="collapsed",
            wrap=True,
            on_change=go_to_first_page,
        )
        st.toggle(t("Needs a look"), key="review", bind="query-params", on_change=go_to_first_page)
        _show_more(choices)


def _adopt_address(choices: Choices) -> None:
    adopt_words("status", STATUS_LABELS)
    adopt_words("type", TYPES)
    adopt_words("footprint", WEIGHED)
    adopt_words("discarded", DISCARDED)
    adopt_words("sort", SORTS)
    adopt_choice("category", choices.categories, name_category)


def _show_more(choices: Choices) -> None:
    used = sum(_is_set(one) for one in _FILTERS if one.behind_button)
    label = t("Filters ({number})", number=used) if used else t("Filters")
    with st.popover(label, icon=":material/tune:", key="more-filters"):
        st.text_input(t("Merchant"), placeholder=t("Part of its name"), **_bound("merchant"))
        first, last = st.columns(2)
        first.date_input(t("Bought from"), value=None, format="DD/MM/YYYY", **_bound("from"))
        last.date_input(t("Until"), value=None, format="DD/MM/YYYY", **_bound("to"))
        least, most = st.columns(2)
        ask_amount(least, t("Total from"), **_bound("min"))
        ask_amount(most, t("Up to"), **_bound("max"))
        kind, currency = st.columns(2)
        _choose(kind, t("Type"), "type", _say_all(TYPES))
        _choose(currency, t("Currency"), "currency", _offer("currency", choices.currencies))
        grade, category = st.columns(2)
        _choose(grade, t("Grade"), "grade", {grade: grade for grade in GRADES})
        categories = {name: say_category(name) for name in _offer("category", choices.categories)}
        _choose(category, t("Category"), "category", categories)
        footprint, discarded = st.columns(2)
        _choose(footprint, t("Footprint"), "footprint", _say_all(WEIGHED))
        _choose(discarded, t("Discarded duplicates"), "discarded", _say_all(DISCARDED), t("Hidden"))
        st.button(
            t("Clear filters"), key="clear", on_click=clear_filters, disabled=not is_filtered()
        )


def _choose(
    place: DeltaGenerator,
    label: str,
    key: str,
    options: Mapping[str, str],
    nothing: str | None = None,
) -> None:
    place.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda option: options.get(option, option),
        placeholder=nothing or t("Any"),
        **_bound(key),
    )


def _say_all(words: Mapping[str, str]) -> dict[str, str]:
    return {value: t(word) for value, word in words.items()}


def _bound(key: str) -> dict[str, Any]:
    return {"key": key, "bind": "query-params", "on_change": go_to_first_page}


def _offer(key: str, known: list[str]) -> dict[str, str]:
    # A link may ask for what no receipt has any more.
    asked = st.query_params.get(key) or st.session_state.get(key)
    return {name: name for name in [*known, *([asked] if asked else [])]}


def _is_set(one: _Filter) -> bool:
    value = st.session_state.get(one.key, one.unset)
    if one.key in AMOUNTS:
        # What is no amount has its sentence below, and filters nothing.
        return read_amount(value) is not None
    return value not in (one.unset, None, "")


def is_filtered() -> bool:
    """Whether any filter is set."""
    return any(_is_set(one) for one in _FILTERS)


def current_query() -> str:
    """The filters as the query string of the API's list; the same string is kept by a view."""
    asked = {one.name: _to_text(one) for one in _FILTERS if _is_set(one)}
    return urlencode(asked)


def current_filter() -> ReceiptFilter:
    """The filters for the store; those that make no sense together match nothing, not all."""
    return ReceiptQuery.model_validate(dict(parse_qsl(current_query()))).to_filter()


def show_order() -> None:
    """Offer the order of what words were looked for in; all else comes newest first."""
    if not st.session_state.get("query"):
        return
    st.segmented_control(
        t("Order"),
        options=list(SORTS),
        format_func=lambda order: t(SORTS[order]),
        default="newest",
        required=True,
        key="sort",
        bind="query-params",
        label_visibility="collapsed",
        on_change=go_to_first_page,
    )


def current_order() -> Sort:
    """The order that was chosen, as the store takes it."""
    chosen: Sort = st.session_state.get("sort") or "newest"
    return chosen if st.session_state.get("query") else "newest"


def apply_query(query: str) -> None:
    """Set the filters from a query string; what it does not name, or cannot be read, is unset."""
    asked = dict(parse_qsl(query))
    try:
        ReceiptQuery.model_validate(asked)
    except ValidationError:
        asked = {}
    for one in _FILTERS:
        text = asked.get(one.name)
        st.session_state[one.key] = one.unset if text is None else _from_text(one, text)
    go_to_first_page()


def clear_filters() -> None:
    """Show every receipt again."""
    apply_query("")


def go_to_first_page() -> None:
    """Another question has other pages."""
    st.query_params.pop(SHEET, None)


def _to_text(one: _Filter) -> str:
    value = st.session_state[one.key]
    if one.key in AMOUNTS:
        return str(read_amount(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _from_text(one: _Filter, text: str) -> Any:
    if one.key in ("from", "to"):
        return date.fromisoformat(text)
    if one.key in AMOUNTS:
        return type_amount(float(text))
    return text == "true" if one.key == "review" else text
