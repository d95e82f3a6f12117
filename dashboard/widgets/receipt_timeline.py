"""The timeline of a receipt: its events in words, with times and durations."""

from collections.abc import Callable
from typing import Any

from dashboard.language import say_code
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_clock, show_duration, show_moment
from dashboard.widgets.states import (
    CANCELLED,
    DONE,
    FAILED,
    NEEDS_ME,
    RUNNING,
    STAGE_LABELS,
    WAITING,
    State,
)
from pipeline.models import JobEvent

_render = load_component("timeline")

Look = tuple[State, str, Callable[[JobEvent], str]]

# For each event of the ledger: the state whose colour it has, its icon, its words.
LOOKS: dict[str, Look] = {
    "submitted": (WAITING, "upload", lambda _: "Submitted"),
    "started": (RUNNING, "play_arrow", lambda event: f"Attempt {event.attempt} started"),
    "stage": (
        WAITING,
        "more_horiz",
        lambda event: STAGE_LABELS.get(event.stage or "", event.stage or "Next stage"),
    ),
    "completed": (DONE, DONE.icon, lambda _: "Read"),
    "retry": (NEEDS_ME, "replay", lambda event: f"Attempt {event.attempt} failed, trying again"),
    "crashed": (NEEDS_ME, "bolt", lambda _: "The reader stopped, trying again"),
    "failed": (FAILED, FAILED.icon, lambda event: f"Failed in attempt {event.attempt}"),
    "postponed": (WAITING, "cloud_off", lambda _: "Put off, something it needs is down"),
    "handed_back": (WAITING, "undo", lambda _: "Put back in the queue"),
    "cancel_requested": (CANCELLED, "front_hand", lambda _: "Asked to stop"),
    "cancelled": (CANCELLED, CANCELLED.icon, lambda _: "Cancelled"),
    "retried": (WAITING, "refresh", lambda _: "Queued again by hand"),
    "slow": (NEEDS_ME, "hourglass_bottom", lambda _: "Takes longer than usual"),
    "scheduled": (WAITING, "event_repeat", lambda _: "Asked for by its schedule"),
}


def show_timeline(events: list[JobEvent]) -> None:
    """The events, oldest first; a stage shows how long it took."""
    followers = [*events[1:], None]
    shown = [_present(event, next_one) for event, next_one in zip(events, followers, strict=True)]
    _render(data={"events": shown}, key=f"timeline-{events[0].job_id if events else ''}")


def _present(event: JobEvent, next_one: JobEvent | None) -> dict[str, Any]:
    fallback: Look = (WAITING, "circle", lambda other: other.event.replace("_", " ").capitalize())
    state, icon, describe = LOOKS.get(event.event, fallback)
    running = next_one is None and event.event in {"started", "stage"}
    return {
        "what": describe(event),
        "detail": _explain(event),
        "code": event.code,
        "icon": RUNNING.icon if running else icon,
        "spins": running,
        "colour": RUNNING.colour if running else state.colour,
        "minor": event.event == "stage",
        "took": _show_took(event, next_one),
        "clock": show_clock(event.at),
        "moment": show_moment(event.at),
    }


def _explain(event: JobEvent) -> str | None:
    if event.code:
        # The parameters are not kept with the event; its own sentence has them filled in.
        return event.message or say_code(event.code)
    if event.event == "started" and event.worker_id:
        return f"by worker {event.worker_id}"
    return None


def _show_took(event: JobEvent, next_one: JobEvent | None) -> str | None:
    if event.event != "stage" or next_one is None:
        return None
    return show_duration((next_one.at - event.at).total_seconds())
