"""The state of the queues as all open pages share it: twenty browsers ask the store as one does."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from dashboard.widgets.store_access import BY_STORE
from pipeline.clock import utc_now
from pipeline.jobs.failures import GroupedFailures, list_known_codes, list_open_failures
from pipeline.jobs.queue_states import QueueNow, WorkerNow, list_workers, watch_queues
from pipeline.jobs.statistics import (
    Point,
    QueueStatistics,
    WindowName,
    measure_points,
    measure_queues_in_full,
)
from pipeline.jobs.totals import read_totals
from pipeline.queue_settings import QUEUES
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session

# What people watch, and what costs more and moves less.
NOW_FOR_S = 1.0
FAILURES_FOR_S = 3.0
FIGURES_FOR_S = 5.0
CHOICES_FOR_S = 30.0
SHOWN_GROUPS = 50


@dataclass(frozen=True)
class Snapshot:
    """The queues and workers as they were at `at`."""

    at: datetime
    queues: dict[str, QueueNow]
    workers: list[WorkerNow]


@dataclass(frozen=True)
class OpenFailures:
    """The groups that were seen last, and how many have jobs that are failed now."""

    groups: list[GroupedFailures]
    total: int


def look_now() -> Snapshot:
    """What waits, runs and works, at most a second old. Raises StoreUnavailableError."""
    return _look(get_settings())


def look_at_failures() -> OpenFailures:
    """What is failed now, at most three seconds old. Raises StoreUnavailableError."""
    return _look_at_failures(get_settings())


def look_at_figures(window: WindowName) -> dict[str, QueueStatistics]:
    """What each queue did over a window, at most five seconds old."""
    return _look_at_figures(get_settings(), window)


def look_at_points(window: WindowName, queue: str | None, kind: str | None) -> list[Point]:
    """The points of charts of a queue, a kind or everything, at most five seconds old."""
    return _look_at_points(get_settings(), window, queue, kind)


def look_anew() -> None:
    """Forget what is known: somebody changed something and wants to see it."""
    _look.clear()
    _look_at_failures.clear()


@st.cache_resource(ttl=NOW_FOR_S, max_entries=4, show_spinner=False, hash_funcs=BY_STORE)
def _look(settings: Settings) -> Snapshot:
    now, heartbeat_s = utc_now(), settings.heartbeat_s
    with read_session(settings) as session:
        return Snapshot(
            at=now,
            queues=watch_queues(session, heartbeat_s=heartbeat_s, now=now),
            workers=list_workers(session, heartbeat_s=heartbeat_s, now=now),
        )


@st.cache_resource(ttl=FAILURES_FOR_S, max_entries=4, show_spinner=False, hash_funcs=BY_STORE)
def _look_at_failures(settings: Settings) -> OpenFailures:
    with read_session(settings) as session:
        return OpenFailures(*list_open_failures(session, limit=SHOWN_GROUPS))


@st.cache_resource(ttl=FIGURES_FOR_S, max_entries=16, show_spinner=False, hash_funcs=BY_STORE)
def _look_at_figures(settings: Settings, window: WindowName) -> dict[str, QueueStatistics]:
    with read_session(settings) as session:
        return measure_queues_in_full(session, QUEUES, window, now=utc_now())


@st.cache_resource(ttl=FIGURES_FOR_S, max_entries=64, show_spinner=False, hash_funcs=BY_STORE)
def _look_at_points(
    settings: Settings, window: WindowName, queue: str | None, kind: str | None
) -> list[Point]:
    with read_session(settings) as session:
        return measure_points(session, window, queue=queue, kind=kind, now=utc_now())


def list_kinds() -> list[str]:
    """Every kind that is declared or ever ended, by name. Raises StoreUnavailableError."""
    return _list_kinds(get_settings())


def list_codes() -> list[str]:
    """Every error code with which anything ever failed, by name. Raises StoreUnavailableError."""
    return _list_codes(get_settings())


@st.cache_resource(ttl=CHOICES_FOR_S, max_entries=4, show_spinner=False, hash_funcs=BY_STORE)
def _list_kinds(settings: Settings) -> list[str]:
    with read_session(settings) as session:
        ended = {total.kind for total in read_totals(session)}
    return sorted(ended)


@st.cache_resource(ttl=CHOICES_FOR_S, max_entries=4, show_spinner=False, hash_funcs=BY_STORE)
def _list_codes(settings: Settings) -> list[str]:
    with read_session(settings) as session:
        return list_known_codes(session)
