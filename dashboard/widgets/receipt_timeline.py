"""The timeline of a receipt: its events in words, with times and durations."""

from typing import Any

from dashboard.language import N_, current_language, say_code, t
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
from pipeline.messages import DEFAULT_LANGUAGE
from pipeline.models import JobEvent
from pipeline.receipts.queries import ReceiptRow

_render = load_component("timeline")

Look = tuple[State, str, str]

# For each event of the ledger: the state whose colour it has, its icon, its words.
LOOKS: dict[str, Look] = {
    "submitted": (WAITING, "upload", N_("Submitted")),
    "started": (RUNNING, "play_arrow", N_("Attempt {number} started")),
    "stage": (WAITING, "more_horiz", N_("Next stage")),
    "completed": (DONE, DONE.icon, N_("Reading finished")),
    "retry": (NEEDS_ME, "replay", N_("Attempt {number} failed, trying again")),
    "crashed": (NEEDS_ME, "bolt", N_("The reader stopped, trying again")),
    "failed": (FAILED, FAILED.icon, N_("Failed in attempt {number}")),
    "postponed": (WAITING, "cloud_off", N_("Put off, something it needs is down")),
    "handed_back": (WAITING, "undo", N_("Put back in the queue")),
    "cancel_requested": (CANCELLED, "front_hand", N_("Asked to stop")),
    "cancelled": (CANCELLED, CANCELLED.icon, N_("Cancelled")),
    "retried": (WAITING, "refresh", N_("Queued again by hand")),
    "slow": (NEEDS_ME, "hourglass_bottom", N_("Takes longer than usual")),
    "scheduled": (WAITING, "event_repeat", N_("Asked for by its schedule")),
}


def show_timeline(events: list[JobEvent], row: ReceiptRow) -> None:
    """The events, oldest first; a stage shows how long it took."""
    followers = [*events[1:], None]
    pairs = zip(events, followers, strict=True)
    shown = [_present(event, next_one, row) for event, next_one in pairs]
    _render(data={"events": shown}, key=f"timeline-{events[0].job_id if events else ''}")


def _present(event: JobEvent, next_one: JobEvent | None, row: ReceiptRow) -> dict[str, Any]:
    name = event.event.replace("_", " ").capitalize()
    state, icon, words = LOOKS.get(event.event, (WAITING, "circle", name))
    if event.event == "stage":
        words = STAGE_LABELS.get(event.stage or "", event.stage or words)
    running = next_one is None and event.event in {"started", "stage"}
    return {
        "what": t(words, number=event.attempt),
        "detail": _explain(event, row),
        "code": event.code,
        "icon": RUNNING.icon if running else icon,
        "spins": running,
        "colour": RUNNING.colour if running else state.colour,
        "minor": event.event == "stage",
        "took": _show_took(event, next_one),
        "clock": show_clock(event.at),
        "moment": show_moment(event.at),
    }


def _explain(event: JobEvent, row: ReceiptRow) -> str | None:
    if event.code:
        # Its own English sentence has the parameters, which are kept with the last error alone.
        if event.message and current_language() == DEFAULT_LANGUAGE:
            return event.message
        params = row.error_params if row.error_code == event.code else None
        return say_code(event.code, params, fallback=event.message)
    if event.event == "started" and event.worker_id:
        return t("by worker {name}", name=event.worker_id)
    return None


def _show_took(event: JobEvent, next_one: JobEvent | None) -> str | None:
    if event.event != "stage" or next_one is None:
        return None
    return show_duration((next_one.at - event.at).total_seconds())
