"""Health and Home tell of what nobody does, as soon as nobody can still be starting it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.api.health import describe
from dashboard.health import Health, examine
from dashboard.runtime import Runtime
from dashboard.widgets.health_parts import present_health
from dashboard.widgets.home_data import Counter
from dashboard.widgets.home_needs import present_needs
from pipeline.catalog.catalog import Catalog
from pipeline.clock import utc_now
from pipeline.jobs import ledger, pausing, workers
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.kinds import get_kind
from pipeline.overview.attendance import Attendance
from pipeline.overview.needs import find_needs
from pipeline.settings import Settings
from pipeline.store import close_store, read_session, write_session
from tests.support.migrated import migrate_copy

LONG_AGO = timedelta(minutes=5)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """What a dashboard that began five minutes ago knows; nobody ever worked for it."""
    settings = Settings(data_dir=tmp_path / "data", worker="external")
    migrate_copy(settings)
    doorbell = open_doorbell(settings)
    attendance = Attendance(utc_now() - LONG_AGO)
    yield Runtime(settings, doorbell, Catalog(settings), attendance=attendance)
    doorbell.close()
    close_store(settings)


def work(runtime: Runtime) -> None:
    with write_session(runtime.settings) as session:
        workers.beat(session, "by-hand", {"documents": 2}, now=utc_now())


def leave(runtime: Runtime) -> None:
    with write_session(runtime.settings) as session:
        workers.sign_off(session, "by-hand")


def pause(runtime: Runtime, queue: str) -> None:
    with write_session(runtime.settings) as session:
        pausing.pause(session, queue, "The printer burns", "ana", now=utc_now() - LONG_AGO)


def submit(runtime: Runtime, due_for: timedelta) -> None:
    with write_session(runtime.settings) as session:
        ledger.submit(session, get_kind("receipt.analyze"), {}, now=utc_now() - due_for)


def badge(found: Health, name: str) -> tuple[str, str]:
    part = next(part for part in present_health(found)["parts"] if part["name"] == name)
    return part["mark"]["label"], part["since"]


def home(runtime: Runtime) -> list[tuple[str, str]]:
    now = utc_now()
    with read_session(runtime.settings) as session:
        needs = find_needs(session, runtime.settings, now=now)
    since = runtime.attendance.find_deserted_since(has_worker=needs.has_worker, now=now)
    counter = Counter(now, False, needs, since is not None, [], [])
    rows: list[dict[str, Any]] = present_needs(counter, now) or []
    return [(row["title"], row["said"]) for row in rows]


def test_without_a_worker_for_a_minute_nothing_is_called_well(runtime: Runtime) -> None:
    found = examine(runtime)

    assert found.overall == "degraded"
    assert describe(found)["workers"]["status"] == "down"
    assert badge(found, "workers") == ("Down", "For 5 minutes")
    assert present_health(found)["overall"] == "A part is down; the rest works"
    assert home(runtime) == [("No worker runs", "What comes in waits.")]


def test_a_worker_that_was_there_a_moment_ago_may_come_back(runtime: Runtime) -> None:
    work(runtime)
    served = examine(runtime)
    leave(runtime)
    left = examine(runtime)

    assert (served.overall, left.overall) == ("healthy", "healthy")
    assert badge(left, "workers")[0] == "Needs a look"
    assert describe(left)["workers"]["status"] == "unknown"
    assert home(runtime) == []
    submit(runtime, timedelta(seconds=90))
    assert home(runtime) == [("No worker runs", "1 job waits for one.")]


def test_the_headline_is_never_better_than_a_part(runtime: Runtime) -> None:
    work(runtime)
    assert present_health(examine(runtime))["overall"] == "Everything is well"

    pause(runtime, "reports")
    found = examine(runtime)

    assert found.overall == "healthy", "somebody meant it"
    assert badge(found, "queues") == ("Needs a look", "For 5 minutes")
    assert present_health(found)["overall"] == "It works, but something needs you"
    assert present_health(found)["mark"]["label"] == "Needs a look"


def test_an_abandoned_queue_is_down_for_as_long_as_its_oldest_job_waits(runtime: Runtime) -> None:
    pause(runtime, "reports")
    submit(runtime, timedelta(seconds=80))

    assert badge(examine(runtime), "queues") == ("Down", "For 1 minute")
