"""What a person does to a receipt from a page: cancel it, run it again."""

from typing import Any

import streamlit as st

from dashboard.access.current import act_as
from dashboard.runtime import get_doorbell
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.jobs import steering
from pipeline.jobs.dispatch import ring_new
from pipeline.settings import get_settings
from pipeline.store import write_session


def perform_act(result: Any) -> None:
    """Do what a component's button asks for; called before the page is drawn again."""
    asked = result.get("act")
    if not asked:
        return
    if asked["act"] == "cancel":
        cancel_receipt(asked["id"])
    elif asked["act"] == "retry":
        retry_receipt(asked["id"])


def cancel_receipt(job_id: str) -> None:
    """Close a waiting receipt, or ask a running one to stop."""
    try:
        with write_session() as session:
            steering.cancel(session, job_id, act_as(), now=utc_now())
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/info:")


def retry_receipt(job_id: str) -> None:
    """Queue a failed or cancelled receipt again and ring for it."""
    settings = get_settings()
    try:
        with write_session(settings) as session:
            job = steering.retry(session, job_id, act_as(), now=utc_now())
        ring_new(settings, get_doorbell(), job)
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/info:")
