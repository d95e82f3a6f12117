"""The choice between the reports that were made and the schedules that make them."""

from collections.abc import Mapping

import streamlit as st

from dashboard.widgets.report_address import VIEW, View, read_view

VIEWS: Mapping[View, str] = {
    "history": ":material/history: Reports",
    "schedules": ":material/event_repeat: Schedules",
}
_CHOSEN = "reports-view"


def show_view_choice() -> None:
    """The two of them side by side."""
    # The address decides which is chosen, so that the way back shows it too.
    st.session_state[_CHOSEN] = read_view()
    st.segmented_control(
        "View",
        list(VIEWS),
        required=True,
        format_func=VIEWS.__getitem__,
        key=_CHOSEN,
        on_change=_go,
        label_visibility="collapsed",
    )


def _go() -> None:
    # What narrows one view is not in the address of another.
    st.query_params.from_dict({VIEW: st.session_state[_CHOSEN]})
