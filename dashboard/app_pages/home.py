"""Home: what needs the person who looks, how the day goes, and what just happened."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.headers import show_header
from dashboard.widgets.home import show_counter
from dashboard.widgets.home_data import load_counter
from dashboard.widgets.home_start import show_start
from dashboard.widgets.store_access import calm

POLL_S = 3.0


@calm
def show_home() -> None:
    """The counter, refreshed in place; the first steps where nothing was handed over yet."""
    show_header(t("Home"), t("What needs you, how today goes, and what just happened."))
    if load_counter().is_empty:
        show_start()
        # What was just handed over may not be known yet, or another person hands something over.
        st.fragment(_leave_when_filled, run_every=POLL_S)()
        return
    st.fragment(_show_live, run_every=POLL_S)()


@calm
def _leave_when_filled() -> None:
    if not load_counter().is_empty:
        st.rerun()


@calm
def _show_live() -> None:
    show_counter(load_counter())


show_home()
