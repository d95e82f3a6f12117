"""Asking why a queue is paused, before it is."""

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t
from dashboard.widgets.job_words import say_queue
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_snapshot import look_anew
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.jobs import pausing
from pipeline.queue_settings import QUEUES
from pipeline.settings import get_settings
from pipeline.store import write_session

_ASKED = "queue-to-pause"


def ask_to_pause(queue: str) -> None:
    """Ask for the reason as soon as the page is drawn again."""
    if queue in QUEUES:
        st.session_state[_ASKED] = queue


def is_asking() -> bool:
    """Whether somebody is to type a reason."""
    return _ASKED in st.session_state


def show_question() -> None:
    """The dialog, where one was asked for; called once, outside fragments."""
    queue = st.session_state.get(_ASKED)
    if queue is None:
        return
    title = t("Pause {queue}", queue=say_queue(queue))
    st.dialog(title, on_dismiss=_forget)(_draw)(queue)


def _draw(queue: str) -> None:
    st.markdown(t("Jobs that run finish. Nothing else starts until somebody resumes the queue."))
    with st.form("pause-queue", border=False):
        reason = st.text_area(
            t("Why"),
            max_chars=pausing.MAX_REASON_LENGTH,
            placeholder=t("The printer is being replaced"),
            help=t("Everybody who looks at the queue reads it."),
            key="pause-reason",
        )
        wrong = st.container()
        pressed = st.form_submit_button(
            t("Pause"), type="primary", icon=":material/pause:", key="pause-now"
        )
    if pressed:
        try:
            with write_session(get_settings()) as session:
                pausing.pause(session, queue, reason, act_as("admin"), now=utc_now())
        except PipelineError as error:
            wrong.error(as_plain_text(explain(error)), icon=":material/cancel:")
            return
        look_anew()
        _forget()
        st.rerun()


def _forget() -> None:
    st.session_state.pop(_ASKED, None)
