"""A paused queue starts nothing, loses nothing, and goes on when it is resumed."""

import pytest

from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.jobs import pausing, recovery
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.dispatch import dispatch
from tests.support.ledger import LedgerBench


def pause(bench: LedgerBench, queue: str = "documents", reason: str = "printer on fire") -> None:
    bench.change(pausing.pause, queue, reason, "ana")


def test_nothing_of_a_paused_queue_is_claimed(bench: LedgerBench) -> None:
    job_id = bench.submit()
    pause(bench)

    assert bench.claim(job_id) is None


def test_a_running_job_of_a_paused_queue_finishes(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())
    pause(bench)

    assert bench.complete(held)


def test_other_queues_go_on(bench: LedgerBench) -> None:
    job_id = bench.submit()
    pause(bench, "reports")

    assert bench.claim(job_id) is not None


def test_a_paused_queue_is_not_rung_for(bench: LedgerBench) -> None:
    bench.submit()
    pause(bench)
    bench.clock.tick(3)

    assert dispatch(bench.settings, open_doorbell(bench.settings), ["documents"], bench.clock) == 0


def test_a_resumed_queue_is_rung_for_at_once(bench: LedgerBench) -> None:
    job_id = bench.submit()
    pause(bench)
    bench.change(pausing.resume, "documents", "ben")

    found = bench.change(recovery.take_unrung, "documents", broker_is_empty=False)
    assert [job.id for job in found] == [job_id]


def test_who_paused_and_why_is_known(bench: LedgerBench) -> None:
    pause(bench)
    with bench.write() as session:
        paused = pausing.list_paused(session)["documents"]

    assert (paused.actor, paused.reason, paused.paused_at) == (
        "ana",
        "printer on fire",
        bench.clock(),
    )


def test_a_pause_needs_a_reason_and_a_queue_that_exists(bench: LedgerBench) -> None:
    with pytest.raises(InvalidRequestError):
        pause(bench, reason="  ")
    with pytest.raises(NotFoundError):
        pause(bench, "lunch")


def test_pausing_or_resuming_twice_is_a_conflict(bench: LedgerBench) -> None:
    with pytest.raises(ConflictError):
        bench.change(pausing.resume, "documents", "ana")
    pause(bench)
    with pytest.raises(ConflictError):
        pause(bench)


def test_of_two_who_pause_at_once_one_is_told(bench: LedgerBench) -> None:
    def try_to_pause() -> bool:
        try:
            pause(bench)
        except ConflictError:
            return False
        return True

    assert sorted(bench.at_once([try_to_pause] * 2)) == [False, True]
