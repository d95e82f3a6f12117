"""Which receipts a report is about, and how many of them there are."""

from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.widgets.formats import show_count
from dashboard.widgets.states import STATUS_LABELS
from pipeline.receipts.find.listing import count_matches, list_categories
from pipeline.reports.order import ReportFilter, ReportOrder
from pipeline.settings import get_settings
from pipeline.store import read_session

LOOKED_AT = {True: "Those that need a look", False: "Those that need none"}
CHOICES_KEPT_S = 30.0

T = TypeVar("T")


def ask_filters(prefix: str, given: ReportFilter) -> ReportFilter:
    """The filters behind a heading that says how many are set."""
    # Read before they are drawn: the heading stands above them.
    used = sum(_is_set(prefix, name, given) for name in ("merchant", "category", *_LESS_OFTEN))
    label = f"Only some receipts ({used})" if used else "Only some receipts"
    with st.expander(label, icon=":material/tune:", key=f"{prefix}-filters"):
        left, right = st.columns(2)
        merchant = left.text_input(
            "Merchant",
            given.merchant,
            placeholder="Part of its name",
            live=True,
            key=f"{prefix}-merchant",
        )
        category = _ask_choice(
            right, f"{prefix}-category", "Category", _offer(given.category), given.category or None
        )
        left, right = st.columns(2)
        needs_review = _ask_choice(
            left, f"{prefix}-needs_review", "Review", list(LOOKED_AT), given.needs_review
        )
        status = _ask_choice(
            right, f"{prefix}-status", "State", list(STATUS_LABELS), given.status or None
        )
        client = st.text_input(
            "Handed over by",
            given.client,
            placeholder="Anybody",
            help="The name under which the API counts a client: dashboard, or its address.",
            key=f"{prefix}-client",
        )
    return ReportFilter(
        merchant=merchant.strip(),
        category=category or "",
        status=status or "",
        client=client.strip(),
        needs_review=needs_review,
    )


def _ask_choice(
    place: DeltaGenerator, key: str, label: str, offered: list[T], given: Any
) -> T | None:
    chosen: T | None = place.selectbox(
        label,
        offered,
        index=None if given is None else offered.index(given),
        format_func=lambda one: _WORDS.get(one, one),
        placeholder="Any",
        help=_HELP.get(label),
        key=key,
    )
    return chosen


_LESS_OFTEN = ("status", "client", "needs_review")
_WORDS: dict[Any, str] = {**LOOKED_AT, **STATUS_LABELS}
_HELP = {"Category": "Then the report tells of such lines alone."}


def _is_set(prefix: str, name: str, given: ReportFilter) -> bool:
    return st.session_state.get(f"{prefix}-{name}", getattr(given, name)) not in ("", None)


def say_match(order: ReportOrder) -> tuple[int, str]:
    """How many receipts this report is about, and that as words; a bound where they are many."""
    with read_session(get_settings()) as session:
        count, is_more = count_matches(session, order.receipt_filter())
    if is_more:
        return count, f"More than {show_count(count, 'receipt', 'receipts')}"
    return count, show_count(count, "receipt", "receipts")


def _offer(chosen: str) -> list[str]:
    known = _load_categories(str(get_settings().database_url))
    return known if not chosen or chosen in known else [*known, chosen]


@st.cache_data(ttl=CHOICES_KEPT_S, show_spinner=False)
def _load_categories(_store: str) -> list[str]:
    with read_session(get_settings()) as session:
        return list_categories(session)
