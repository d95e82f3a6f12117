"""Which dialog stands over the Queues page: a question that was asked, or an open job."""

import streamlit as st

from dashboard.widgets import job_bulk, queue_pause
from dashboard.widgets.job_panel import show_panel
from dashboard.widgets.page_address import read
from dashboard.widgets.queue_address import JOB

_SHOWN = "queues-question-shown"


def note_question() -> None:
    """Remember whether this drawing of the whole page shows a question; called before its parts."""
    if read(JOB) and job_bulk.is_done():
        # Somebody followed one of the outcomes to its job.
        job_bulk.forget()
    st.session_state[_SHOWN] = _is_asking()


def is_question_missing() -> bool:
    """Whether one was asked for since the whole page was drawn."""
    return _is_asking() and not st.session_state.get(_SHOWN)


def show_question() -> None:
    """One dialog at a time: a question comes before what it was asked about."""
    if queue_pause.is_asking():
        queue_pause.show_question()
    elif job_bulk.is_asking():
        job_bulk.show_question()
    else:
        show_panel()


def _is_asking() -> bool:
    return queue_pause.is_asking() or job_bulk.is_asking()
