"""A card for each queue: how it is now, how it did, and pausing or resuming it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t, tn
from dashboard.widgets.change_words import say_actor
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import (
    show_ago,
    show_confidence,
    show_moment,
    show_number,
    show_whole,
)
from dashboard.widgets.job_words import (
    QUEUE_STATES,
    present_badge,
    say_queue,
    show_age,
    show_briefly,
)
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_address import QUEUE, STATUS, link_to_jobs, read_window
from dashboard.widgets.queue_pause import ask_to_pause
from dashboard.widgets.queue_snapshot import look_anew, look_at_figures, look_now
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.jobs import pausing
from pipeline.jobs.histogram import Percentiles
from pipeline.jobs.queue_states import QueueNow
from pipeline.jobs.statistics import Figures, Point, QueueStatistics
from pipeline.models import JobStatus
from pipeline.settings import get_settings
from pipeline.store import write_session

_render = load_component("queue_cards", built_of=("queue_parts",))
KEY = "queue-cards"
NOTHING = "–"
# Fewer would be rounded to none at all.
LEAST_SHOWN_PER_HOUR = 0.1
# Bars of a sparkline; more are not told apart on a card.
MOST_BARS = 45
# Below, somebody should look.
GOOD_RATE, FAIR_RATE = 0.98, 0.9


def show_cards() -> None:
    """All queues side by side; drawn again and again. Raises StoreUnavailableError."""
    snapshot, figures = look_now(), look_at_figures(read_window())
    cards = [
        _present(queue, figures[queue.queue], snapshot.at) for queue in snapshot.queues.values()
    ]
    _render(data={"queues": cards}, key=KEY, on_act_change=_act)


def _act() -> None:
    asked = st.session_state[KEY].get("act")
    if asked and asked["act"] == "resume":
        _resume(asked["id"])
    elif asked:
        ask_to_pause(asked["id"])


def _resume(queue: str) -> None:
    try:
        with write_session(get_settings()) as session:
            pausing.resume(session, queue, act_as("admin"), now=utc_now())
        message = t("{queue} goes on. What waits starts within seconds.", queue=say_queue(queue))
        st.toast(message, icon=":material/play_arrow:")
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/info:")
    look_anew()


def _present(queue: QueueNow, measured: QueueStatistics, now: datetime) -> dict[str, Any]:
    name, whole = queue.queue, measured.whole
    return {
        "id": name,
        "label": say_queue(name),
        "href": link_to_jobs(**{QUEUE: name}),
        "state": present_badge(QUEUE_STATES[queue.state]),
        "pause": _present_pause(queue, now),
        "waiting": show_whole(queue.pending),
        "waitingHref": link_to_jobs(**{QUEUE: name, STATUS: JobStatus.PENDING.value}),
        "waitingMore": _say_waiting(queue),
        "running": show_whole(queue.running),
        "runningHref": link_to_jobs(**{QUEUE: name, STATUS: JobStatus.PROCESSING.value}),
        "workers": tn("{n} worker", "{n} workers", queue.workers),
        "oldest": NOTHING if queue.oldest_due_s is None else show_age(queue.oldest_due_s),
        "spark": _present_spark(measured.points),
        "throughput": t("{count} per hour", count=_show_rate(whole.per_hour)),
        "ended": _say_ended(whole),
        "success": _present_success(whole),
        "wait": _present_times(whole.wait),
        "run": _present_times(whole.run),
    }


def _present_pause(queue: QueueNow, now: datetime) -> dict[str, str] | None:
    if queue.pause is None:
        return None
    ago = show_ago(queue.pause.paused_at, now)
    return {
        "reason": queue.pause.reason,
        "who": t("Paused by {name}, {ago}", name=say_actor(queue.pause.actor), ago=ago),
        "moment": show_moment(queue.pause.paused_at),
    }


def _say_waiting(queue: QueueNow) -> str:
    later = queue.scheduled + queue.blocked
    return t("{count} not due yet", count=show_whole(later)) if later else ""


def _show_rate(per_hour: float) -> str:
    if 0 < per_hour < LEAST_SHOWN_PER_HOUR / 2:
        return f"<{show_number(LEAST_SHOWN_PER_HOUR, 1)}"
    return show_number(per_hour, 1 if 0 < per_hour < 10 else 0)


def _say_ended(figures: Figures) -> str:
    return t(
        "{completed} completed, {failed} failed, {cancelled} cancelled, {retries} tried again",
        completed=show_whole(figures.completed),
        failed=show_whole(figures.failed),
        cancelled=show_whole(figures.cancelled),
        retries=show_whole(figures.retries),
    )


def _present_success(figures: Figures) -> dict[str, str] | None:
    rate = figures.success_rate
    if rate is None:
        return None
    colour = "green" if rate >= GOOD_RATE else "orange" if rate >= FAIR_RATE else "red"
    icon = {"green": "check_circle", "orange": "error", "red": "cancel"}[colour]
    return {"label": t("{share} good", share=show_confidence(rate)), "colour": colour, "icon": icon}


def _present_times(found: Percentiles | None) -> list[str]:
    if found is None:
        return [NOTHING] * 3
    return [show_briefly(seconds) for seconds in (found.p50_s, found.p95_s, found.p99_s)]


def _present_spark(points: Sequence[Point]) -> dict[str, Any]:
    width = -(-len(points) // MOST_BARS)
    steps = [points[at : at + width] for at in range(0, len(points), width)]
    bars = [
        [sum(one.figures.completed for one in step), sum(one.figures.failed for one in step)]
        for step in steps
    ]
    done, failed = (sum(bar[part] for bar in bars) for part in (0, 1))
    says = t(
        "{completed} completed and {failed} failed over the window",
        completed=show_whole(done),
        failed=show_whole(failed),
    )
    return {"bars": bars, "says": says}
