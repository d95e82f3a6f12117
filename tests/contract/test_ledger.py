"""What the ledger promises on every store: one winner, one effect, nothing lost."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, func, select

from pipeline.jobs import ledger, recovery, steering
from pipeline.jobs.estimate import jobs_ahead
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.ledger import ClaimState
from pipeline.jobs.rollup import count_endings
from pipeline.models import AuditEntry, Job, JobEvent, JobRollup, JobStatus, Priority
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.racing import at_once, claim_in_processes

REFUSED = Failure("REFUSED", "This can never work.", permanent=True)


def patient(bench: LedgerBench) -> LedgerBench:
    """The same ledger for someone who waits as long as a worker does."""
    return replace(bench, settings=bench.settings.model_copy(update={"store_wait_s": 30.0}))


def test_a_job_is_submitted_claimed_and_completed_once(bench: LedgerBench) -> None:
    job_id = bench.submit(payload={"text": "été"})
    held = bench.take(job_id)

    assert held.payload == {"text": "été"}
    assert bench.complete(held, {"read": 1})
    assert not bench.complete(held, {"read": 2})
    assert bench.job(job_id).status == JobStatus.COMPLETED
    assert bench.events(job_id) == ["submitted", "started", "completed"]
    assert bench.effects(job_id) == 1


def test_of_ten_threads_that_claim_a_job_one_wins(bench: LedgerBench) -> None:
    job_id = bench.submit()
    crowd = patient(bench)

    claims = at_once(10, lambda number: crowd.claim(job_id, f"worker-{number}"))

    (winner,) = [claim for claim in claims if claim is not None]
    assert bench.job(job_id).worker_id == winner.worker_id
    assert bench.job(job_id).attempt == 1


def test_of_two_processes_that_claim_the_same_jobs_each_job_has_one_winner(
    bench: LedgerBench,
) -> None:
    job_ids = [bench.submit() for _ in range(25)]

    won = claim_in_processes(patient(bench).settings, job_ids, bench.clock(), processes=2)

    assert sorted(won[0] + won[1]) == sorted(job_ids)


def test_of_ten_threads_that_complete_a_claim_one_writes_its_effect(bench: LedgerBench) -> None:
    job_id = bench.submit()
    held = bench.take(job_id)
    crowd = patient(bench)

    assert sum(at_once(10, lambda number: crowd.complete(held, {"number": number}))) == 1
    assert bench.effects(job_id) == 1


def test_a_stale_token_changes_nothing(bench: LedgerBench) -> None:
    job_id = bench.submit()
    stale = bench.take(job_id, "worker-1")
    bench.clock.tick(31)
    assert bench.reap() == 1
    fresh = bench.take(job_id, "worker-2")
    before = bench.job(job_id).model_dump()

    assert not bench.change(ledger.heartbeat, stale, lease_s=30)
    assert not bench.change(ledger.advance, stale, "read", 50)
    assert not bench.complete(stale)
    assert not bench.fail(stale, REFUSED)
    assert not bench.crash(stale)
    assert not bench.hand_back(stale)
    assert bench.job(job_id).model_dump() == before
    assert bench.effects(job_id) == 0
    assert bench.complete(fresh)


def test_a_lease_that_ran_out_gives_the_job_back_and_counts_a_crash(bench: LedgerBench) -> None:
    job_id = bench.submit()
    bench.take(job_id)
    bench.clock.tick(29)
    assert bench.reap() == 0
    bench.clock.tick(2)

    assert bench.reap() == 1
    job = bench.job(job_id)
    assert (job.status, job.crashes, job.token) == (JobStatus.PENDING, 1, None)


def test_a_waiting_job_is_cancelled_and_run_again(bench: LedgerBench) -> None:
    job_id = bench.submit()
    bench.change(steering.cancel, job_id, "ana")
    assert bench.claim(job_id) is None

    bench.change(steering.retry, job_id, "ana")
    assert bench.complete(bench.take(job_id))
    assert bench.events(job_id) == ["submitted", "cancelled", "retried", "started", "completed"]


def test_a_running_job_is_told_to_stop(bench: LedgerBench) -> None:
    job_id = bench.submit()
    held = bench.take(job_id)
    bench.change(steering.cancel, job_id, "ana")

    with read_session(bench.settings) as session:
        assert ledger.look(session, held) is ClaimState.CANCEL_REQUESTED
    assert bench.hand_back(held)
    assert bench.job(job_id).status == JobStatus.CANCELLED


def test_a_failed_job_tells_why_and_can_be_run_again(bench: LedgerBench) -> None:
    job_id = bench.submit()
    assert bench.fail(bench.take(job_id), REFUSED)
    assert bench.job(job_id).error_code == "REFUSED"

    bench.change(steering.retry, job_id, "ana")
    assert bench.job(job_id).error_params is None


def test_the_urgent_is_rung_for_first_and_then_the_oldest(bench: LedgerBench) -> None:
    order = []
    for priority in (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.NORMAL):
        order.append(bench.submit(priority=priority))
        bench.clock.tick(1)
    low, normal, high, later = order
    bench.clock.tick(60)

    rung = bench.change(recovery.take_unrung, "documents", broker_is_empty=True)
    again = bench.change(recovery.take_unrung, "documents", broker_is_empty=True)

    assert [job.id for job in rung] == [high, normal, later, low]
    assert again == []
    with read_session(bench.settings) as session:
        assert jobs_ahead(session, bench.job(later)) == 2


def test_two_dispatchers_share_what_is_to_be_rung_for(bench: LedgerBench) -> None:
    job_ids = [bench.submit(run_at=bench.clock() + timedelta(seconds=1)) for _ in range(40)]
    bench.clock.tick(5)
    crowd = patient(bench)

    rounds = at_once(
        4, lambda _: crowd.change(recovery.take_unrung, "documents", broker_is_empty=True)
    )

    assert sorted(job.id for jobs in rounds for job in jobs) == sorted(job_ids)


def test_a_job_is_not_claimed_before_it_is_due(bench: LedgerBench) -> None:
    due_at = bench.clock() + timedelta(hours=1)
    job_id = bench.submit(run_at=due_at)
    assert bench.claim(job_id) is None

    bench.clock.tick(3600)
    assert bench.take(job_id)
    assert bench.job(job_id).run_at == due_at


def test_effects_go_back_together_when_saving_breaks(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = bench.submit()
    held = bench.take(job_id)
    kind = get_kind("test.echo")
    assert kind.save is not None

    def save_and_break(session: Session, job: Job, *rest: Any) -> None:
        kind.save(session, job, *rest)
        session.flush()
        raise RuntimeError("half-way")

    monkeypatch.setattr(
        "tests.support.ledger.get_kind", lambda _name: replace(kind, save=save_and_break)
    )
    with pytest.raises(RuntimeError):
        bench.complete(held)

    assert bench.effects(job_id) == 0
    assert bench.job(job_id).status == JobStatus.PROCESSING
    assert bench.events(job_id) == ["submitted", "started"]
    monkeypatch.undo()


def test_an_idempotency_key_that_many_use_at_once_makes_one_job(bench: LedgerBench) -> None:
    crowd = patient(bench)

    def submit(_number: int) -> str | None:
        try:
            return crowd.submit(client_id="ana", idempotency_key="k")
        except IntegrityError:
            return None

    (job_id,) = [made for made in at_once(10, submit) if made is not None]

    with read_session(bench.settings) as session:
        found = ledger.find_idempotent(session, "ana", "k")
        assert found is not None
        assert found.id == job_id


def test_a_unique_key_that_many_use_at_once_makes_one_job(bench: LedgerBench) -> None:
    crowd = patient(bench)

    def submit(_number: int) -> tuple[str, bool]:
        with crowd.write() as session:
            job, is_new = ledger.submit_unique(
                session, get_kind("test.echo"), {}, "nightly", now=crowd.clock()
            )
            return job.id, is_new

    made = at_once(10, submit)

    assert len({job_id for job_id, _ in made}) == 1
    assert [is_new for _, is_new in made].count(True) == 1


def test_twenty_threads_submit_at_once(bench: LedgerBench) -> None:
    crowd = patient(bench)

    job_ids = at_once(20, lambda number: crowd.submit(payload={"number": number}))

    assert len(set(job_ids)) == 20
    with read_session(bench.settings) as session:
        assert session.exec(select(func.count()).select_from(Job)).one() == 20
        assert session.exec(select(func.count()).select_from(JobEvent)).one() == 20


def test_parallel_failures_of_a_kind_are_counted_in_one_group(bench: LedgerBench) -> None:
    held = [bench.take(bench.submit()) for _ in range(8)]
    crowd = patient(bench)

    assert all(at_once(8, lambda number: crowd.fail(held[number], REFUSED)))

    with read_session(bench.settings) as session:
        assert session.exec(select(func.count()).select_from(AuditEntry)).one() == 0
        failed = session.exec(select(Job).where(Job.status == JobStatus.FAILED)).all()
        assert len({job.fingerprint for job in failed}) == 1


def test_two_that_count_endings_count_each_once(bench: LedgerBench) -> None:
    for _ in range(10):
        assert bench.complete(bench.take(bench.submit()))
    crowd = patient(bench)

    def count(_number: int) -> int:
        with crowd.write() as session:
            return count_endings(session, crowd.clock(), limit=3)

    counted = sum(sum(at_once(3, count)) for _ in range(4))

    assert counted == 10
    with read_session(bench.settings) as session:
        total = session.exec(select(JobRollup).where(JobRollup.span == "total")).one()
        assert total.completed == 10


def test_cancelling_while_a_job_is_handed_back_and_taken_is_never_refused(
    bench: LedgerBench,
) -> None:
    crowd = patient(bench)
    job_ids = [bench.submit() for _ in range(10)]

    def shuffle(job_id: str) -> None:
        for _ in range(3):
            held = crowd.claim(job_id)
            if held is not None:
                crowd.hand_back(held)

    def act(number: int) -> None:
        for job_id in job_ids:
            if number:
                shuffle(job_id)
            else:
                crowd.change(steering.cancel, job_id, "ana")

    at_once(3, act)

    assert {bench.job(job_id).status for job_id in job_ids} == {JobStatus.CANCELLED}
