"""What the Queues page shows stands in its address: view, window, what is searched, an open job."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

import streamlit as st

from dashboard.widgets.page_address import change_address
from pipeline.jobs.statistics import DEFAULT_WINDOW, WINDOWS, WindowName

PAGE = "queues"
VIEW, WINDOW, OF, JOB = "view", "window", "of", "job"
QUERY, QUEUE, KIND, STATUS = "query", "queue", "kind", "status"
SINCE, CODE, CLIENT, GROUP, PLACE = "since", "code", "client", "group", "at"
# What narrows the list of jobs.
FILTERS = (QUERY, STATUS, QUEUE, KIND, SINCE, CODE, CLIENT, GROUP)

View = Literal["overview", "jobs"]


def read_view() -> View:
    """The view that the address names; the overview where it names none."""
    return "jobs" if st.query_params.get(VIEW) == "jobs" else "overview"


def read_window() -> WindowName:
    """How far back figures and charts reach."""
    asked = st.query_params.get(WINDOW)
    return next((name for name in WINDOWS if name == asked), DEFAULT_WINDOW)


def go_to_view(view: str) -> None:
    """The other view, without what narrowed this one."""
    st.query_params.from_dict({VIEW: view} if view == "jobs" else {})


def narrow(filters: Mapping[str, str | None]) -> None:
    """Show the newest jobs of these filters; those that are not named are as they were."""
    change_address(**{PLACE: None, **filters})


def link_to_jobs(**filters: str) -> str:
    """The address of the jobs that are narrowed so, and in no other way."""
    return f"{PAGE}?{urlencode({VIEW: 'jobs', **filters})}"


def link_to_job(job_id: str) -> str:
    """The address of a job, over what stands there."""
    return f"{PAGE}?{JOB}={job_id}"
