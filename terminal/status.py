"""`status`: one look at queues, workers and failures, for people and for scripts."""

from rich.console import Group, RenderableType
from rich.text import Text

from pipeline.clock import utc_now
from terminal.as_json import print_json, to_json
from terminal.desk import open_desk
from terminal.overview import EXIT_CODES, Activity, Overview, examine_parts, look
from terminal.tables import (
    show_failures,
    show_heading,
    show_queues,
    show_running,
    show_workers,
)

MOST_RUNNING = 50


def print_status(*, as_json: bool) -> int:
    """Print the overview; returns the exit code that says how Comptoir is."""
    with open_desk() as desk:
        overview = look(desk.settings, examine_parts(desk.settings), utc_now())
        if as_json:
            print_json(to_answer(overview))
        else:
            desk.console.print(show_status(overview))
    return EXIT_CODES[overview.health]


def show_status(overview: Overview) -> RenderableType:
    """The whole overview, one part below the other."""
    parts = [show_heading(overview)]
    activity, now = overview.activity, overview.at
    if activity is not None:
        parts += [
            show_queues(activity, now),
            show_workers(activity.workers),
            show_running(activity.running, now, MOST_RUNNING),
            show_failures(activity.failures, now),
        ]
    spaced = [part for shown in parts for part in (shown, Text())]
    return Group(*spaced[:-1])


def to_answer(overview: Overview) -> dict[str, object]:
    """The overview as JSON holds it."""
    return {
        "status": overview.health,
        "timestamp": overview.at,
        "warnings": overview.warnings,
        "parts": {part.name: to_json(part) for part in overview.parts},
        **(_activity_answer(overview.activity) if overview.activity else {}),
    }


def _activity_answer(activity: Activity) -> dict[str, object]:
    queues = {
        name: {**to_json(queue), "lastHour": to_json(activity.figures[name])}
        for name, queue in activity.queues.items()
    }
    workers = [
        {**to_json(worker.row), "isAlive": worker.is_alive, "jobs": to_json(worker.jobs)}
        for worker in activity.workers
    ]
    failures = [
        {**to_json(failure.group), "failedNow": failure.failed_now} for failure in activity.failures
    ]
    return {
        "queues": queues,
        "workers": workers,
        "running": to_json(activity.running),
        "failures": failures,
    }
