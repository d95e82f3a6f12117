"""Acts of an admin on the Settings page: asked first where they shut somebody out, told after."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st
from sqlmodel import Session
from streamlit.delta_generator import DeltaGenerator

from dashboard.access.current import act_as
from dashboard.language import t
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.settings import get_settings
from pipeline.store import write_session

# Of a session, who does it, and when.
Act = Callable[[Session, str, datetime], object]

_SAID = "settings-said"


def show_said() -> None:
    """What the last act came to, once the page is drawn again."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.toast(said, icon=":material/check:")


def say_and_redraw(said: str) -> None:
    """Draw the page anew, which closes a dialog, and say what was done."""
    st.session_state[_SAID] = said
    st.rerun()


def succeeds(act: Act, wrong: DeltaGenerator) -> bool:
    """Whether it was done; what is against it stands in `wrong`."""
    try:
        with write_session(get_settings()) as session:
            act(session, act_as("admin"), utc_now())
    except PipelineError as error:
        wrong.error(as_plain_text(explain(error)), icon=":material/cancel:")
        return False
    return True


def ask_to_confirm(title: str, question: str, label: str, act: Act, said: str) -> None:
    """A dialog with a Markdown `question`, whose button is called `label`; then it is `said`."""
    st.dialog(title)(_confirm)(question, label, act, said)


def _confirm(question: str, label: str, act: Act, said: str) -> None:
    st.markdown(question)
    wrong = st.container()
    with st.container(horizontal=True):
        does = st.button(label, type="primary", key="confirm-act")
        leaves = st.button(t("Cancel"), key="leave-act")
    if leaves:
        st.rerun()
    if does and succeeds(act, wrong):
        say_and_redraw(said)
