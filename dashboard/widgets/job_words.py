"""Queues, kinds, states and outcomes of jobs as an operator says them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta

from dashboard.language import N_, current_locale, say_code, t
from dashboard.widgets.formats import show_ago, show_clock, show_number
from dashboard.widgets.report_words import STAGES as REPORT_STAGES
from dashboard.widgets.states import CANCELLED, DONE, FAILED, RUNNING, WAITING, State
from pipeline.jobs.bulk_batch import JobOutcome, Outcome
from pipeline.jobs.queue_states import QueueState
from pipeline.jobs.search import JobRow
from pipeline.models import Job, JobStatus

QUEUE_LABELS: Mapping[str, str] = {
    "documents": N_("Documents"),
    "catalog": N_("Catalog"),
    "reports": N_("Reports"),
    "notifications": N_("Notifications"),
    "maintenance": N_("Maintenance"),
    "workflow": N_("Workflows"),
}
KIND_LABELS: Mapping[str, str] = {
    "receipt.analyze": N_("Read a receipt"),
    "receipt.reextract": N_("Extract again"),
    "receipt.apply_rule": N_("Apply a rule"),
    "catalog.import": N_("Import a catalog"),
    "catalog.dry_run": N_("Check a catalog"),
    "catalog.duplicates": N_("Find duplicates"),
    "catalog.map": N_("Draw the map"),
    "catalog.outliers": N_("Find outliers"),
    "catalog.reencode": N_("Encode the catalog anew"),
    "catalog.link": N_("Link lines with products"),
    "product.encode": N_("Encode a product"),
    "product.index": N_("Index a product"),
    "report.dummy": N_("Test report"),
    "report.plan": N_("Plan an analysis"),
    "report.research": N_("Analyse a part"),
    "report.write": N_("Write an analysis"),
    "report.finish": N_("Finish an analysis"),
    "report.pdf": N_("PDF report"),
    "report.excel": N_("Excel report"),
    "email.send": N_("Send an e-mail"),
    "email.bulk": N_("Send many e-mails"),
    "maintenance.cleanup": N_("Clean up"),
    "maintenance.health": N_("Check the health"),
    "maintenance.metrics": N_("Count the day"),
    "maintenance.schedules": N_("Start what is due"),
    "workflow.chain": N_("Chain"),
    "workflow.group": N_("Group"),
}
JOB_STATES: Mapping[str, State] = {
    JobStatus.PENDING: WAITING,
    JobStatus.PROCESSING: replace(RUNNING, label=N_("Running")),
    JobStatus.COMPLETED: DONE,
    JobStatus.FAILED: FAILED,
    JobStatus.CANCELLED: CANCELLED,
}
ANALYSIS_STAGES: Mapping[str, str] = {
    "load": N_("Fetching what is known of the products"),
    "compare": N_("Comparing"),
    "look": N_("Laying pictures over each other"),
    "reduce": N_("Finding the main directions"),
    "lay_out": N_("Laying out"),
    "place": N_("Placing the rest"),
    "write": N_("Saving the result"),
}
# Those that have no code in `pipeline.messages`; both write, with the same word for it.
STAGES: Mapping[str, str] = {**ANALYSIS_STAGES, **REPORT_STAGES}
QUEUE_STATES: Mapping[QueueState, State] = {
    QueueState.RUNNING: State("running", N_("Running"), "play_circle", "blue"),
    QueueState.PAUSED: State("paused", N_("Paused"), "pause_circle", "orange"),
    QueueState.IDLE: State("idle", N_("Idle"), "check_circle", "green"),
    QueueState.UNATTENDED: State("unattended", N_("No worker"), "person_off", "red"),
}
OUTCOMES: Mapping[Outcome, State] = {
    Outcome.RETRIED: State("retried", N_("Queued again"), "refresh", "green"),
    Outcome.CANCELLED: State("cancelled", N_("Cancelled"), "check_circle", "green"),
    Outcome.CANCEL_REQUESTED: State("stopping", N_("Asked to stop"), "front_hand", "blue"),
    Outcome.SKIPPED: State("skipped", N_("Left as it is"), "do_not_disturb_on", "gray"),
}


def say_queue(queue: str) -> str:
    """The queue as it is called on the pages."""
    label = QUEUE_LABELS.get(queue)
    return t(label) if label else queue


def show_age(seconds: float) -> str:
    """How old something is, in the one unit that tells: 12 sec, 5 min, 3 hr, 2 days."""
    age = timedelta(seconds=max(seconds, 1.0))
    return str(format_timedelta(age, threshold=1.5, format="short", locale=current_locale()))


def show_briefly(seconds: float) -> str:
    """A measured time in one unit, for narrow columns: 40 ms, 2.3 s, 6.7 min, 1.2 h."""
    units = (("ms", 0.001, 0.1), ("s", 1, 60), ("min", 60, 3600), ("h", 3600, math.inf))
    unit, size_s = next((unit, size_s) for unit, size_s, below in units if seconds < below)
    value = seconds / size_s
    return f"{show_number(round(value, 1), 1 if value < 10 and unit != 'ms' else 0)} {unit}"


def say_kind(kind: str) -> str:
    """What a job of this kind does; its name where we have no words for it."""
    label = KIND_LABELS.get(kind)
    return t(label) if label else kind


def present_badge(state: State, label: str | None = None) -> dict[str, Any]:
    """A state for our components, in the language of the page."""
    return {
        "name": state.name,
        "label": label or t(state.label),
        "icon": state.icon,
        "colour": state.colour,
        "spins": state.spins,
    }


def badge_of(job: Job) -> dict[str, Any]:
    """Where a job stands."""
    state = JOB_STATES[job.status]
    if job.status == JobStatus.PROCESSING and job.cancel_requested:
        return present_badge(state, t("Stopping"))
    return present_badge(state)


def say_standing(row: JobRow, now: datetime) -> str:
    """What a job waits for or does at this moment; nothing once it is finished."""
    job = row.job
    if job.status == JobStatus.PROCESSING:
        return _say_running(job)
    if job.status != JobStatus.PENDING:
        return ""
    return _say_waiting(row, now)


def _say_waiting(row: JobRow, now: datetime) -> str:
    job = row.job
    if job.blocked:
        return t("until the parts before it are done")
    if job.run_at > now:
        clock = show_clock(job.run_at)
        if job.attempt:
            return t("attempt {number} at {clock}", number=job.attempt + 1, clock=clock)
        return t("starts at {clock}", clock=clock)
    if row.waits_for_dispatch:
        return t("no worker was told yet")
    return t("due {ago}", ago=show_ago(job.run_at, now))


def _say_running(job: Job) -> str:
    if job.stage is None:
        return t("starting")
    return t("{stage}, {percent} %", stage=say_stage(job.stage), percent=job.progress)


def say_stage(stage: str) -> str:
    """What a stage does, in words; its name where we have none."""
    if stage in STAGES:
        return t(STAGES[stage])
    return say_code(f"STAGE_{stage.upper()}", fallback=stage).rstrip(".")


def say_error(job: Job) -> str:
    """Why the last attempt failed and what to do; nothing where none did."""
    if job.error_code is None:
        return ""
    return say_code(job.error_code, job.error_params, fallback=job.error_message)


def say_outcome(one: JobOutcome) -> str:
    """What became of one job of a bulk change, with the reason where nothing did."""
    label = t(OUTCOMES[one.outcome].label)
    if one.reason is None:
        return label
    return t("{outcome}: {reason}", outcome=label, reason=say_code(one.reason))
