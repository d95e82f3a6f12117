"""A client may have so many jobs waiting, and the disk keeps its floor."""

from typing import Any

import pytest
from sqlalchemy import text

from pipeline.errors import RateLimitedError, StoreUnavailableError
from pipeline.jobs import admission
from pipeline.jobs.admission import DiskState
from pipeline.settings import Settings
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

MORE_THAN_ANY_DISK_MB = 10**12
MB = 1_000_000


def limited(bench: LedgerBench, **limits: Any) -> Settings:
    return bench.settings.model_copy(update={"disk_floor_mb": 0} | limits)


def test_the_job_over_the_cap_is_refused_with_its_figures(bench: LedgerBench) -> None:
    settings = limited(bench, client_queue_cap=3)
    for _ in range(3):
        admission.admit(settings, "shop")
        bench.submit(client_id="shop")

    with pytest.raises(RateLimitedError) as caught:
        admission.admit(settings, "shop")

    assert caught.value.code == "TOO_MANY_QUEUED"
    assert caught.value.params == {"waiting": 3, "cap": 3, "retry_after_s": 30}


def test_only_jobs_of_this_client_that_wait_are_counted(bench: LedgerBench) -> None:
    settings = limited(bench, client_queue_cap=3)
    started, done, _waiting = [bench.submit(client_id="shop") for _ in range(3)]
    bench.submit(client_id="other")
    bench.take(started)
    assert bench.complete(bench.take(done))

    assert admission.count_waiting(settings, "shop") == 1
    admission.admit(settings, "shop")


def test_counting_stops_at_the_cap_and_looks_at_waiting_jobs_alone(bench: LedgerBench) -> None:
    for _ in range(5):
        bench.submit(client_id="shop")

    assert admission.count_waiting(limited(bench, client_queue_cap=2), "shop") == 2
    with read_session(bench.settings) as session:
        plan = session.connection().execute(
            text(
                "EXPLAIN QUERY PLAN SELECT client_id FROM job"
                " WHERE client_id = :client AND status = 'pending' LIMIT 2"
            ),
            {"client": "shop"},
        )
        assert "ix_job_client_waiting" in plan.all()[0].detail


def test_below_the_floor_nothing_is_taken_in(bench: LedgerBench) -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        admission.admit(limited(bench, disk_floor_mb=MORE_THAN_ANY_DISK_MB), "shop")

    assert caught.value.code == "DISK_LOW"
    assert caught.value.params["floor_mb"] == MORE_THAN_ANY_DISK_MB


def test_a_file_that_would_go_below_the_floor_is_refused(bench: LedgerBench) -> None:
    settings = limited(bench)

    admission.require_disk(settings, 1000)
    with pytest.raises(StoreUnavailableError):
        admission.require_disk(settings, MORE_THAN_ANY_DISK_MB * MB)


@pytest.mark.parametrize(
    ("free_mb", "state"),
    [
        (500, DiskState.UP),
        (200, DiskState.UP),
        (199, DiskState.LOW),
        (11, DiskState.LOW),
        (10, DiskState.FULL),
        (0, DiskState.FULL),
    ],
)
def test_health_calls_low_what_submit_refuses(
    bench: LedgerBench, free_mb: int, state: DiskState
) -> None:
    assert admission.judge_disk(limited(bench, disk_floor_mb=200), free_mb * MB) == state


def test_without_a_floor_only_an_empty_disk_is_full(bench: LedgerBench) -> None:
    assert admission.judge_disk(limited(bench), 1) == DiskState.UP
    assert admission.judge_disk(limited(bench), 0) == DiskState.FULL
