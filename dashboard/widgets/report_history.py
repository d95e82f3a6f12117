"""What was made and what is being made, newest first, narrowed by the address."""

import streamlit as st

from dashboard.access.current import may
from dashboard.language import N_, t, tn
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.queue_notice import QueueWords, find_queue, show_queue_notice
from dashboard.widgets.report_address import (
    KIND,
    SHEET,
    has_panel,
    narrow,
    open_form,
    read_words,
)
from dashboard.widgets.report_cards import show_reports
from dashboard.widgets.report_rows import is_unfinished, present_report
from dashboard.widgets.report_schedule_data import load_names
from dashboard.widgets.report_words import KINDS
from dashboard.widgets.sheets import read_sheet, show_sheets
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.reports.listing import ReportPage, list_reports
from pipeline.reports.order import ReportKind
from pipeline.settings import get_settings
from pipeline.store import read_session

PER_SHEET = 12
POLL_S = 1.0
QUEUE = "reports"
WORDS_OF_QUEUE = QueueWords(
    N_("**Reports are paused.** What was asked for is kept and waits."),
    N_(
        "No worker makes reports at the moment. What was asked for is kept and goes on as soon as "
        "one runs: start it with `python worker.py reports`."
    ),
)

# The test report is there to try the queue, and is found among all the others.
OFFERED_KINDS = tuple(kind for kind in KINDS if kind != "dummy")

_BUSY = "reports-busy"
_KIND = "reports-kind"
_TURN = "report-filters-turn"
_WORDS = "reports-words"


def show_history() -> None:
    """The filters, and the reports as long as any of them is being made."""
    _show_filters()
    busy = st.session_state.setdefault(_BUSY, True)
    st.fragment(_show_reports, run_every=POLL_S if busy else None)()


def has_reports() -> bool:
    """Whether any report was ever asked for. Raises StoreUnavailableError."""
    with read_session(get_settings()) as session:
        return list_reports(session, limit=1, offset=0).total > 0


def expect_news() -> None:
    """Look again and again: something was asked for."""
    st.session_state[_BUSY] = True


def _show_filters() -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        turn = _turn()
        st.text_input(
            t("Search"),
            read_words(),
            key=f"{_WORDS}-{turn}",
            type="search",
            live=True,
            icon=":material/search:",
            placeholder=t("Title or id"),
            label_visibility="collapsed",
            on_change=_keep_filters,
            args=(turn,),
            width=260,
        )
        st.segmented_control(
            t("Kind"),
            OFFERED_KINDS,
            default=_read_kind(),
            format_func=lambda kind: f":material/{KINDS[kind].icon}: {t(KINDS[kind].label)}",
            key=f"{_KIND}-{turn}",
            label_visibility="collapsed",
            wrap=True,
            on_change=_keep_filters,
            args=(turn,),
        )


def _turn() -> int:
    """Which widgets stand there: others as soon as the address says something else than they do.

    The address decides, so that the way back shows it too. What it says is the beginning of new
    widgets, because a value that is set in old ones is lost where a poll cuts the run short.
    """
    asked = {"words": read_words(), "kind": _read_kind()}
    turn: int = st.session_state.setdefault(_TURN, 0)
    said = {"words": f"{_WORDS}-{turn}", "kind": f"{_KIND}-{turn}"}
    if any(st.session_state.get(key, asked[name]) != asked[name] for name, key in said.items()):
        st.session_state[_TURN] = turn = turn + 1
    return turn


def _keep_filters(turn: int) -> None:
    narrow(st.session_state[f"{_WORDS}-{turn}"], st.session_state[f"{_KIND}-{turn}"])


def _read_kind() -> ReportKind | None:
    named = st.query_params.get(KIND)
    return next((kind for kind in OFFERED_KINDS if kind == named), None)


@calm
def _show_reports() -> None:
    page = _load()
    with read_session(get_settings()) as session:
        queue = find_queue(session, QUEUE)
        names = load_names(session)
    busy = any(is_unfinished(row) for row in page.rows)
    # A place of its own, so that what follows does not move when it comes and goes.
    with st.container():
        if busy:
            show_queue_notice(queue, WORDS_OF_QUEUE)
    if page.rows:
        _show_page(page, names)
    else:
        _show_none()
    show_sheets(SHEET, -(-page.total // PER_SHEET))
    # To draw the whole page again would take from a panel what is half typed in it.
    if busy != st.session_state[_BUSY] and not has_panel():
        st.session_state[_BUSY] = busy
        # The pace of a fragment is set where it is declared.
        st.rerun()


def _load() -> ReportPage:
    asked = {"kind": _read_kind(), "query": read_words(), "limit": PER_SHEET}
    skipped = (read_sheet(SHEET) - 1) * PER_SHEET
    with read_session(get_settings()) as session:
        found = list_reports(session, **asked, offset=skipped)
        if found.total and not found.rows:
            # The address was written when there were more; what is last now is shown.
            last = (found.total - 1) // PER_SHEET * PER_SHEET
            found = list_reports(session, **asked, offset=last)
    return found


def _show_page(page: ReportPage, names: dict[str, str]) -> None:
    now = utc_now()
    st.caption(tn("{n} report", "{n} reports", page.total))
    show_reports([present_report(row, now, names) for row in page.rows], key="reports")


def _show_none() -> None:
    if _read_kind() or read_words():
        place = show_empty_state(
            "search_off",
            t("No report matches"),
            t("Loosen the filters to see more."),
            key="unmatched",
        )
        if place.button(t("Clear filters"), icon=":material/filter_alt_off:"):
            narrow()
            # The filters stand outside this fragment.
            st.rerun()
        return
    place = show_empty_state(
        "description",
        t("No reports yet"),
        t(
            "One PDF for Monday morning, an Excel file to go on calculating, or an analysis that "
            "says what changed and why. They are made in the background and kept here to download."
        ),
        key="reports",
    )
    pressed = may("submit") and place.button(
        t("Make the first report"),
        icon=":material/add:",
        type="primary",
        key="first-report",
        on_click=open_form,
    )
    if pressed:
        # The panel is drawn outside this fragment.
        st.rerun()
