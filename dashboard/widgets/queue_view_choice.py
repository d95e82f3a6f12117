"""The choice between how the queues are and the jobs in them."""

from collections.abc import Mapping

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.queue_address import View, go_to_view, read_view

LABELS: Mapping[View, str] = {"overview": N_("Overview"), "jobs": N_("Jobs")}
ICONS: Mapping[View, str] = {"overview": "dashboard", "jobs": "list"}
_CHOSEN = "queues-view"


def show_view_choice() -> None:
    """The two of them side by side."""
    # The address decides which is chosen, so that the way back shows it too.
    st.session_state[_CHOSEN] = read_view()
    st.segmented_control(
        t("View"),
        list(LABELS),
        required=True,
        format_func=lambda view: f":material/{ICONS[view]}: {t(LABELS[view])}",
        key=_CHOSEN,
        on_change=lambda: go_to_view(st.session_state[_CHOSEN]),
        label_visibility="collapsed",
    )
