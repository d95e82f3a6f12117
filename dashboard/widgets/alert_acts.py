"""What is done to a rule from the page: test it, pause it, delete it, take that back."""

from typing import Any

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t, tn
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.alerts.edit import change_rule, delete_rule, restore_rule
from pipeline.alerts.testing import send_test
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.settings import get_settings
from pipeline.store import write_session

_DELETED = "alert-deleted"


def send_test_notice(rule_id: str) -> None:
    """Send a test notice and say in a word what came of it; the row shows the rest."""
    try:
        with st.spinner(t("Telling everybody the rule names")):
            row = send_test(get_settings(), rule_id, act_as("admin"), utc_now())
    except PipelineError as error:
        _say(error)
        return
    reached = sum(one.status == "sent" for one in row.deliveries)
    if reached == len(row.deliveries):
        said = tn("{n} address reached", "{n} addresses reached", reached)
        st.toast(said, icon=":material/check:")
    else:
        missed = len(row.deliveries) - reached
        said = tn("{n} address was not reached", "{n} addresses were not reached", missed)
        st.toast(said, icon=":material/cancel:")


def set_enabled(rule_id: str, enabled: bool) -> None:
    """Pause a rule, or let it go on."""
    try:
        with write_session(get_settings()) as session:
            change_rule(session, rule_id, {"enabled": enabled}, act_as("admin"), utc_now())
    except PipelineError as error:
        _say(error)


def delete_now(rule_id: str, name: str) -> None:
    """Delete a rule; `show_deleted` offers to take it back."""
    try:
        with write_session(get_settings()) as session:
            delete_rule(session, rule_id, act_as("admin"), utc_now())
    except PipelineError as error:
        _say(error)
        return
    st.session_state[_DELETED] = (rule_id, name)


def show_deleted() -> None:
    """The rule that was deleted last can be taken back, until that is dismissed."""
    deleted: tuple[str, str] | None = st.session_state.get(_DELETED)
    if deleted is None:
        return
    rule_id, name = deleted
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key="deleted-rule"
    ):
        said = t("**{name}** was deleted. It tells nobody any more.", name=as_plain_text(name))
        st.markdown(f":gray[:material/delete:] {said}", width="stretch")
        if st.button(t("Undo"), icon=":material/undo:", key="undo-rule"):
            _act_and_redraw(_restore, rule_id)
        if st.button(t("Dismiss"), type="tertiary", key="dismiss-rule"):
            _act_and_redraw(_dismiss)


def _restore(rule_id: str) -> None:
    try:
        with write_session(get_settings()) as session:
            restore_rule(session, rule_id, act_as("admin"), utc_now())
    except PipelineError as error:
        _say(error)
        return
    _dismiss()


def _dismiss() -> None:
    st.session_state.pop(_DELETED, None)


def _act_and_redraw(act: Any, *args: Any) -> None:
    act(*args)
    st.rerun()


def _say(error: PipelineError) -> None:
    st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
