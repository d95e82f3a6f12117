"""How long a job still takes: from recent runs, its place in the queue, and its own time so far."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.jobs import estimate
from tests.support.ledger import FakeClock, LedgerBench, open_ledger


@pytest.fixture
def bench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[LedgerBench, FakeClock]]:
    monkeypatch.setattr(estimate, "REFRESH_S", 0.0)
    clock = FakeClock()
    with open_ledger(tmp_path, monkeypatch, clock) as ledger:
        yield ledger, clock


def remaining(ledger: LedgerBench, job_id: str, workers: int = 1) -> float | None:
    with ledger.write() as session:
        job = ledger.job(job_id)
        return estimate.remaining_s(session, job, workers=workers, now=ledger.clock())


def run_for(ledger: LedgerBench, clock: FakeClock, seconds: float) -> str:
    held = ledger.take(ledger.submit())
    clock.tick(seconds)
    assert ledger.complete(held)
    return held.id


def test_before_any_run_a_first_guess_is_made(bench: tuple[LedgerBench, FakeClock]) -> None:
    ledger, _ = bench

    assert remaining(ledger, ledger.submit()) == estimate.FIRST_GUESS_S


def test_the_median_of_recent_runs_counts(bench: tuple[LedgerBench, FakeClock]) -> None:
    ledger, clock = bench
    finished = [run_for(ledger, clock, seconds) for seconds in (4, 5, 60)]

    assert remaining(ledger, ledger.submit()) == 5
    assert remaining(ledger, finished[0]) is None


def test_jobs_ahead_are_waited_for_by_priority_and_age(
    bench: tuple[LedgerBench, FakeClock],
) -> None:
    ledger, clock = bench
    run_for(ledger, clock, 10)
    first = ledger.submit()
    clock.tick(1)
    second = ledger.submit()
    clock.tick(1)
    urgent = ledger.submit(priority=2)

    assert remaining(ledger, urgent) == 10
    assert remaining(ledger, first) == 20
    assert remaining(ledger, second) == 30
    assert remaining(ledger, second, workers=2) == 20


def test_a_running_job_counts_down(bench: tuple[LedgerBench, FakeClock]) -> None:
    ledger, clock = bench
    run_for(ledger, clock, 10)
    held = ledger.take(ledger.submit())
    clock.tick(4)

    assert remaining(ledger, held.id) == 6
    clock.tick(60)
    assert remaining(ledger, held.id) == 0.5


def test_run_times_are_looked_up_once_in_a_while(
    bench: tuple[LedgerBench, FakeClock], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, clock = bench
    monkeypatch.setattr(estimate, "REFRESH_S", 60.0)
    run_for(ledger, clock, 10)
    before = remaining(ledger, ledger.submit(priority=2))
    run_for(ledger, clock, 30)

    assert before == 10
    assert remaining(ledger, ledger.submit(priority=2)) == 20
