"""How an attempt ends: completed, failed, crashed, handed back or cancelled.

Each is fenced by the claim and returns False, with nothing written, where the claim is lost.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from pipeline.jobs import workflow
from pipeline.jobs.failures import Failure, fingerprint, note_failure
from pipeline.jobs.kinds import Kind, Outcome, get_kind
from pipeline.jobs.ledger import Claim, ClaimState, look, update_held
from pipeline.jobs.transitions import record, record_attempts
from pipeline.models import Job, JobStatus
from pipeline.queue_settings import QueuePolicy
from pipeline.store.server import is_busy_error

log = structlog.get_logger(__name__)

GAVE_UP = Failure(
    "WORKER_CRASHED",
    "This stopped its process every time it was tried. Try another picture or file, or tell the "
    "administrator.",
    permanent=True,
)
# A storage that is down is asked again by each job that needs it, less and less often.
POSTPONE_S = 15.0
LONGEST_POSTPONE_S = 600.0
RUNNER_DIED = Failure(
    "RUNNER_DIED",
    "The process that worked on it ended unexpectedly. A new try goes on from where it stopped.",
    permanent=False,
)

_COMPLETE = (
    update(Job)
    .where(
        col(Job.id).in_(bindparam("job_ids", expanding=True)),
        col(Job.token) == bindparam("held_token"),
        col(Job.status) == JobStatus.PROCESSING,
    )
    .values(
        status=JobStatus.COMPLETED,
        finished_at=bindparam("now"),
        lease_until=None,
        token=None,
        progress=100,
        stage=None,
    )
    .returning(col(Job.id))
)


def complete(session: Session, held: Claim, kind: Kind, outcome: Outcome, *, now: datetime) -> bool:
    """Finish the job and write its effects in the same transaction."""
    result = kind.hand_on(outcome) if held.root_id else None
    # Fenced update first: where the claim is lost, the effects are never begun.
    if not _close(session, held, JobStatus.COMPLETED, now, progress=100, result=result):
        return False
    if kind.save is not None:
        kind.save(session, session.get_one(Job, held.id, populate_existing=True), outcome, now)
    return True


def complete_all(session: Session, held: Sequence[Claim], *, now: datetime) -> set[str]:
    """Finish jobs that have no effects and no workflow; returns the ids of those still held.

    All of one claim, so that one token fences them.
    """
    if not held:
        return set()
    (token,) = {one.token for one in held}
    values = {"job_ids": [one.id for one in held], "held_token": token, "now": now}
    written = {row.id for row in session.connection().execute(_COMPLETE, values)}
    done = [one for one in held if one.id in written]
    record_attempts(session, done, JobStatus.COMPLETED, now, ended=True)
    return written


def fail(
    session: Session, held: Claim, failure: Failure, policy: QueuePolicy, *, now: datetime
) -> bool:
    """End the attempt: back to pending after a pause, or failed where trying again is no use.

    What is no fault of the job costs it none of its attempts, however long it lasts.
    """
    if not failure.blames_job:
        pause_s = min(POSTPONE_S * 2 ** min(held.attempt - 1, 10), LONGEST_POSTPONE_S)
        run_at = now + timedelta(seconds=pause_s)
        return _return(session, held, "postponed", now, run_at, failure)
    failures = _count(session, held, Job.failures) + 1
    if failure.permanent or failures >= policy.max_attempts:
        return _close(session, held, JobStatus.FAILED, now, failure, failures=failures)
    run_at = now + timedelta(seconds=policy.delay_s(failures))
    return _return(session, held, "retry", now, run_at, failure, failures=failures)


def crash(session: Session, held: Claim, max_crashes: int, *, now: datetime) -> bool:
    """The process died under the attempt: try again at once, `max_crashes` times at most."""
    crashes = _count(session, held, Job.crashes) + 1
    if crashes >= max_crashes:
        return _close(session, held, JobStatus.FAILED, now, GAVE_UP, crashes=crashes)
    return _return(session, held, "crashed", now, now, RUNNER_DIED, crashes=crashes)


def hand_back(session: Session, held: Claim, *, now: datetime) -> bool:
    """Return an unfinished job because the worker stops; costs the job nothing."""
    return _return(session, held, "handed_back", now, now)


def finish_cancel(session: Session, held: Claim, *, now: datetime) -> bool:
    """Close a running job whose runner was stopped on request."""
    return _close(session, held, JobStatus.CANCELLED, now)


def _count(session: Session, held: Claim, counter: Any) -> int:
    return int(session.exec(select(counter).where(Job.id == held.id)).one())


def _close(
    session: Session,
    held: Claim,
    status: JobStatus,
    now: datetime,
    failure: Failure | None = None,
    **values: Any,
) -> bool:
    """End the job for good, and let its workflow go on."""
    if held.root_id:
        # Before the job's own row, in this order everywhere: two parts that end at once must
        # see each other, and must not wait for each other.
        workflow.lock(session, held.root_id)
    if failure is not None:
        values["fingerprint"] = fingerprint(held.kind, failure)
    closed = {"status": status, "finished_at": now, "lease_until": None, "token": None}
    if not update_held(session, held, stage=None, **closed, **_error(failure), **values):
        return False
    if failure is not None:
        note_failure(session, held.id, held.kind, held.queue, failure, now=now)
    _record(session, held, status, now, failure)
    if failure is not None:
        _tell_kind(session, held, now)
    if held.root_id:
        workflow.settle(session, held.id, now=now)
    return True


def _tell_kind(session: Session, held: Claim, now: datetime) -> None:
    """Let the kind write what a failure for good means to others.

    In a savepoint: the job must fail whatever the kind does, or is not there to do. Where the store
    is busy, all of it is to be tried again: raises OperationalError.
    """
    session.flush()
    try:
        on_failed = get_kind(held.kind).on_failed
        if on_failed is not None:
            with session.begin_nested():
                on_failed(session, session.get_one(Job, held.id, populate_existing=True), now)
    except Exception as error:
        if is_busy_error(error):
            raise
        log.exception("on_failed_broke", job=held.id, kind=held.kind)


def _return(
    session: Session,
    held: Claim,
    happened: str,
    now: datetime,
    run_at: datetime,
    failure: Failure | None = None,
    **counters: int,
) -> bool:
    """Put the job back to pending, due at `run_at` and not yet rung for."""
    if held.root_id:
        # Before the job's own row, as above.
        workflow.lock(session, held.root_id)
    # A job on its way back must not take a cancel request along: no claim would accept it, and
    # it would wait for ever.
    if look(session, held, keep=True) is ClaimState.CANCEL_REQUESTED:
        return finish_cancel(session, held, now=now)
    waiting = {"status": JobStatus.PENDING, "run_at": run_at, "rung_at": None}
    unclaimed = {"token": None, "worker_id": None, "lease_until": None, "progress": 0}
    if not update_held(
        session, held, stage=None, **waiting, **unclaimed, **_error(failure), **counters
    ):
        return False
    _record(session, held, happened, now, failure)
    return True


def _error(failure: Failure | None) -> dict[str, Any]:
    if failure is None:
        return {}
    return {
        "error_code": failure.code,
        "error_message": failure.message,
        "error_params": failure.params,
    }


def _record(
    session: Session, held: Claim, happened: str, now: datetime, failure: Failure | None
) -> None:
    record(
        session,
        held,
        happened,
        now,
        duration_s=(now - held.started_at).total_seconds(),
        worker_id=held.worker_id,
        code=failure.code if failure else None,
        message=failure.message if failure else None,
    )
