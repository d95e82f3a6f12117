"""The timeline of any job: attempts, stages, who ran it, how long each took."""

from collections.abc import Callable
from typing import Any

from dashboard.language import current_language, say_code, t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_clock, show_duration, show_moment
from dashboard.widgets.job_heading import show_heading
from dashboard.widgets.job_words import say_stage
from dashboard.widgets.states import CANCELLED, DONE, FAILED, NEEDS_ME, RUNNING, WAITING, State
from pipeline.jobs.detail import ENDINGS, JobDetail
from pipeline.messages import DEFAULT_LANGUAGE
from pipeline.models import JobEvent

_render = load_component("timeline")

Look = tuple[State, str, Callable[[JobEvent], str]]


def _say_start(event: JobEvent) -> str:
    # A chain or group begins without an attempt that anybody runs.
    if not event.attempt:
        return t("Started")
    return t("Attempt {number} started", number=event.attempt)


def _say_failure(event: JobEvent) -> str:
    return t("Failed in attempt {number}", number=event.attempt) if event.attempt else t("Failed")


# For each event of the ledger: the state whose colour it has, its icon, its words.
LOOKS: dict[str, Look] = {
    "submitted": (WAITING, "upload", lambda _: t("Submitted")),
    "released": (WAITING, "lock_open", lambda _: t("The parts before it are done")),
    "started": (RUNNING, "play_arrow", _say_start),
    "stage": (WAITING, "more_horiz", lambda event: say_stage(event.stage or t("Next stage"))),
    "completed": (DONE, DONE.icon, lambda _: t("Completed")),
    "retry": (
        NEEDS_ME,
        "replay",
        lambda event: t("Attempt {number} failed, trying again", number=event.attempt),
    ),
    "crashed": (NEEDS_ME, "bolt", lambda _: t("Its process ended, trying again")),
    "failed": (FAILED, FAILED.icon, _say_failure),
    "postponed": (WAITING, "cloud_off", lambda _: t("Put off, something it needs is down")),
    "handed_back": (WAITING, "undo", lambda _: t("Put back in the queue")),
    "cancel_requested": (CANCELLED, "front_hand", lambda _: t("Asked to stop")),
    "cancelled": (CANCELLED, CANCELLED.icon, lambda _: t("Cancelled")),
    "retried": (WAITING, "refresh", lambda _: t("Queued again by hand")),
    "slow": (NEEDS_ME, "hourglass_bottom", lambda _: t("Takes longer than usual")),
    "scheduled": (WAITING, "event_repeat", lambda _: t("Asked for by its schedule")),
}


def show_timeline(detail: JobDetail) -> None:
    """The events, oldest first; stages and attempts say how long they took."""
    if not detail.events:
        return
    show_heading(t("Timeline"))
    followers = [*detail.events[1:], None]
    ended = {one.ended_at: one for one in detail.attempts if one.ended_at}
    shown = []
    for event, next_one in zip(detail.events, followers, strict=True):
        took_s = None
        if event.event == "stage" and next_one is not None:
            took_s = (next_one.at - event.at).total_seconds()
        elif event.event in ENDINGS and event.at in ended:
            took_s = (event.at - ended[event.at].started_at).total_seconds()
        # Where the clocks of two machines differ, nothing is known of the time between.
        known_s = took_s if took_s is not None and took_s >= 0 else None
        shown.append(_present(event, known_s, is_last=next_one is None))
    _render(data={"events": shown}, key=f"timeline-{detail.row.job.id}")


def _present(event: JobEvent, took_s: float | None, *, is_last: bool) -> dict[str, Any]:
    fallback: Look = (WAITING, "circle", lambda other: other.event.replace("_", " ").capitalize())
    state, icon, describe = LOOKS.get(event.event, fallback)
    running = is_last and event.event in {"started", "stage"}
    return {
        "what": describe(event),
        "detail": _explain(event),
        "code": event.code,
        "icon": RUNNING.icon if running else icon,
        "spins": running,
        "colour": RUNNING.colour if running else state.colour,
        "minor": event.event == "stage",
        "took": None if took_s is None else show_duration(took_s),
        "clock": show_clock(event.at),
        "moment": show_moment(event.at),
    }


def _explain(event: JobEvent) -> str | None:
    if event.code:
        # Its own English sentence has the parameters, which are not kept with the event.
        if event.message and current_language() == DEFAULT_LANGUAGE:
            return event.message
        return say_code(event.code, fallback=event.message)
    if event.event == "started" and event.worker_id:
        return t("by worker {worker}", worker=event.worker_id)
    return None
