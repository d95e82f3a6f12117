"""Health: how every part of the installation is, why, and what to do about it."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.headers import show_header
from dashboard.widgets.health_data import load_health
from dashboard.widgets.health_parts import show_parts

POLL_S = 5.0


@st.fragment(run_every=POLL_S)
def show_health() -> None:
    """Every part, looked at again and again."""
    show_parts(load_health())


show_header(t("Health"), t("How every part is, why, and what to do about it."))
show_health()
