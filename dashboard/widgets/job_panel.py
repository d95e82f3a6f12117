"""One job at the edge of the page, under `?job=<id>`: how it stands, what happened, what to do."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import shorten_id, show_ago
from dashboard.widgets.job_acts import show_acts
from dashboard.widgets.job_facts import show_facts, show_inputs
from dashboard.widgets.job_log import show_log
from dashboard.widgets.job_made import show_made
from dashboard.widgets.job_timeline import show_timeline
from dashboard.widgets.job_tree import show_tree
from dashboard.widgets.job_words import JOB_STATES, badge_of, say_error, say_kind, say_standing
from dashboard.widgets.page_address import change_address, read
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_address import JOB
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.jobs.detail import JobDetail, get_detail
from pipeline.models import FINISHED, JobStatus
from pipeline.settings import get_settings
from pipeline.store import read_session

WIDTH_PX = 680
POLL_S = 1.0
# One that has ended changes only where somebody runs it again.
ENDED_POLL_S = 5.0


@calm
def show_panel() -> None:
    """Open the panel where the address names a job; called once, outside fragments."""
    job_id = read(JOB)
    if not job_id:
        return
    detail = _load(job_id)
    title = as_plain_text(say_kind(detail.row.job.kind)) if detail else t("Job")
    st.dialog(title, position="right", width=WIDTH_PX, on_dismiss=_leave)(_draw)(job_id)


def _leave() -> None:
    change_address(**{JOB: None})


def _load(job_id: str) -> JobDetail | None:
    with read_session(get_settings()) as session:
        return get_detail(session, job_id, now=utc_now())


@calm
def _draw(job_id: str) -> None:
    detail = _load(job_id)
    if detail is None:
        show_empty_state(
            "search_off",
            t("No such job"),
            t("There is no job under this address. What is done is forgotten after a while."),
            key="unknown-job",
        )
        return
    busy = detail.row.job.status not in FINISHED
    st.fragment(_show, run_every=POLL_S if busy else ENDED_POLL_S)(job_id, busy)


@calm
def _show(job_id: str, was_busy: bool) -> None:
    detail = _load(job_id)
    if detail is None or (detail.row.job.status not in FINISHED) != was_busy:
        # What it became is looked at at another pace, which is set outside this fragment.
        st.rerun()
    _show_head(detail)
    _show_error(detail)
    show_acts(detail.row.job)
    show_made(detail)
    show_tree(detail)
    show_timeline(detail)
    show_log(detail)
    show_inputs(detail)
    show_facts(detail)


def _show_head(detail: JobDetail) -> None:
    job, now = detail.row.job, utc_now()
    badge = badge_of(job)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(badge["label"], icon=f":material/{badge['icon']}:", color=badge["colour"])
        submitted = t("submitted {ago}", ago=show_ago(job.created_at, now))
        said = [shorten_id(job.id), say_standing(detail.row, now), submitted]
        st.caption(as_plain_text(" · ".join(filter(None, said))), width="stretch")
    if job.status == JobStatus.PROCESSING:
        st.progress(min(detail.progress, 100) / 100)


def _show_error(detail: JobDetail) -> None:
    job = detail.row.job
    error = say_error(job)
    if not error:
        return
    cause = (job.error_params or {}).get("cause")
    lines = [f"**{as_plain_text(error)}**", f"`{job.error_code}`"]
    if cause:
        lines.insert(1, as_plain_text(t("Cause: {cause}", cause=cause)))
    # What waits for another attempt is not lost yet.
    failed = job.status == JobStatus.FAILED
    show = st.error if failed else st.warning
    show("  \n".join(lines), icon=f":material/{JOB_STATES[JobStatus.FAILED].icon}:")
