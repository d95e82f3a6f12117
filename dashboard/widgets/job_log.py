"""What the attempts at a job logged, the newest attempts and their last lines."""

from typing import Any

import streamlit as st

from dashboard.language import t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_clock, show_moment
from dashboard.widgets.job_facts import list_fields
from dashboard.widgets.job_heading import show_heading
from pipeline.jobs.detail import JobDetail
from pipeline.jobs.job_log import LogLine, list_lines, read_instant
from pipeline.settings import get_settings
from pipeline.store import read_session

_render = load_component("job_log")

COLOURS = {"debug": "gray", "info": "gray", "warning": "orange", "error": "red", "critical": "red"}


def show_log(detail: JobDetail) -> None:
    """The lines by attempt; of a job that was run, also that it logged nothing."""
    job_id = detail.row.job.id
    if not detail.attempts:
        return
    with read_session(get_settings()) as session:
        lines = list_lines(session, job_id)
    show_heading(t("Log"))
    if not lines:
        # A line is kept when its attempt ends.
        st.caption(t("No attempt that ended has logged anything."))
        return
    attempts = [
        {
            "label": t("Attempt {number}", number=attempt),
            "lines": [_present(line) for line in logged],
        }
        for attempt, logged in lines.items()
    ]
    _render(data={"attempts": attempts, "label": t("Log")}, key=f"log-{job_id}")


def _present(line: LogLine) -> dict[str, Any]:
    at = read_instant(line)
    values = [f"{name}={value}" for name, value in list_fields(line.values)]
    return {
        "clock": show_clock(at),
        "moment": show_moment(at),
        "level": line.level,
        "colour": COLOURS.get(line.level, "gray"),
        "event": line.event,
        "values": "  ".join(values),
        "exception": line.exception,
    }
