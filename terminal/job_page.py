"""`jobs show`: one job in full, with its timeline, its error and its place in a workflow."""

from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.clock import utc_now
from pipeline.jobs.detail import Attempt, JobDetail, get_detail
from pipeline.jobs.workflow import is_workflow
from pipeline.models import Job, JobEvent, JobStatus, Priority
from pipeline.store import read_session
from terminal.as_json import print_json, to_json
from terminal.desk import open_desk, require_store
from terminal.formats import NOTHING, SHORT_ID, show_age, show_duration, show_moment, show_text
from terminal.job_filters import find_id
from terminal.job_list import job_answer
from terminal.job_tree import show_tree
from terminal.tables import make_table, show_worker
from terminal.words import EVENT_STYLES, STATUS_STYLES, describe_event

TO_DO = {
    JobStatus.FAILED: "Run it again: python worker.py jobs retry {id}",
    JobStatus.CANCELLED: "Run it after all: python worker.py jobs retry {id}",
    JobStatus.PROCESSING: "Stop it: python worker.py jobs cancel {id}",
    JobStatus.PENDING: "Take it out of the queue: python worker.py jobs cancel {id}",
}


def print_job(beginning: str, *, as_json: bool) -> None:
    """Print the job whose id begins so."""
    with open_desk() as desk:
        require_store(desk.settings)
        now = utc_now()
        with read_session(desk.settings) as session:
            detail = get_detail(session, find_id(session, beginning), now=now)
            assert detail is not None
            tree = None if as_json else show_tree(session, detail, now)
        if as_json:
            print_json(_to_answer(detail))
        else:
            desk.console.print(show_job(detail, tree, now))


def show_job(detail: JobDetail, tree: RenderableType | None, now: datetime) -> RenderableType:
    """Facts, error, timeline, attempts and, for a part of one, the workflow."""
    job = detail.row.job
    parts: list[RenderableType] = [
        show_facts(detail, now),
        show_timeline(detail.events, job.created_at),
    ]
    if len(detail.attempts) > 1:
        parts.append(show_attempts(detail.attempts, now))
    if tree is not None:
        parts.append(tree)
    spaced: list[RenderableType] = [part for shown in parts for part in (shown, Text())]
    to_do = TO_DO.get(JobStatus(job.status))
    return (
        Group(*spaced, Text(to_do.format(id=job.id[:SHORT_ID]), "dim"))
        if to_do
        else Group(*spaced[:-1])
    )


def show_facts(detail: JobDetail, now: datetime) -> Table:
    """What the job is, where it stands and what went wrong."""
    job = detail.row.job
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("Job", Text(job.id, "bold"))
    facts.add_row("Status", _describe_status(detail, now))
    priority = Priority(job.priority).name.lower()
    facts.add_row("Kind", f"{show_text(job.kind)} on {job.queue}, priority {priority}")
    for name, value in (("File", detail.row.file_name), ("Client", job.client_id)):
        if value:
            facts.add_row(name, show_text(value))
    facts.add_row(
        "Submitted", f"{show_moment(job.created_at, now)}, {show_age(job.created_at, now)}"
    )
    if not is_workflow(job):
        facts.add_row("Attempts", f"{job.attempt} ({job.failures} failed, {job.crashes} crashed)")
    if job.error_code:
        facts.add_row("Error", Text(job.error_code, "red"))
        facts.add_row("", show_text(job.error_message))
    cause = (job.error_params or {}).get("cause")
    if cause:
        facts.add_row("Cause", show_text(str(cause)))
    return facts


def show_timeline(events: list[JobEvent], submitted_at: datetime) -> Table:
    """What happened, each with the time since the job was submitted."""
    table = make_table("After", "What happened")
    table.columns[0].justify = "right"
    table.columns[1].no_wrap = False
    for event in events:
        what = Text(describe_event(event), EVENT_STYLES.get(event.event, ""))
        if event.code:
            what.append(f" {event.code}")
        if event.event == "started" and event.worker_id:
            what.append(f" on {show_worker(event.worker_id)}", "dim")
        table.add_row(show_duration((event.at - submitted_at).total_seconds()), what)
    return table


def show_attempts(attempts: list[Attempt], now: datetime) -> Table:
    """How long each attempt took and how it ended."""
    table = make_table("Attempt", "Took", "Ended", "Code", "Worker")
    for attempt in attempts:
        took_s = ((attempt.ended_at or now) - attempt.started_at).total_seconds()
        ending = (attempt.ending or "runs").replace("_", " ")
        code, worker = attempt.code or NOTHING, show_worker(attempt.worker_id)
        table.add_row(str(attempt.number), show_duration(took_s), ending, code, worker)
    return table


def _describe_status(detail: JobDetail, now: datetime) -> Text:
    job = detail.row.job
    status = Text(job.status, STATUS_STYLES[JobStatus(job.status)])
    if job.status == JobStatus.PROCESSING:
        stage = f", {show_text(job.stage)}" if job.stage else ""
        status.append(f" {detail.progress}%{stage}" + (", stopping" * job.cancel_requested))
    if job.status == JobStatus.PENDING:
        status.append(_why_it_waits(job, detail.row.waits_for_dispatch, now))
    return status


def _why_it_waits(job: Job, waits_for_dispatch: bool, now: datetime) -> str:
    if job.blocked:
        return ", until the parts before it are done"
    if job.run_at > now:
        return f", due {show_age(job.run_at, now)}"
    return ", waits for dispatch" if waits_for_dispatch else ", due"


def _to_answer(detail: JobDetail) -> dict[str, Any]:
    history = {name: to_json(getattr(detail, name)) for name in ("events", "attempts")}
    family = {
        name: [_part_answer(job) for job in getattr(detail, name)]
        for name in ("parents", "children")
    }
    counts = {"childCounts": detail.child_counts, "progress": detail.progress}
    return {**job_answer(detail.row), **counts, **history, **family}


def _part_answer(job: Job) -> dict[str, Any]:
    answer: dict[str, Any] = to_json(job)
    return {name: answer[name] for name in ("id", "kind", "status", "progress", "errorCode")}
