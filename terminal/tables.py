"""Queues, workers, failures, running jobs and events as they look in 80 columns or more."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipeline.jobs.failures import GroupedFailures
from pipeline.jobs.latest_events import LatestEvent
from pipeline.jobs.queue_states import QueueNow, RunningJob, WorkerNow
from pipeline.jobs.statistics import Figures
from pipeline.models import QueuePause
from terminal.formats import (
    SHORT_ID,
    show_age,
    show_bytes,
    show_count,
    show_duration,
    show_moment,
    show_share,
    show_text,
)
from terminal.overview import Activity, Overview
from terminal.words import EVENT_STYLES, STATE_STYLES, describe_event

HEALTH_STYLES = {"healthy": "green", "degraded": "yellow", "unhealthy": "bold red"}
BAR_WIDTH = 10
HOST_WIDTH = 30


def show_heading(overview: Overview) -> RenderableType:
    """One line on the whole, then a sentence for each thing that is not well."""
    line = Text.assemble(("Comptoir ", "bold"), (overview.health, HEALTH_STYLES[overview.health]))
    for part in overview.parts:
        if part.name == "disk":
            # It has no kind to tell, and is told of below where it is full.
            continue
        line.append(f" · {part.name} {part.kind} ")
        line.append("down" if part.problem else "up", "red" if part.problem else "green")
    warnings = [Text(f"! {show_text(sentence)}", "yellow") for sentence in overview.warnings]
    return Group(line, *warnings)


def show_queues(activity: Activity, now: datetime) -> RenderableType:
    """A line a queue, and below why one is paused."""
    table = make_table("Queue", "State")
    for name in ("Due", "Later", "Runs", "Oldest\ndue", "Done\n1 h", "OK\n1 h", "Wait\np95"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Run\np95", justify="right", no_wrap=True)
    for queue in activity.queues.values():
        table.add_row(*_queue_cells(queue, activity.figures[queue.queue]))
    pauses = [queue.pause for queue in activity.queues.values() if queue.pause]
    return Group(table, *(_explain_pause(pause, now) for pause in pauses))


def _queue_cells(queue: QueueNow, figures: Figures) -> list[Text | str]:
    later = queue.scheduled + queue.blocked
    return [
        queue.queue,
        Text(queue.state, STATE_STYLES[queue.state]),
        show_count(queue.due),
        show_count(later),
        show_count(queue.running),
        show_duration(queue.oldest_due_s),
        show_count(figures.completed),
        show_share(figures.success_rate),
        show_duration(figures.wait.p95_s if figures.wait else None),
        show_duration(figures.run.p95_s if figures.run else None),
    ]


def _explain_pause(pause: QueuePause, now: datetime) -> Text:
    who, why = show_text(pause.actor), show_text(pause.reason)
    when = show_age(pause.paused_at, now)
    return Text(f"{pause.queue} was paused {when} by {who}: {why}", "yellow")


def show_workers(workers: Sequence[WorkerNow]) -> RenderableType:
    """A line a worker; one that is silent for long is said to be so."""
    if not workers:
        return Text("No worker has reported itself.", "dim")
    table = make_table("Worker", "Version", "Memory", "Beat", "Runs", "Serves")
    table.columns[0].max_width = HOST_WIDTH
    table.columns[-1].no_wrap = False
    for worker in workers:
        row = worker.row
        beat = f"{show_duration(worker.beat_age_s)} ago"
        served = ", ".join(f"{queue} {count}" for queue, count in row.queues.items())
        table.add_row(
            show_text(f"{row.host}:{row.pid}"),
            show_text(row.version),
            show_bytes(row.memory_bytes),
            Text(beat if worker.is_alive else f"silent, {beat}", "" if worker.is_alive else "red"),
            str(len(worker.jobs)),
            "stopping" if row.stopping else served,
        )
    return table


def show_running(running: Sequence[RunningJob], now: datetime, most: int) -> RenderableType:
    """The jobs that run, at most `most` of them, with how far they are."""
    if not running:
        return Text("Nothing runs.", "dim")
    table = make_table("Runs", "Kind", "Progress", "", "Stage", "For", "Try", "Worker")
    for job in running[:most]:
        elapsed_s = (now - job.started_at).total_seconds() if job.started_at else None
        table.add_row(
            job.job_id[:SHORT_ID],
            show_text(job.kind),
            ProgressBar(total=100, completed=job.progress, width=BAR_WIDTH),
            f"{job.progress}%",
            show_text(job.stage),
            show_duration(elapsed_s),
            str(job.attempt),
            show_worker(job.worker_id),
        )
    left = len(running) - most
    return Group(table, Text(f"and {left} more", "dim")) if left > 0 else table


def show_worker(worker_id: str | None) -> str:
    """Host and process of a worker; the start time behind them only tells its ids apart."""
    host, _, rest = (worker_id or "").partition(":")
    return show_text(f"{host}:{rest.partition(':')[0]}" if rest else host)


def show_failures(failures: Sequence[GroupedFailures], now: datetime) -> RenderableType:
    """Groups of failures that are alike, the newest first, each with a job to look at."""
    if not failures:
        return Text("No job has failed.", "dim")
    table = make_table("Failed\nnow", "Ever", "Last seen", "What, and a job to look at")
    table.columns[0].justify = table.columns[1].justify = "right"
    table.columns[-1].no_wrap = False
    for failure in failures:
        group = failure.group
        what = f"{show_text(group.kind)} {group.code} {group.example_job_id[:SHORT_ID]}"
        table.add_row(
            show_count(failure.failed_now),
            show_count(group.count),
            show_age(group.last_seen_at, now),
            Text.assemble(what, "\n", (show_text(group.message), "dim")),
        )
    return table


def show_events(events: Sequence[LatestEvent], now: datetime) -> RenderableType:
    """The last lines of all timelines, each on one line."""
    return Group(*(_event_line(latest, now) for latest in events))


def _event_line(latest: LatestEvent, now: datetime) -> Text:
    event = latest.event
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{show_moment(event.at, now)} ", "dim")
    line.append(f"{event.job_id[:SHORT_ID]} {show_text(latest.kind)} ")
    line.append(describe_event(event), EVENT_STYLES.get(event.event, ""))
    if event.code:
        line.append(f" {event.code}", "dim")
    return line


def make_table(*headers: str) -> Table:
    """A table without lines, whose cells are cut rather than wrapped."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, no_wrap=True, overflow="ellipsis")
    return table
