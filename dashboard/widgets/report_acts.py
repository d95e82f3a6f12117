"""What a person does to a report from a page: stop it, run it again, make it anew, delete it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.access.current import act_as
from dashboard.runtime import get_doorbell
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.errors import PipelineError
from pipeline.reports import steering
from pipeline.reports.regenerate import regenerate_report
from pipeline.settings import get_settings


def perform_act(result: Any) -> None:
    """Do what a card's button asks for; called before the page is drawn again."""
    asked = result.get("act")
    if asked and asked["act"] == "cancel":
        cancel_report(asked["id"])
    elif asked and asked["act"] == "retry":
        retry_report(asked["id"])


def cancel_report(report_id: str) -> None:
    """Stop it with all of its parts."""
    attempt(lambda: steering.cancel_report(get_settings(), get_doorbell(), report_id, act_as()))


def retry_report(report_id: str) -> None:
    """Go on with it; what is done of it is not done again."""
    attempt(lambda: steering.retry_report(get_settings(), get_doorbell(), report_id, act_as()))


def make_again(report_id: str) -> bool:
    """Make the same report of the data as they are now; whether that was taken."""
    return attempt(
        lambda: regenerate_report(
            get_settings(), get_doorbell(), report_id, act_as(), actor=act_as()
        )
    )


def delete_report(report_id: str) -> bool:
    """Forget it with its files; whether it is gone."""
    return attempt(lambda: steering.delete_report(get_settings(), report_id, act_as()))


def attempt(act: Callable[[], object]) -> bool:
    """Whether it was done; why not is said in the corner of the page."""
    try:
        act()
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/info:")
        return False
    return True
