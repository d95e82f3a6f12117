"""The choice among the parts of the Settings page; the address says which is shown."""

from typing import Literal

import streamlit as st

from dashboard.language import N_
from dashboard.widgets import view_choice
from dashboard.widgets.view_choice import Part

View = Literal["accounts", "keys", "values", "about"]

PARTS: dict[View, Part] = {
    "accounts": Part(N_("Accounts"), "group"),
    "keys": Part(N_("Keys"), "key"),
    "values": Part(N_("In force"), "tune"),
    "about": Part(N_("About"), "info"),
}
PARAMETER = "view"


def read_view() -> View:
    """The part that the address names; the accounts where it names none."""
    asked = st.query_params.get(PARAMETER)
    return next((view for view in PARTS if view == asked), "accounts")


def show_view_choice() -> None:
    """All of them side by side."""
    view_choice.show_view_choice("settings", {**PARTS}, read_view(), _go)


def _go(view: str) -> None:
    st.query_params.from_dict({PARAMETER: view})
