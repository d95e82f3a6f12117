"""The workers: who is there, who is late, and what each runs at this moment."""

from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import shorten_id, show_ago, show_duration, show_moment, show_size
from dashboard.widgets.job_words import present_badge, say_kind, say_queue, say_stage
from dashboard.widgets.queue_address import link_to_job
from dashboard.widgets.queue_snapshot import look_now
from dashboard.widgets.states import State
from pipeline.jobs.queue_states import RunningJob, WorkerNow
from pipeline.settings import get_settings

_render = load_component("queue_workers", built_of=("queue_parts",))

ALIVE = State("alive", N_("At work"), "check_circle", "green")
LATE = State("late", N_("Late"), "schedule", "orange")
SILENT = State("silent", N_("Silent"), "person_off", "red")
STOPPING = State("stopping", N_("Stopping"), "front_hand", "gray")
# One beat may come a little late on a busy machine; two are a sign.
LATE_BEATS = 2


def show_workers() -> None:
    """Every worker that has not signed off. Raises StoreUnavailableError."""
    snapshot = look_now()
    if not snapshot.workers:
        st.warning(
            t(
                "**No worker runs.** What is handed over waits. Start one with {command}.",
                command="`python worker.py all`",
            ),
            icon=":material/person_off:",
        )
        return
    workers = [_present(worker, snapshot.at) for worker in snapshot.workers]
    _render(data={"workers": workers}, key="queue-workers")


def _present(worker: WorkerNow, now: datetime) -> dict[str, Any]:
    row = worker.row
    queues = [f"{say_queue(queue)} × {runners}" for queue, runners in row.queues.items()]
    return {
        "id": row.id,
        "name": f"{row.host} · {row.pid}",
        "state": _present_state(worker),
        "queues": ", ".join(queues),
        "facts": [
            (t("Heartbeat"), _say_beat(worker, now), show_moment(row.beat_at)),
            (t("Since"), show_ago(row.started_at, now), show_moment(row.started_at)),
            (t("Memory"), show_size(row.memory_bytes), t("With its runners")),
            (t("Version"), row.version, ""),
        ],
        "jobs": [_present_job(job, now) for job in worker.jobs],
    }


def _present_state(worker: WorkerNow) -> dict[str, Any]:
    if not worker.is_alive:
        return present_badge(SILENT)
    if worker.row.stopping:
        return present_badge(STOPPING)
    late = worker.beat_age_s > LATE_BEATS * get_settings().heartbeat_s
    return present_badge(LATE if late else ALIVE)


def _say_beat(worker: WorkerNow, now: datetime) -> str:
    # To the second only where it matters, so that rows do not change with every look.
    if worker.beat_age_s <= LATE_BEATS * get_settings().heartbeat_s:
        return t("just now")
    if worker.is_alive:
        return t("{time} ago", time=show_duration(worker.beat_age_s))
    return show_ago(worker.row.beat_at, now)


def _present_job(job: RunningJob, now: datetime) -> dict[str, Any]:
    ran_s = (now - job.started_at).total_seconds() if job.started_at else 0.0
    stage = say_stage(job.stage) if job.stage else t("starting")
    return {
        "id": job.job_id,
        "href": link_to_job(job.job_id),
        "label": f"{say_kind(job.kind)} {shorten_id(job.job_id)}",
        "detail": f"{stage} · {show_duration(max(ran_s, 0.0))}",
        "progress": job.progress,
    }
