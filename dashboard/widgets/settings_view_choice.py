"""The choice among the parts of the Settings page; the address says which is shown."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from dashboard.language import N_, t

View = Literal["accounts", "keys", "values", "about"]

LABELS: Mapping[View, str] = {
    "accounts": N_("Accounts"),
    "keys": N_("Keys"),
    "values": N_("In force"),
    "about": N_("About"),
}
ICONS: Mapping[View, str] = {
    "accounts": "group",
    "keys": "key",
    "values": "tune",
    "about": "info",
}
PARAMETER = "view"
_CHOSEN = "settings-view"


def read_view() -> View:
    """The part that the address names; the accounts where it names none."""
    asked = st.query_params.get(PARAMETER)
    return next((view for view in LABELS if view == asked), "accounts")


def show_view_choice() -> None:
    """All of them side by side."""
    # The address decides which is chosen, so that the way back shows it too.
    st.session_state[_CHOSEN] = read_view()
    st.segmented_control(
        t("View"),
        list(LABELS),
        required=True,
        format_func=lambda view: f":material/{ICONS[view]}: {t(LABELS[view])}",
        key=_CHOSEN,
        on_change=lambda: st.query_params.from_dict({PARAMETER: st.session_state[_CHOSEN]}),
        label_visibility="collapsed",
    )
