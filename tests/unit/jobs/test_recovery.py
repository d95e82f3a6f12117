"""What a crash leaves behind is found again, and nobody is rung for too little or twice."""

from pathlib import Path

from pipeline.jobs import ledger, recovery
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.dispatch import dispatch, ring_new, take_back
from pipeline.models import Priority
from tests.support.ledger import LedgerBench


def test_an_expired_lease_is_taken_back_and_counts_as_a_crash(bench: LedgerBench) -> None:
    held = bench.take(bench.submit())
    bench.clock.tick(29)
    assert bench.reap() == 0
    bench.clock.tick(2)

    assert bench.reap() == 1

    job = bench.job(held.id)
    assert (job.status, job.crashes, job.rung_at) == ("pending", 1, None)
    assert bench.events(held.id)[-1] == "crashed"


def test_a_dead_workers_jobs_are_taken_back_without_waiting(bench: LedgerBench) -> None:
    mine = bench.take(bench.submit(), "worker-1")
    other = bench.take(bench.submit(), "worker-2")

    doorbell = open_doorbell(bench.settings)
    assert take_back(bench.settings, doorbell, "worker-1", bench.clock) == 1

    assert bench.job(mine.id).status == "pending"
    assert bench.job(other.id).status == "processing"


def test_of_jobs_claimed_together_by_a_dead_worker_one_is_blamed(bench: LedgerBench) -> None:
    jobs = [bench.submit() for _ in range(5)]
    with bench.write() as session:
        held = ledger.claim_all(
            session,
            jobs,
            "worker-1",
            now=bench.clock(),
            lease_s=30,
            time_limit_s=lambda _kind, _payload: 60,
        )
    assert len(held) == 5
    take_back(bench.settings, open_doorbell(bench.settings), "worker-1", bench.clock)

    assert {bench.job(job_id).status for job_id in jobs} == {"pending"}
    assert sum(bench.job(job_id).crashes for job_id in jobs) == 1


def test_a_job_just_rung_is_not_rung_again(bench: LedgerBench) -> None:
    bench.submit()
    assert bench.change(recovery.take_unrung, "documents", broker_is_empty=True) == []


def test_a_ring_that_got_lost_is_repeated_once_the_broker_is_empty(bench: LedgerBench) -> None:
    job_id = bench.submit()
    bench.clock.tick(3)

    assert bench.change(recovery.take_unrung, "documents", broker_is_empty=False) == []
    found = bench.change(recovery.take_unrung, "documents", broker_is_empty=True)

    assert [job.id for job in found] == [job_id]


def test_a_lost_ring_cannot_starve_behind_a_broker_that_never_empties(bench: LedgerBench) -> None:
    bench.submit()
    bench.clock.tick(recovery.STALE_RING_S + 1)
    assert len(bench.change(recovery.take_unrung, "documents", broker_is_empty=False)) == 1


def test_rings_follow_priority_then_age(bench: LedgerBench) -> None:
    low = bench.submit(priority=Priority.LOW)
    first = bench.submit()
    bench.clock.tick(1)
    second = bench.submit()
    high = bench.submit(priority=Priority.HIGH)
    bench.clock.tick(5)

    found = bench.change(recovery.take_unrung, "documents", broker_is_empty=True)

    assert [job.id for job in found] == [high, first, second, low]


def test_a_broker_that_is_down_at_submit_loses_nothing(bench: LedgerBench, tmp_path: Path) -> None:
    blocked = tmp_path / "not-a-folder"
    blocked.write_text("")
    broken = open_doorbell(bench.settings.model_copy(update={"data_dir": blocked}))
    job_id = bench.submit()

    ring_new(bench.settings, broken, bench.job(job_id))
    assert bench.job(job_id).rung_at is None

    working = open_doorbell(bench.settings)
    assert dispatch(bench.settings, working, ("documents",), bench.clock) == 1
    assert working.depth("documents") == 1
    assert bench.job(job_id).rung_at == bench.clock()
