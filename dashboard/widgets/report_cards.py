"""Reports as cards that change in place."""

from typing import Any

import streamlit as st

from dashboard.widgets.components import load_component
from dashboard.widgets.report_acts import perform_act

_render = load_component("report_cards", built_of=("report_files", "report_live"))


def show_reports(rows: list[dict[str, Any]], key: str) -> None:
    """Cards for rows of `report_rows.present_report`; acts happen before the next draw."""
    _render(data={"rows": rows}, key=key, on_act_change=lambda: perform_act(st.session_state[key]))
