"""A report that takes too long is said to be slow, then stopped, then tried again."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.minder import Minder
from tests.support.ledger import FakeClock, LedgerBench, open_ledger


class Ticks:
    """Each look at this clock finds it so many seconds later; the runner really works meanwhile."""

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._now_s = 0.0

    def __call__(self) -> float:
        self._now_s += self._step_s
        return self._now_s


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    with open_ledger(tmp_path, monkeypatch, FakeClock()) as ledger:
        yield ledger


def mind(bench: LedgerBench, kind: str, queue: str, step_s: float, attempts: int = 1) -> str:
    """Put a job that never ends through so many attempts."""
    release = str(bench.settings.data_dir / "never")
    job_id = bench.submit(kind, payload={"release": release})
    doorbell, stopping = open_doorbell(bench.settings), threading.Event()
    minder = Minder(
        bench.settings, queue, "worker-1", stopping, doorbell, bench.clock, Ticks(step_s)
    )
    for _ in range(attempts):
        minder.mind(job_id)
        bench.clock.tick(240)
    minder.close()
    return job_id


def test_after_25_minutes_it_is_slow_and_after_30_it_is_tried_again(bench: LedgerBench) -> None:
    job_id = mind(bench, "test.report", "reports", step_s=400)

    # What the runner tells of itself may come before or after the warning.
    happened = [event for event in bench.timeline(job_id) if event.event != "stage"]
    assert [event.event for event in happened] == ["submitted", "started", "slow", "retry"]
    slow, retry = happened[-2:]
    assert (slow.code, slow.worker_id) == ("RUNS_LONG", "worker-1")
    assert retry.code == "TIMED_OUT"
    job = bench.job(job_id)
    assert (job.run_at - retry.at).total_seconds() == 60


def test_the_third_time_it_has_failed(bench: LedgerBench) -> None:
    job_id = mind(bench, "test.report", "reports", step_s=1000, attempts=3)

    happened = [event for event in bench.events(job_id) if event != "stage"]
    assert happened == [
        "submitted", "started", "slow", "retry", "started", "slow", "retry",
        "started", "slow", "failed",
    ]  # fmt: skip
    job = bench.job(job_id)
    assert (job.status, job.error_code, job.attempt) == ("failed", "TIMED_OUT", 3)


def test_no_other_queue_waits_25_minutes_to_be_warned(bench: LedgerBench) -> None:
    job_id = mind(bench, "test.hang", "documents", step_s=15)
    assert "slow" not in bench.events(job_id)
    assert bench.job(job_id).error_code == "TIMED_OUT"
