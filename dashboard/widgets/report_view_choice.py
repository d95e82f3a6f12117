"""The choice between the reports that were made and the schedules that make them."""

from collections.abc import Mapping

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.report_address import VIEW, View, read_view

VIEWS: Mapping[View, str] = {
    "history": N_("Reports"),
    "schedules": N_("Schedules"),
}
ICONS: Mapping[View, str] = {"history": "history", "schedules": "event_repeat"}
_CHOSEN = "reports-view"


def show_view_choice() -> None:
    """The two of them side by side."""
    # The address decides which is chosen, so that the way back shows it too.
    st.session_state[_CHOSEN] = read_view()
    st.segmented_control(
        t("View"),
        list(VIEWS),
        required=True,
        format_func=lambda view: f":material/{ICONS[view]}: {t(VIEWS[view])}",
        key=_CHOSEN,
        on_change=_go,
        label_visibility="collapsed",
    )


def _go() -> None:
    # What narrows one view is not in the address of another.
    st.query_params.from_dict({VIEW: st.session_state[_CHOSEN]})
