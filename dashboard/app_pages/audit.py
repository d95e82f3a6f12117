"""Audit: who did what to which thing, one act in full under `?entry=`; for admins."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.audit_filters import export_query, show_filters
from dashboard.widgets.audit_list import show_acts
from dashboard.widgets.audit_panel import show_panel
from dashboard.widgets.headers import show_header
from dashboard.widgets.store_access import calm

EXPORT = "/api/v1/audit/export"

action = show_header(t("Audit"), t("Who did what to which thing. Nothing of it can be changed."))
filters = export_query()
with action.popover(t("Export"), icon=":material/download:"):
    for form, label in (("csv", t("As CSV")), ("jsonl", t("As JSON lines"))):
        st.link_button(label, f"{EXPORT}?format={form}{f'&{filters}' if filters else ''}")
calm(show_filters)()
show_acts()
show_panel()
