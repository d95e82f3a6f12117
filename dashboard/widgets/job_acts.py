"""What an admin does to one job: stop it, or run it again."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st
from sqlmodel import Session

from dashboard.access.current import act_as
from dashboard.language import t
from dashboard.runtime import get_doorbell
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_snapshot import look_anew
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.jobs import steering
from pipeline.jobs.dispatch import ring_new, ring_released
from pipeline.models import FINISHED, RETRYABLE, Job, JobStatus
from pipeline.settings import get_settings
from pipeline.store import write_session

Act = Callable[..., Job]

_REFUSED = "job-refused"


def show_acts(job: Job) -> None:
    """The one thing that can be done to it; nothing where it is completed.

    Why the last one was refused stands above: somebody else was quicker, say. The panel is drawn
    anew then, which would take a toast along.
    """
    refused_id, sentence = st.session_state.get(_REFUSED, ("", ""))
    if refused_id == job.id:
        st.info(as_plain_text(sentence), icon=":material/info:")
    if job.status in RETRYABLE:
        st.button(
            t("Retry"),
            type="primary",
            icon=":material/refresh:",
            key="retry-job",
            on_click=_perform,
            args=(steering.retry, job.id),
        )
    elif job.status not in FINISHED:
        st.button(
            t("Stopping") if job.cancel_requested else t("Cancel"),
            icon=":material/close:",
            key="cancel-job",
            disabled=job.cancel_requested,
            on_click=_perform,
            args=(steering.cancel, job.id),
        )


def _perform(act: Act, job_id: str) -> None:
    settings, now = get_settings(), utc_now()
    st.session_state.pop(_REFUSED, None)
    try:
        with write_session(settings) as session:
            job = _steer(session, act, job_id, now)
        if job.status == JobStatus.PENDING and job.root_id is None:
            ring_new(settings, get_doorbell(), job)
        ring_released(settings, get_doorbell(), session)
    except PipelineError as error:
        st.session_state[_REFUSED] = (job_id, explain(error))
    look_anew()


def _steer(session: Session, act: Act, job_id: str, now: datetime) -> Job:
    return act(session, job_id, act_as("admin"), now=now)
