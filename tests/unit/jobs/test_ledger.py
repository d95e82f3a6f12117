"""A job's life, step by step, on a real store with a clock that the test moves."""

import threading
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import Session

from pipeline.jobs import endings, ledger
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import Outcome, get_kind
from pipeline.jobs.ledger import ClaimState
from pipeline.models import Job
from tests.support.ledger import LedgerBench

TRANSIENT = Failure("FLAKY", "Try again.", permanent=False, params={})
PERMANENT = Failure("REFUSED", "Never.", permanent=True, params={})


def test_a_submitted_job_waits_with_one_event(bench: LedgerBench) -> None:
    job_id = bench.submit()

    assert bench.job(job_id).status == "pending"
    assert bench.events(job_id) == ["submitted"]


def test_a_claim_marks_the_job_as_running_with_lease_and_deadline(bench: LedgerBench) -> None:
    job_id = bench.submit()

    held = bench.take(job_id)

    job = bench.job(job_id)
    assert (job.status, job.attempt, job.worker_id) == ("processing", 1, "worker-1")
    assert job.token == held.token
    assert held.time_limit_s == 60


def test_a_second_ring_for_a_running_job_is_dropped(bench: LedgerBench) -> None:
    job_id = bench.submit()
    bench.take(job_id)

    assert bench.claim(job_id, "worker-2") is None
    assert bench.job(job_id).worker_id == "worker-1"


def test_only_one_of_many_racing_workers_gets_the_job(bench: LedgerBench) -> None:
    job_id = bench.submit()
    claims = []
    start = threading.Barrier(8)

    def race(number: int) -> None:
        start.wait()
        claims.append(bench.claim(job_id, f"worker-{number}"))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(held is not None for held in claims) == 1
    assert bench.job(job_id).attempt == 1


def test_a_job_due_later_cannot_be_claimed_before(bench: LedgerBench) -> None:
    job_id = bench.submit("test.flaky")
    bench.fail(bench.take(job_id), TRANSIENT)

    assert bench.claim(job_id) is None
    bench.clock.tick(0.1)
    assert bench.claim(job_id) is not None


def test_completion_and_effects_are_one_transaction(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())

    echo = get_kind("test.echo")

    def save_and_break(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
        assert echo.save is not None
        echo.save(session, job, outcome, now)
        session.flush()
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError), bench.write() as session:
        endings.complete(session, held, replace(echo, save=save_and_break), {}, now=bench.clock())

    assert bench.job(held.id).status == "processing"
    assert bench.effects(held.id) == 0


def test_a_completed_job_has_its_effects_once(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())

    assert bench.complete(held)
    assert not bench.complete(held)

    job = bench.job(held.id)
    assert (job.status, job.progress, job.token) == ("completed", 100, None)
    assert bench.effects(held.id) == 1
    assert bench.events(held.id) == ["submitted", "started", "completed"]


def test_a_stale_worker_can_write_nothing(bench: LedgerBench) -> None:
    job_id = bench.submit()
    stale = bench.take(job_id, "worker-1")
    bench.crash(stale)
    fresh = bench.take(job_id, "worker-2")

    assert not bench.complete(stale)
    assert not bench.change(ledger.heartbeat, stale, lease_s=30)
    assert not bench.change(ledger.advance, stale, "late", 99)
    assert not bench.crash(stale)
    assert not bench.fail(stale, PERMANENT)
    assert not bench.change(endings.hand_back, stale)
    assert not bench.change(endings.finish_cancel, stale)

    job = bench.job(job_id)
    assert (job.worker_id, job.progress, bench.effects(job_id)) == ("worker-2", 0, 0)
    assert bench.complete(fresh)


def test_a_heartbeat_extends_the_lease(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())
    before = bench.job(held.id).lease_until
    bench.clock.tick(10)

    assert bench.change(ledger.heartbeat, held, lease_s=30)

    after = bench.job(held.id).lease_until
    assert before is not None
    assert after is not None
    assert (after - before).total_seconds() == 10


def test_progress_writes_an_event_for_a_new_stage_only(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())

    for stage, progress in (("open", 5), ("read", 10), ("read", 50)):
        assert bench.change(ledger.advance, held, stage, progress)

    assert bench.events(held.id) == ["submitted", "started", "stage", "stage"]
    assert (bench.job(held.id).stage, bench.job(held.id).progress) == ("read", 50)


def test_a_transient_failure_waits_longer_each_time_then_fails(bench: LedgerBench) -> None:
    job_id = bench.submit("test.flaky")
    waits_s = []
    for _ in range(2):
        bench.fail(bench.take(job_id), TRANSIENT)
        waits_s.append(round((bench.job(job_id).run_at - bench.clock()).total_seconds(), 3))
        bench.clock.tick(10)
    bench.fail(bench.take(job_id), TRANSIENT)

    assert waits_s == [0.1, 0.2]
    job = bench.job(job_id)
    assert (job.status, job.error_code, job.attempt) == ("failed", "FLAKY", 3)
    assert bench.events(job_id).count("retry") == 2


def test_a_permanent_failure_is_not_retried(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())

    bench.fail(held, PERMANENT)

    job = bench.job(held.id)
    assert (job.status, job.attempt, job.error_message) == ("failed", 1, "Never.")


def test_what_is_no_fault_of_the_job_costs_it_no_attempt(bench: LedgerBench) -> None:
    outage = Failure("FILES_UNAVAILABLE", "Later.", permanent=False, blames_job=False)
    job_id = bench.submit()
    for _ in range(10):
        bench.fail(bench.take(job_id), outage)
        assert bench.claim(job_id) is None, "it waits a while first"
        bench.clock.tick(endings.LONGEST_POSTPONE_S)

    job = bench.job(job_id)
    assert (job.status, job.failures, job.error_code) == ("pending", 0, "FILES_UNAVAILABLE")
    assert bench.events(job_id).count("postponed") == 10


def test_a_crash_costs_no_attempt_but_three_crashes_end_the_job(bench: LedgerBench) -> None:
    job_id = bench.submit()
    statuses = []
    for _ in range(3):
        bench.crash(bench.take(job_id))
        statuses.append(bench.job(job_id).status)

    assert statuses == ["pending", "pending", "failed"]
    assert bench.job(job_id).error_code == "WORKER_CRASHED"
    assert bench.job(job_id).failures == 0


def test_a_job_handed_back_can_be_taken_at_once(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())

    assert bench.change(endings.hand_back, held)

    job = bench.job(held.id)
    assert (job.status, job.rung_at, job.failures, job.crashes) == ("pending", None, 0, 0)
    assert bench.claim(held.id) is not None


def test_the_same_client_and_key_find_the_first_job(bench: LedgerBench) -> None:
    job_id = bench.submit(client_id="shop", idempotency_key="k1")

    with bench.write() as session:
        found = ledger.find_idempotent(session, "shop", "k1")
        other = ledger.find_idempotent(session, "other", "k1")

    assert found is not None
    assert found.id == job_id
    assert other is None


def test_a_worker_sees_whether_its_claim_holds(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())
    with bench.write() as session:
        assert ledger.look(session, held) is ClaimState.HELD
    bench.crash(held)
    with bench.write() as session:
        assert ledger.look(session, held) is ClaimState.LOST
