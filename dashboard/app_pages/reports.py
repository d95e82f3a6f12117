"""Reports: what was made and is being made, and the schedules that make more, under `?view=`."""

import streamlit as st

from dashboard.access.current import may
from dashboard.language import N_, t
from dashboard.widgets.headers import show_header
from dashboard.widgets.report_address import (
    FORM,
    REPORT,
    SCHEDULE,
    open_form,
    open_schedule,
    read_view,
)
from dashboard.widgets.report_form import show_form
from dashboard.widgets.report_history import has_reports, show_history
from dashboard.widgets.report_panel import show_panel
from dashboard.widgets.report_schedule_data import load_schedules
from dashboard.widgets.report_schedule_form import show_schedule_panel
from dashboard.widgets.report_schedules import show_schedules
from dashboard.widgets.report_view_choice import show_view_choice
from dashboard.widgets.store_access import calm

PURPOSE = N_("What was bought, as a PDF to read, an Excel file to calculate on, or an analysis.")


@calm
def show_reports() -> None:
    """The title, the choice of a view, and what is in it."""
    action = show_header(t("Reports"), t(PURPOSE))
    show_view_choice()
    if read_view() == "schedules":
        # Where there is none, the middle of the page has the button.
        if may("submit") and load_schedules():
            action.button(
                t("Add schedule"),
                icon=":material/add:",
                type="primary",
                key="add-schedule",
                on_click=open_schedule,
            )
        show_schedules()
        return
    if may("submit") and has_reports():
        action.button(
            t("New report"),
            icon=":material/add:",
            type="primary",
            key="new-report",
            on_click=open_form,
        )
    show_history()


def show_asked_panel() -> None:
    """The panel that the address names; one at a time."""
    if REPORT in st.query_params:
        show_panel()
    elif FORM in st.query_params:
        show_form()
    elif SCHEDULE in st.query_params:
        show_schedule_panel()


show_reports()
show_asked_panel()
