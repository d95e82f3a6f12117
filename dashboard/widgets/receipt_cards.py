"""A batch of receipts as cards that change in place."""

from typing import Any

import streamlit as st

from dashboard.widgets.acts import perform_act
from dashboard.widgets.components import load_component

_render = load_component("receipt_cards")


def show_cards(rows: list[dict[str, Any]], key: str) -> None:
    """Cards for rows of `receipt_rows.present_row`; acts on them happen before the next draw."""
    _render(data={"rows": rows}, key=key, on_act_change=lambda: perform_act(st.session_state[key]))
