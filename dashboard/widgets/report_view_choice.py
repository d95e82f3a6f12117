"""The choice between the reports that were made and the schedules that make them."""

import streamlit as st

from dashboard.language import N_
from dashboard.widgets import view_choice
from dashboard.widgets.report_address import VIEW, read_view
from dashboard.widgets.view_choice import Part

PARTS = {
    "history": Part(N_("Reports"), "history"),
    "schedules": Part(N_("Schedules"), "event_repeat"),
}


def show_view_choice() -> None:
    """The two of them side by side."""
    view_choice.show_view_choice("reports", PARTS, read_view(), _go)


def _go(view: str) -> None:
    # What narrows one view is not in the address of another.
    st.query_params.from_dict({VIEW: view})
