"""Receipts: all of them in a list, one of them in full under `?receipt=<id>`."""

import streamlit as st

from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_count
from dashboard.widgets.headers import show_header
from dashboard.widgets.receipt_detail import show_detail
from dashboard.widgets.receipt_rows import present_row
from dashboard.widgets.receipt_table import show_table
from dashboard.widgets.states import STATUS_LABELS, is_unfinished
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.receipts.queries import list_receipts
from pipeline.settings import get_settings
from pipeline.store import read_session

ROWS_PER_PAGE = 25
BUSY_POLL_S = 1.0
IDLE_POLL_S = 10.0

_BUSY = "receipts-busy"


def show_receipts() -> None:
    """One receipt where the address names one, else the list."""
    job_id = st.query_params.get("receipt")
    if job_id:
        show_detail(job_id)
    else:
        _show_list()


def _show_list() -> None:
    show_header("Receipts", "Everything that was handed over, newest first.")
    _show_filters()
    busy = st.session_state.setdefault(_BUSY, True)
    st.fragment(_show_rows, run_every=BUSY_POLL_S if busy else IDLE_POLL_S)()


def _show_filters() -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        st.text_input(
            "Search",
            key="query",
            bind="query-params",
            type="search",
            live=True,
            icon=":material/search:",
            placeholder="Merchant, file or id",
            label_visibility="collapsed",
            on_change=_go_to_first_page,
            width=260,
        )
        st.segmented_control(
            "Status",
            options=list(STATUS_LABELS),
            format_func=STATUS_LABELS.__getitem__,
            key="status",
            bind="query-params",
            label_visibility="collapsed",
            wrap=True,
            on_change=_go_to_first_page,
        )
        st.toggle("Needs a look", key="review", bind="query-params", on_change=_go_to_first_page)


@calm
def _show_rows() -> None:
    settings = get_settings()
    now = utc_now()
    page = st.session_state.get("page", 1)
    with read_session(settings) as session:
        rows, total = list_receipts(
            session,
            now=now,
            workers=settings.documents_runners,
            status=st.session_state["status"],
            needs_review=True if st.session_state["review"] else None,
            query=st.session_state["query"],
            limit=ROWS_PER_PAGE,
            offset=(page - 1) * ROWS_PER_PAGE,
        )
    if not rows:
        _show_none(filtered=_is_filtered() or page > 1)
    else:
        st.caption(show_count(total, "receipt", "receipts"))
        show_table([present_row(row, now, settings.review_below) for row in rows], key="list")
    _show_pages(total)
    busy = any(is_unfinished(row) for row in rows)
    if busy != st.session_state[_BUSY]:
        st.session_state[_BUSY] = busy
        st.rerun()


def _show_pages(total: int) -> None:
    pages = -(-total // ROWS_PER_PAGE)
    if pages > 1:
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="page", bind="query-params")


def _show_none(*, filtered: bool) -> None:
    if not filtered:
        place = show_empty_state(
            "receipt_long",
            "No receipts yet",
            "What you drop in the inbox is kept and listed here.",
            key="none",
        )
        place.page_link("app_pages/inbox.py", label="Go to the inbox", icon=":material/inbox:")
        return
    place = show_empty_state(
        "search_off", "No receipt matches", "Loosen the filters to see more.", key="unmatched"
    )
    if place.button("Clear filters", icon=":material/filter_alt_off:", on_click=_clear_filters):
        # The filters stand outside this fragment.
        st.rerun()


def _is_filtered() -> bool:
    return any(st.session_state[key] for key in ("query", "status", "review"))


def _clear_filters() -> None:
    st.session_state["query"] = ""
    st.session_state["status"] = None
    st.session_state["review"] = False
    _go_to_first_page()


def _go_to_first_page() -> None:
    if "page" in st.session_state:
        st.session_state["page"] = 1


show_receipts()
