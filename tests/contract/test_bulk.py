"""Steering what matches a filter: counted first, in bites, an outcome for each job."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlmodel import select

from pipeline.errors import InvalidRequestError, StoreUnavailableError
from pipeline.jobs import bulk, steering, workflow
from pipeline.jobs.broker import Doorbell, open_doorbell
from pipeline.jobs.bulk import BulkOutcome
from pipeline.jobs.failures import Failure
from pipeline.jobs.search import JobFilter
from pipeline.jobs.workflow import Group, Step
from pipeline.models import AuditEntry, Job
from pipeline.store import read_session
from tests.contract.conftest import HASTY_S
from tests.support.ledger import LedgerBench

BROKEN = Failure("BROKEN", "It is broken.", permanent=True)


@pytest.fixture
def doorbell(bench: LedgerBench) -> Iterator[Doorbell]:
    opened = open_doorbell(bench.settings)
    yield opened
    opened.close()


class Desk:
    """Whoever steers, with the test's clock."""

    def __init__(self, bench: LedgerBench, doorbell: Doorbell) -> None:
        self._bench = bench
        self._doorbell = doorbell

    def retry(self, *, time_limit_s: float = 60, **wanted: Any) -> BulkOutcome:
        return self._do(bulk.retry_matching, time_limit_s, wanted)

    def cancel(self, *, time_limit_s: float = 60, **wanted: Any) -> BulkOutcome:
        return self._do(bulk.cancel_matching, time_limit_s, wanted)

    def _do(self, action: Any, time_limit_s: float, wanted: dict[str, Any]) -> BulkOutcome:
        done: BulkOutcome = action(
            self._bench.settings,
            self._doorbell,
            JobFilter(**wanted),
            "ana",
            clock=self._bench.clock,
            time_limit_s=time_limit_s,
        )
        return done


@pytest.fixture
def desk(bench: LedgerBench, doorbell: Doorbell) -> Desk:
    return Desk(bench, doorbell)


def fail(bench: LedgerBench, **options: Any) -> str:
    held = bench.take(bench.submit(**options))
    bench.fail(held, BROKEN)
    return held.id


def told(done: BulkOutcome) -> Counter[str]:
    return Counter(one.outcome.value for one in done.outcomes)


def test_all_failed_jobs_are_retried_and_the_others_left_alone(
    bench: LedgerBench, desk: Desk, doorbell: Doorbell
) -> None:
    failed = {fail(bench) for _ in range(3)}
    held = bench.take(bench.submit())
    bench.complete(held)

    done = desk.retry(queue="documents")

    assert {one.job_id for one in done.outcomes} == failed
    assert (told(done), done.remaining) == ({"retried": 3}, 0)
    for job_id in failed:
        job = bench.job(job_id)
        assert (job.status, job.failures, job.fingerprint, job.counted) == ("pending", 0, None, 0)
        assert bench.events(job_id)[-1] == "retried"
    assert bench.job(held.id).status == "completed"
    assert doorbell.depth("documents") == 3


def test_the_same_count_is_told_before(bench: LedgerBench, desk: Desk) -> None:
    for _ in range(3):
        fail(bench)
    bench.submit()
    bench.take(bench.submit())
    with read_session(bench.settings) as session:
        retryable = bulk.count_retryable(session, JobFilter(queue="documents"))
        cancellable = bulk.count_cancellable(session, JobFilter(queue="documents"))
        neither = bulk.count_retryable(session, JobFilter(status="completed"))

    assert (retryable.total, cancellable.total, neither.total) == (3, 2, 0)
    assert len(desk.retry(queue="documents").outcomes) == 3


def test_an_empty_filter_is_refused(bench: LedgerBench, desk: Desk) -> None:
    waiting = bench.submit()

    with pytest.raises(InvalidRequestError, match="which jobs"):
        desk.cancel()

    assert bench.job(waiting).status == "pending"


def test_waiting_jobs_are_closed_and_running_ones_asked_to_stop(
    bench: LedgerBench, desk: Desk
) -> None:
    waiting, running = bench.submit(), bench.take(bench.submit()).id

    done = desk.cancel(queue="documents")

    assert told(done) == {"cancelled": 1, "cancel_requested": 1}
    assert bench.job(waiting).status == "cancelled"
    assert bench.job(running).cancel_requested
    assert bench.events(running)[-1] == "cancel_requested"


def test_one_audit_entry_names_the_jobs_of_a_bite(bench: LedgerBench, desk: Desk) -> None:
    failed = {fail(bench) for _ in range(3)}

    desk.retry(status="failed")

    with read_session(bench.settings) as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "job.retry")).all()
    assert (entry.actor, entry.target_type) == ("ana", "jobs")
    assert entry.detail is not None
    assert set(entry.detail["jobs"]) == failed


def test_a_group_of_failures_is_retried_by_its_fingerprint(bench: LedgerBench, desk: Desk) -> None:
    alike = fail(bench)
    held = bench.take(bench.submit())
    bench.fail(held, Failure("OTHER", "Another.", permanent=True))

    done = desk.retry(fingerprint=bench.job(alike).fingerprint)

    assert [one.job_id for one in done.outcomes] == [alike]
    assert bench.job(held.id).status == "failed"


