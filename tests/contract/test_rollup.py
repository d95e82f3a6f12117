"""Each ending is counted once, in every span, whatever happens meanwhile."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from pipeline.jobs import rollup, steering
from pipeline.jobs.failures import Failure
from pipeline.models import Job, JobRollup
from pipeline.store import read_session
from tests.support.ledger import START, LedgerBench

BROKEN = Failure("BROKEN", "It is broken.", permanent=True)
FLAKY = Failure("FLAKY", "Try again.", permanent=False)


def run(bench: LedgerBench, seconds: float = 2.0) -> str:
    held = bench.take(bench.submit())
    bench.clock.tick(seconds)
    bench.complete(held)
    return held.id


def count(bench: LedgerBench, limit: int = 1000) -> int:
    with bench.write() as session:
        return rollup.count_endings(session, bench.clock(), limit)


def rows(bench: LedgerBench, span: str) -> list[JobRollup]:
    with read_session(bench.settings) as session:
        found = session.exec(
            select(JobRollup).where(JobRollup.span == span).order_by(JobRollup.start)
        )
        return list(found.all())


def total(bench: LedgerBench) -> JobRollup:
    (row,) = rows(bench, "total")
    return row


def test_every_span_gets_every_ending(bench: LedgerBench) -> None:
    run(bench)
    bench.clock.tick(3600)
    run(bench)

    assert count(bench) == 2

    assert total(bench).completed == 2
    assert [row.completed for row in rows(bench, "minute")] == [1, 1]
    assert [row.start for row in rows(bench, "hour")] == [START, START + timedelta(hours=1)]
    assert [(row.start.hour, row.completed) for row in rows(bench, "day")] == [(0, 2)]


def test_an_ending_is_counted_once(bench: LedgerBench) -> None:
    run(bench)

    assert (count(bench), count(bench)) == (1, 0)
    assert total(bench).completed == 1


def test_whoever_is_killed_between_adding_and_marking_has_done_neither(bench: LedgerBench) -> None:
    run(bench)

    with pytest.raises(KeyboardInterrupt), bench.write() as session:
        assert rollup.count_endings(session, bench.clock()) == 1
        raise KeyboardInterrupt

    assert rows(bench, "total") == []
    assert count(bench) == 1
    assert total(bench).completed == 1


def test_a_crowd_is_counted_in_bites(bench: LedgerBench) -> None:
    for _ in range(5):
        run(bench)

    assert [count(bench, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert total(bench).completed == 5


def test_two_that_count_at_once_share_the_endings(bench: LedgerBench) -> None:
    for _ in range(40):
        run(bench, 0.1)

    taken = bench.at_once([lambda: count(bench, limit=20)] * 4)

    assert sum(taken) == 40
    assert total(bench).completed == 40


def test_wait_and_run_are_those_of_the_last_attempt(bench: LedgerBench) -> None:
    job_id = bench.submit()
    bench.clock.tick(10)
    bench.fail(bench.take(job_id), FLAKY)
    bench.clock.tick(5)
    held = bench.take(job_id)
    bench.clock.tick(3)
    bench.complete(held)

    count(bench)

    row = total(bench)
    # Due again 0.1 s after the failure.
    assert list(row.wait_bins) == [str(rollup.bin_of(4.9))]
    assert list(row.run_bins) == [str(rollup.bin_of(3.0))]
    assert (row.run_s, row.retries, row.failed) == (3.0, 1, 0)


def test_a_failure_counts_and_its_last_attempt_is_no_retry(bench: LedgerBench) -> None:
    bench.fail(bench.take(bench.submit()), BROKEN)
    crashing = bench.submit()
    for _ in range(3):
        bench.crash(bench.take(crashing))

    count(bench)

    assert (total(bench).failed, total(bench).retries) == (2, 2)


def test_a_cancelled_job_counts_but_tells_no_time(bench: LedgerBench) -> None:
    bench.change(steering.cancel, bench.submit(), "ana")

    count(bench)

    row = total(bench)
    assert (row.cancelled, row.wait_bins, row.run_bins) == (1, {}, {})


def test_a_job_that_was_retried_by_hand_counts_with_each_ending(bench: LedgerBench) -> None:
    job_id = bench.submit()
    bench.fail(bench.take(job_id), BROKEN)
    count(bench)
    bench.change(steering.retry, job_id, "ana")
    bench.complete(bench.take(job_id))

    assert count(bench) == 1
    assert (total(bench).failed, total(bench).completed) == (1, 1)


def test_a_chain_or_group_tells_no_time(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())
    with bench.write() as session:
        session.get_one(Job, held.id).kind = "workflow.group"
    bench.clock.tick(9)
    bench.complete(held)

    count(bench)

    assert (total(bench).completed, total(bench).run_bins) == (1, {})


def test_old_minutes_hours_and_days_are_dropped_but_never_the_total(bench: LedgerBench) -> None:
    kept_spans = []
    run(bench)
    count(bench)
    for days in (3, 13, 390):
        bench.clock.tick(days * 86_400)
        with bench.write() as session:
            rollup.prune_rollups(session, bench.clock())
        kept_spans.append([span for span in rollup.SPANS if rows(bench, span)])

    assert kept_spans == [["hour", "day", "total"], ["day", "total"], ["total"]]


def test_what_would_be_dropped_at_once_is_not_written(bench: LedgerBench) -> None:
    run(bench)
    bench.clock.tick(20 * 86_400)

    count(bench)

    assert [span for span in rollup.SPANS if rows(bench, span)] == ["day", "total"]


def test_whether_there_is_something_to_count_is_asked_first(bench: LedgerBench) -> None:
    def ask(session: Session) -> bool:
        return rollup.has_uncounted(session)

    with bench.write() as session:
        before = ask(session)
    run(bench)
    with bench.write() as session:
        assert (before, ask(session)) == (False, True)
