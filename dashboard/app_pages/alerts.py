"""Alerts: what fires now, the rules with how they stand, and what they said."""

import streamlit as st

from dashboard.access.current import may
from dashboard.language import t
from dashboard.widgets.alert_form import NEW, open_panel, show_panel
from dashboard.widgets.alert_history import show_history
from dashboard.widgets.alert_rules import show_rules
from dashboard.widgets.headers import show_header

action = show_header(
    t("Alerts"), t("Who is told when work stands still, fails, or runs out of room.")
)
if may("admin") and action.button(
    t("New rule"), type="primary", icon=":material/add:", key="new-rule"
):
    open_panel(NEW)
show_rules()
st.space("small")
show_history()
show_panel()
