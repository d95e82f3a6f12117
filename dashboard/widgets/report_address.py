"""What the Reports page shows stands in its address: the view, what narrows it, an open panel."""

from typing import Literal

import streamlit as st

from dashboard.widgets.page_address import change_address

PAGE = "app_pages/reports.py"

VIEW, REPORT, FORM, SCHEDULE = "view", "report", "new", "schedule"
KIND, WORDS, SHEET = "kind", "query", "page"
# A panel that begins with what another report was asked for.
LIKE = "like"
NEW = "new"
PANELS = (REPORT, FORM, SCHEDULE, LIKE)

View = Literal["history", "schedules"]


def read_view() -> View:
    """The view that the address names; the history where it names none."""
    return "schedules" if st.query_params.get(VIEW) == "schedules" else "history"


def has_panel() -> bool:
    """Whether a panel is open, in which somebody may be typing."""
    return any(name in st.query_params for name in PANELS)


def open_form() -> None:
    """Ask for a new report."""
    _show_panel(**{FORM: "1"})


def open_schedule(schedule_id: str = NEW, *, like: str | None = None) -> None:
    """Ask for a new schedule, perhaps of a report that there is, or show one."""
    _show_panel(**{VIEW: "schedules", SCHEDULE: schedule_id, LIKE: like})


def open_report(report_id: str) -> None:
    """Show one report."""
    _show_panel(**{REPORT: report_id})


def close_panel() -> None:
    """Leave the panel for what is behind it."""
    _show_panel()


def show_newest() -> None:
    """The top of the whole history, where a report that was just asked for stands."""
    st.query_params.clear()


def show_all_schedules() -> None:
    """The list of schedules, wherever its panel was opened from."""
    st.query_params.from_dict({VIEW: "schedules"})


def read_words() -> str:
    """The words that the history is narrowed to."""
    return st.query_params.get(WORDS, "")


def narrow(words: str = "", kind: str | None = None) -> None:
    """Show the first page of the reports that have these words and are of this kind."""
    asked = {WORDS: words, KIND: kind}
    st.query_params.from_dict({name: to for name, to in asked.items() if to})


def _show_panel(**wanted: str | None) -> None:
    change_address(**{**dict.fromkeys(PANELS), **wanted})
