"""What a person may do to a job, and what happens when they do it at the wrong moment."""

import pytest

from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs import endings, ledger, steering
from pipeline.jobs.failures import Failure
from pipeline.jobs.ledger import ClaimState
from tests.support.ledger import LedgerBench


def test_a_waiting_job_is_cancelled_at_once(bench: LedgerBench) -> None:
    job_id = bench.submit()

    bench.change(steering.cancel, job_id, "ana")

    assert bench.job(job_id).status == "cancelled"
    assert bench.claim(job_id) is None


def test_a_running_job_is_asked_to_stop_and_closed_by_its_minder(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())

    bench.change(steering.cancel, held.id, "ana")
    with bench.write() as session:
        assert ledger.look(session, held) is ClaimState.CANCEL_REQUESTED
    bench.change(endings.finish_cancel, held)

    assert bench.job(held.id).status == "cancelled"
    assert bench.events(held.id)[-2:] == ["cancel_requested", "cancelled"]


@pytest.mark.parametrize("ending", ["crash", "fail", "hand_back", "reap"])
def test_a_cancel_request_survives_however_the_attempt_ends(
    bench: LedgerBench, ending: str
) -> None:
    held = bench.take(bench.submit())
    bench.change(steering.cancel, held.id, "ana")
    bench.clock.tick(60)

    if ending == "fail":
        failure = Failure("FLAKY", "Try again.", permanent=False, params={})
        bench.fail(held, failure)
    elif ending == "reap":
        bench.reap()
    else:
        getattr(bench, ending)(held)

    assert bench.job(held.id).status == "cancelled"


def test_a_finished_job_cannot_be_cancelled(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())
    bench.complete(held)

    with pytest.raises(ConflictError):
        bench.change(steering.cancel, held.id, "ana")


def test_an_unknown_job_is_not_found(bench: LedgerBench) -> None:
    with pytest.raises(NotFoundError):
        bench.change(steering.cancel, "nothing", "ana")
    with pytest.raises(NotFoundError):
        bench.change(steering.retry, "nothing", "ana")


def test_a_failed_job_starts_over_with_a_clean_count(bench: LedgerBench) -> None:
    job_id = bench.submit()
    for _ in range(3):
        bench.crash(bench.take(job_id))

    bench.change(steering.retry, job_id, "ana")

    job = bench.job(job_id)
    assert (job.status, job.crashes, job.error_code, job.finished_at) == ("pending", 0, None, None)
    assert bench.take(job_id).attempt == 4


@pytest.mark.parametrize("state", ["pending", "processing", "completed"])
def test_only_a_failed_or_cancelled_job_can_be_retried(bench: LedgerBench, state: str) -> None:
    job_id = bench.submit()
    if state != "pending":
        held = bench.take(job_id)
        if state == "completed":
            bench.complete(held)

    with pytest.raises(ConflictError):
        bench.change(steering.retry, job_id, "ana")
    assert bench.job(job_id).status == state
