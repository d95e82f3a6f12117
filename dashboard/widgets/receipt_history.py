"""Who changed what on a receipt, as a list below its timeline."""

from collections.abc import Sequence

import streamlit as st

from dashboard.language import t
from dashboard.widgets.change_words import present_changes
from dashboard.widgets.components import load_component
from pipeline.clock import utc_now
from pipeline.models import ReceiptChange

_render = load_component("receipt_history", built_of=("changes",))


def show_history(job_id: str, changes: Sequence[ReceiptChange]) -> None:
    """The changes, newest first."""
    if not changes:
        st.caption(t("Nobody changed anything yet."))
        return
    _render(data={"changes": present_changes(changes, utc_now())}, key=f"history-{job_id}")
