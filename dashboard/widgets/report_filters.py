"""Which receipts a report is about, and how many of them there are."""

import streamlit as st

from dashboard.widgets.formats import show_count
from dashboard.widgets.states import STATUS_LABELS
from pipeline.receipts.find.listing import count_matches, list_categories
from pipeline.reports.order import ReportFilter, ReportOrder
from pipeline.settings import get_settings
from pipeline.store import read_session

LOOKED_AT = {True: "Those that need a look", False: "Those that need none"}
CHOICES_KEPT_S = 30.0


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
        category = right.selectbox(
            "Category",
            _offer(given.category),
            index=_offer(given.category).index(given.category) if given.category else None,
            placeholder="Any",
            help="Then the report tells of such lines alone.",
            key=f"{prefix}-category",
        )
        left, right = st.columns(2)
        needs_review = left.selectbox(
            "Review",
            list(LOOKED_AT),
            index=None if given.needs_review is None else int(not given.needs_review),
            format_func=LOOKED_AT.__getitem__,
            placeholder="Any",
            key=f"{prefix}-needs_review",
        )
        status = right.selectbox(
            "State",
            list(STATUS_LABELS),
            index=list(STATUS_LABELS).index(given.status) if given.status else None,
            format_func=STATUS_LABELS.__getitem__,
            placeholder="Any",
            key=f"{prefix}-status",
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


_LESS_OFTEN = ("status", "client", "needs_review")


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
