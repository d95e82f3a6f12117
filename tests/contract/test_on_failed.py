"""A kind is told of a job that failed for good, whatever the way, and cannot prevent it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import Session, select

from pipeline.errors import StoreUnavailableError
from pipeline.jobs import endings, steering, workflow
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.workflow import Chain, Step
from pipeline.models import AuditEntry, Job, JobStatus
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

REFUSED = Failure("REFUSED", "This can never work.", permanent=True)
BUSY = Failure("BUSY", "Try again.", permanent=False)

Hook = Callable[[Session, Job, datetime], None]


def note(session: Session, job: Job, now: datetime) -> None:
    """Writes what it saw: the job as it stands in the same transaction."""
    detail = {"status": job.status, "code": job.error_code}
    about = {"action": "effect", "target_type": "job", "target_id": job.id}
    session.add(AuditEntry(at=now, actor="hook", detail=detail, **about))


def note_and_break(session: Session, job: Job, now: datetime) -> None:
    note(session, job, now)
    session.flush()
    raise ValueError("a mistake in a kind")


def ask_nonsense(session: Session, _job: Job, _now: datetime) -> None:
    session.connection().exec_driver_sql("SELECT nothing FROM nowhere")


def wait_too_long(session: Session, _job: Job, _now: datetime) -> None:
    session.connection().exec_driver_sql("SET LOCAL statement_timeout = 50")
    session.connection().exec_driver_sql("SELECT pg_sleep(5)")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Callable[[Hook], None]:
    """Gives the kind test.echo a hook."""

    def give(on_failed: Hook) -> None:
        kind = replace(get_kind("test.echo"), on_failed=on_failed)
        monkeypatch.setattr("pipeline.jobs.endings.get_kind", lambda _name: kind)

    return give


def test_a_job_that_fails_for_good_tells_its_kind_in_the_same_transaction(
    bench: LedgerBench, hook: Callable[[Hook], None]
) -> None:
    hook(note)
    job_id = bench.submit()

    with bench.write() as session:
        held = bench.take(job_id)
        endings.fail(
            session, held, REFUSED, bench.settings.policy_of("documents"), now=held.started_at
        )
        session.rollback()
    assert bench.effects(job_id) == 0

    assert bench.fail(held, REFUSED)
    assert seen(bench, job_id) == [{"status": "failed", "code": "REFUSED"}]
    assert not bench.fail(held, REFUSED)
    assert bench.effects(job_id) == 1


def test_only_the_last_attempt_tells(bench: LedgerBench, hook: Callable[[Hook], None]) -> None:
    hook(note)
    job_id = bench.submit()
    for told in (0, 0, 1):
        bench.clock.tick(10)
        assert bench.fail(bench.take(job_id), BUSY)
        assert bench.effects(job_id) == told


def test_a_job_whose_process_keeps_dying_tells(
    bench: LedgerBench, hook: Callable[[Hook], None]
) -> None:
    hook(note)
    crashing, lost = bench.submit(), bench.submit()
    for _ in range(bench.settings.max_crashes):
        assert bench.crash(bench.take(crashing))
        bench.take(lost, "worker-2")
        bench.clock.tick(31)
        bench.reap()

    for job_id in (crashing, lost):
        assert seen(bench, job_id) == [{"status": "failed", "code": "WORKER_CRASHED"}]


def test_a_job_that_completes_or_is_cancelled_tells_nobody(
    bench: LedgerBench, hook: Callable[[Hook], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hook(note)
    done, waiting, running = bench.submit("test.noop"), bench.submit(), bench.submit()
    bench.complete(bench.take(done))
    held = bench.take(running)
    for job_id in (waiting, running):
        bench.change(steering.cancel, job_id, "ana")
    assert bench.fail(held, BUSY)

    assert bench.job(running).status == JobStatus.CANCELLED
    assert [bench.effects(job_id) for job_id in (done, waiting, running)] == [0, 0, 0]


@pytest.mark.parametrize("broken", [note_and_break, ask_nonsense])
def test_a_mistake_in_the_hook_is_undone_and_the_job_fails_all_the_same(
    bench: LedgerBench, hook: Callable[[Hook], None], broken: Hook
) -> None:
    hook(broken)
    job_id = bench.submit()

    assert bench.fail(bench.take(job_id), REFUSED)
    assert bench.job(job_id).status == JobStatus.FAILED
    assert bench.job(job_id).error_code == "REFUSED"
    assert bench.events(job_id) == ["submitted", "started", "failed"]
    assert bench.effects(job_id) == 0


def test_a_store_that_is_busy_is_no_mistake_and_the_whole_is_tried_again(
    bench: LedgerBench, hook: Callable[[Hook], None]
) -> None:
    if not bench.settings.uses_postgresql:
        pytest.skip("one writer at a time: nobody is in the way in the middle")
    hook(wait_too_long)
    job_id = bench.submit()
    held = bench.take(job_id)
    with pytest.raises(StoreUnavailableError):
        bench.fail(held, REFUSED)

    hook(note)
    assert bench.fail(held, REFUSED)
    assert bench.effects(job_id) == 1


def test_a_job_of_a_kind_that_is_gone_fails_all_the_same(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = bench.submit()
    held = bench.take(job_id)
    with bench.write() as session:
        session.get_one(Job, job_id).kind = "test.gone"

    assert bench.fail(replace(held, kind="test.gone"), REFUSED)
    assert bench.job(job_id).status == JobStatus.FAILED


def test_the_part_of_a_workflow_that_failed_tells_and_the_whole_stops(
    bench: LedgerBench, hook: Callable[[Hook], None]
) -> None:
    hook(note)
    with bench.write() as session:
        steps = (Step("test.echo"), Step("test.echo"))
        root = workflow.start(session, Chain(steps), now=bench.clock())
        parts = sorted(workflow.list_leaves(session, root), key=lambda part: part.position)
        first, second = (part.id for part in parts)

    assert bench.fail(bench.take(first), REFUSED)
    assert [bench.effects(job_id) for job_id in (first, second, root.id)] == [1, 0, 0]
    assert bench.job(root.id).status == JobStatus.FAILED


def seen(bench: LedgerBench, job_id: str) -> list[object]:
    with read_session(bench.settings) as session:
        found = select(AuditEntry.detail).where(AuditEntry.target_id == job_id)
        return list(session.exec(found).all())
