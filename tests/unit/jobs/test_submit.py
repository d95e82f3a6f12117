"""Submitting: for later, under a unique key, of a kind that nobody knows."""

from datetime import timedelta

import pytest

from pipeline.errors import ConflictError
from pipeline.jobs import ledger, recovery, steering
from pipeline.jobs.kinds import UnknownKindError, get_kind
from tests.support.ledger import LedgerBench


def submit_unique(bench: LedgerBench, key: str) -> tuple[str, bool]:
    with bench.write() as session:
        job, is_new = ledger.submit_unique(
            session, get_kind("test.echo"), {}, key, now=bench.clock()
        )
        return job.id, is_new


def test_a_job_for_later_is_neither_rung_for_nor_claimed_before(bench: LedgerBench) -> None:
    job_id = bench.submit(run_at=bench.clock() + timedelta(hours=1))

    assert bench.job(job_id).rung_at is None
    assert bench.claim(job_id) is None
    assert bench.change(recovery.take_unrung, "documents", broker_is_empty=True) == []

    bench.clock.tick(3600)
    found = bench.change(recovery.take_unrung, "documents", broker_is_empty=True)
    assert [job.id for job in found] == [job_id]
    assert bench.claim(job_id) is not None


def test_a_unique_key_gives_the_job_that_waits_or_runs(bench: LedgerBench) -> None:
    first = submit_unique(bench, "nightly")

    assert submit_unique(bench, "nightly") == (first[0], False)
    held = bench.take(first[0])
    assert submit_unique(bench, "nightly") == (first[0], False)
    assert submit_unique(bench, "weekly")[1]
    bench.complete(held)
    assert submit_unique(bench, "nightly")[1]


def test_twenty_submits_at_once_under_one_key_make_one_job(bench: LedgerBench) -> None:
    answers = bench.at_once([lambda: submit_unique(bench, "nightly")] * 20)

    assert len({job_id for job_id, _ in answers}) == 1
    assert sum(is_new for _, is_new in answers) == 1


def test_a_retry_does_not_make_a_second_job_of_a_unique_one(bench: LedgerBench) -> None:
    first, _ = submit_unique(bench, "nightly")
    bench.change(steering.cancel, first, "ana")
    submit_unique(bench, "nightly")

    with pytest.raises(ConflictError) as refusal:
        bench.change(steering.retry, first, "ana")
    assert refusal.value.code == "JOB_DUPLICATE"


def test_a_kind_that_nobody_knows_is_named(bench: LedgerBench) -> None:
    with pytest.raises(UnknownKindError, match=r"test\.unheard"):
        get_kind("test.unheard")