def test_a_job_whose_key_is_taken_is_skipped_and_says_so(bench: LedgerBench, desk: Desk) -> None:
    old = fail(bench, unique_key="one")
    bench.submit(unique_key="one")
    other = fail(bench)

    done = desk.retry(status="failed")

    outcomes = {one.job_id: (one.outcome.value, one.reason) for one in done.outcomes}
    assert outcomes == {old: ("skipped", "JOB_DUPLICATE"), other: ("retried", None)}


def test_a_workflow_is_steered_as_a_whole(bench: LedgerBench, desk: Desk) -> None:
    with bench.write() as session:
        root = workflow.start(session, Group((Step("test.echo"),) * 3), now=bench.clock())

    cancelled = desk.cancel(root_id=root.id)
    retried = desk.retry(root_id=root.id)

    assert told(cancelled) == {"cancelled": 4}
    assert told(retried) == {"retried": 4}
    assert bench.job(root.id).status == "processing"


def test_what_time_did_not_suffice_for_is_told(
    bench: LedgerBench, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    for _ in range(5):
        fail(bench)

    first = desk.retry(status="failed", time_limit_s=0)
    second = desk.retry(status="failed")

    assert (len(first.outcomes), first.remaining) == (2, 3)
    assert (len(second.outcomes), second.remaining) == (3, 0)


def test_two_that_retry_at_once_retry_each_job_once(bench: LedgerBench, desk: Desk) -> None:
    failed = [fail(bench) for _ in range(30)]

    both = bench.at_once([lambda: desk.retry(status="failed")] * 2)

    assert sum((told(done)["retried"] for done in both), 0) == 30
    assert {bench.events(job_id).count("retried") for job_id in failed} == {1}


def test_a_job_that_moved_on_is_skipped(
    bench: LedgerBench, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = fail(bench)
    look = bulk._list_matching

    def look_and_be_late(*args: Any) -> list[str]:
        found = look(*args)
        bench.change(steering.retry, job_id, "bert")
        return found

    monkeypatch.setattr(bulk, "_list_matching", look_and_be_late)
    # The look holds a view of its own, so the other writer is not in its way.
    (outcome,) = desk.retry(status="failed").outcomes

    assert (outcome.outcome.value, outcome.reason) == ("skipped", "JOB_NOT_RETRYABLE")


@pytest.fixture
def hasty_desk(bench: LedgerBench, doorbell: Doorbell) -> Desk:
    """Somebody who waits little for the store, with a connection of their own."""
    settings = bench.settings.model_copy(update={"store_wait_s": HASTY_S})
    return Desk(LedgerBench(settings, bench.clock), doorbell)


@pytest.fixture
def lock_after(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], None]]:
    """Lets another writer hold every job once so many bites of two jobs are done."""
    with ExitStack() as held:

        def lock(bites: int) -> None:
            monkeypatch.setattr(bulk, "_batches", lambda job_ids: interrupted(job_ids, bites))

        def interrupted(job_ids: list[str], bites: int) -> Iterator[list[str]]:
            for at in range(0, len(job_ids), 2):
                if at == 2 * bites:
                    other = held.enter_context(bench.write())
                    other.exec(select(Job).with_for_update()).all()
                yield job_ids[at : at + 2]

        yield lock


def test_what_was_done_before_the_store_failed_is_told(
    bench: LedgerBench, hasty_desk: Desk, lock_after: Callable[[int], None]
) -> None:
    waiting = [bench.submit() for _ in range(5)]
    lock_after(1)

    done = hasty_desk.cancel(queue="documents")

    assert (told(done), done.remaining) == ({"cancelled": 2}, 3)
    closed = {job_id for job_id in waiting if bench.job(job_id).status == "cancelled"}
    assert closed == {one.job_id for one in done.outcomes}


def test_a_store_that_fails_before_anything_was_done_is_an_error(
    bench: LedgerBench, hasty_desk: Desk, lock_after: Callable[[int], None]
) -> None:
    waiting = bench.submit()
    lock_after(0)

    with pytest.raises(StoreUnavailableError, match="Nothing was changed"):
        hasty_desk.cancel(queue="documents")

    assert bench.job(waiting).status == "pending"


@pytest.mark.parametrize("options", [{}, {"unique_key": "one"}], ids=["plain", "with a key"])
def test_a_job_that_was_asked_to_stop_is_not_asked_again(
    bench: LedgerBench, desk: Desk, options: dict[str, str]
) -> None:
    running = bench.take(bench.submit(**options)).id

    first, second = desk.cancel(queue="documents"), desk.cancel(queue="documents")

    assert told(first) == {"cancel_requested": 1}
    assert [(one.outcome.value, one.reason) for one in second.outcomes] == [
        ("skipped", "JOB_STOPPING")
    ]
    assert bench.events(running).count("cancel_requested") == 1
    with read_session(bench.settings) as session:
        audited = session.exec(select(AuditEntry).where(AuditEntry.action == "job.cancel")).all()
    assert len(audited) == 1


def test_parts_that_run_are_asked_to_stop_once(bench: LedgerBench, desk: Desk) -> None:
    with bench.write() as session:
        root = workflow.start(session, Group((Step("test.echo"),) * 2), now=bench.clock())
        parts = [job.id for job in workflow.take_released(session)]
    for part in parts:
        bench.take(part)

    first, second = desk.cancel(root_id=root.id), desk.cancel(root_id=root.id)

    assert told(first) == {"cancel_requested": 3}
    assert told(second) == {"skipped": 3}
    for job_id in (root.id, *parts):
        assert bench.events(job_id).count("cancel_requested") == 1
