"""Which receipts a report is about, and how many of them there are."""

from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.language import N_, t, tn
from dashboard.widgets.states import STATUS_LABELS
from dashboard.widgets.store_access import BY_STORE
from pipeline.receipts.find.listing import count_matches, list_categories
from pipeline.reports.order import ReportFilter, ReportOrder
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session

LOOKED_AT = {True: N_("Those that need a look"), False: N_("Those that need none")}
CHOICES_KEPT_S = 30.0

T = TypeVar("T")


def ask_filters(prefix: str, given: ReportFilter) -> ReportFilter:
    """The filters behind a heading that says how many are set."""
    # Read before they are drawn: the heading stands above them.
    used = sum(_is_set(prefix, name, given) for name in ("merchant", "category", *_LESS_OFTEN))
    label = t("Only some receipts ({count})", count=used) if used else t("Only some receipts")
    with st.expander(label, icon=":material/tune:", key=f"{prefix}-filters"):
        left, right = st.columns(2)
        merchant = _ask_merchant(left, prefix, given)
        category = _ask_choice(
            right,
            f"{prefix}-category",
            t("Category"),
            _offer(given.category),
            given.category or None,
            help=t("Then the report tells of such lines alone."),
        )
        left, right = st.columns(2)
        needs_review = _ask_choice(
            left, f"{prefix}-needs_review", t("Review"), list(LOOKED_AT), given.needs_review
        )
        status = _ask_choice(
            right, f"{prefix}-status", t("State"), list(STATUS_LABELS), given.status or None
        )
        client = _ask_client(prefix, given)
    return ReportFilter(
        merchant=merchant,
        category=category or "",
        status=status or "",
        client=client,
        needs_review=needs_review,
    )


def _ask_merchant(place: DeltaGenerator, prefix: str, given: ReportFilter) -> str:
    merchant: str = place.text_input(
        t("Merchant"),
        given.merchant,
        placeholder=t("Part of its name"),
        live=True,
        key=f"{prefix}-merchant",
    )
    return merchant.strip()


def _ask_client(prefix: str, given: ReportFilter) -> str:
    client: str = st.text_input(
        t("Handed over by"),
        given.client,
        placeholder=t("Anybody"),
        help=t("The name under which the API counts a client: dashboard, or its address."),
        key=f"{prefix}-client",
    )
    return client.strip()


def _ask_choice(
    place: DeltaGenerator,
    key: str,
    label: str,
    offered: list[T],
    given: Any,
    *,
    help: str | None = None,
) -> T | None:
    chosen: T | None = place.selectbox(
        label,
        offered,
        index=None if given is None else offered.index(given),
        format_func=_say,
        placeholder=t("Any"),
        help=help,
        key=key,
    )
    return chosen


_LESS_OFTEN = ("status", "client", "needs_review")
_WORDS: dict[Any, str] = {**LOOKED_AT, **STATUS_LABELS}


def say_status(status: str) -> str:
    """A state of receipts as it is offered; one that is none as it stands."""
    return t(STATUS_LABELS[status]) if status in STATUS_LABELS else status


def _say(one: Any) -> str:
    return t(_WORDS[one]) if one in _WORDS else str(one)


def _is_set(prefix: str, name: str, given: ReportFilter) -> bool:
    return st.session_state.get(f"{prefix}-{name}", getattr(given, name)) not in ("", None)


def say_match(order: ReportOrder) -> tuple[int, str]:
    """How many receipts this report is about, and that as Markdown; a bound where they are many."""
    with read_session(get_settings()) as session:
        count, is_more = count_matches(session, order.receipt_filter())
    if is_more:
        return count, tn(
            "**More than {n} receipt** matches", "**More than {n} receipts** match", count
        )
    return count, tn("**{n} receipt** matches", "**{n} receipts** match", count)


def _offer(chosen: str) -> list[str]:
    known = _load_categories(get_settings())
    return known if not chosen or chosen in known else [*known, chosen]


@st.cache_data(ttl=CHOICES_KEPT_S, show_spinner=False, hash_funcs=BY_STORE)
def _load_categories(settings: Settings) -> list[str]:
    with read_session(settings) as session:
        return list_categories(session)
