"""Receipts: all of them in a list, one of them in full under `?receipt=<id>`."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.access.current import may
from dashboard.language import t, tn
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.export_dialog import show_export
from dashboard.widgets.headers import show_header
from dashboard.widgets.receipt_detail import show_detail
from dashboard.widgets.receipt_filters import (
    SHEET,
    Choices,
    clear_filters,
    current_filter,
    current_order,
    is_filtered,
    show_filters,
    show_order,
)
from dashboard.widgets.receipt_rows import present_row
from dashboard.widgets.receipt_table import show_table
from dashboard.widgets.reextract_dialog import show_reextract
from dashboard.widgets.saved_views import show_views
from dashboard.widgets.sheets import read_sheet, show_sheets, turn_to_last
from dashboard.widgets.states import is_unfinished
from dashboard.widgets.store_access import BY_STORE, calm
from pipeline.clock import utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.receipts.find.listing import list_categories, list_currencies
from pipeline.receipts.queries import list_receipts
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session

ROWS_PER_PAGE = 25
BUSY_POLL_S = 1.0
IDLE_POLL_S = 10.0
CHOICES_KEPT_S = 30.0

_BUSY = "receipts-busy"


def show_receipts() -> None:
    """One receipt where the address names one, else the list."""
    job_id = st.query_params.get("receipt")
    if job_id:
        show_detail(job_id)
    else:
        _show_list()


def _show_list() -> None:
    action = show_header(t("Receipts"), t("Everything that was handed over."))
    show_filters(_find_choices())
    # Above the filters on the page, but about them: drawn once they are known.
    _show_acts(action)
    busy = st.session_state.setdefault(_BUSY, True)
    st.fragment(_show_rows, run_every=BUSY_POLL_S if busy else IDLE_POLL_S)()


def _show_acts(action: DeltaGenerator) -> None:
    with action.container(horizontal=True, width="content", key="list-acts"):
        _show_views()
        if may("submit") and st.button(
            t("Read again"), icon=":material/restart_alt:", key="reextract"
        ):
            show_reextract()
        if st.button(t("Export"), icon=":material/download:", key="export", type="primary"):
            show_export()


def _find_choices() -> Choices:
    try:
        return _load_choices(get_settings())
    except StoreUnavailableError:
        # The list below says so.
        return Choices([], [])


@st.cache_data(ttl=CHOICES_KEPT_S, show_spinner=False, hash_funcs=BY_STORE)
def _load_choices(settings: Settings) -> Choices:
    with read_session(settings) as session:
        return Choices(list_currencies(session), list_categories(session))


def _show_views() -> None:
    try:
        show_views()
    except StoreUnavailableError:
        return


@calm
def _show_rows() -> None:
    settings = get_settings()
    now = utc_now()
    page = read_sheet(SHEET)
    counted = _show_order_line()
    with read_session(settings) as session:
        found = list_receipts(
            session,
            current_filter(),
            sort=current_order(),
            now=now,
            workers=settings.documents_runners,
            limit=ROWS_PER_PAGE,
            offset=(page - 1) * ROWS_PER_PAGE,
        )
    rows, total = found.rows, found.total
    if not rows:
        turn_to_last(SHEET, -(-total // ROWS_PER_PAGE))
        _show_none(filtered=is_filtered())
    else:
        counted.caption(_say_count(total, is_least=found.total_is_at_least), width="content")
        may_act = may("submit")
        shown = [present_row(row, now, settings.review_below, may_act=may_act) for row in rows]
        show_table(shown, key="list")
    show_sheets(SHEET, -(-total // ROWS_PER_PAGE))
    busy = any(is_unfinished(row) for row in rows)
    if busy != st.session_state[_BUSY]:
        st.session_state[_BUSY] = busy
        st.rerun()


def _say_count(count: int, *, is_least: bool) -> str:
    if is_least:
        return tn("More than {n} receipt", "More than {n} receipts", count)
    return tn("{n} receipt", "{n} receipts", count)


def _show_order_line() -> DeltaGenerator:
    """The place of the count, with the order beside it: drawn first, as the list follows it."""
    line = st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="order-line",
    )
    counted = line.container(width="content")
    with line:
        show_order()
    return counted


def _show_none(*, filtered: bool) -> None:
    if not filtered:
        place = show_empty_state(
            "receipt_long",
            t("No receipts yet"),
            t("What you drop in the inbox is kept and listed here.")
            if may("submit")
            else t("What is dropped in the inbox is kept and listed here."),
            key="none",
        )
        if may("submit"):
            label = t("Go to the inbox")
            place.page_link("app_pages/inbox.py", label=label, icon=":material/inbox:")
        return
    place = show_empty_state(
        "search_off",
        t("No receipt matches"),
        t("Loosen the filters to see more."),
        key="unmatched",
    )
    if place.button(t("Clear filters"), icon=":material/filter_alt_off:", on_click=clear_filters):
        # The filters stand outside this fragment.
        st.rerun()


show_receipts()
