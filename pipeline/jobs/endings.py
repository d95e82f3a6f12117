"""How an attempt ends: completed, failed, crashed, handed back or cancelled.

Each is fenced by the claim and returns False, with nothing written, where the claim is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from pipeline.jobs.kinds import Kind
from pipeline.jobs.ledger import Claim, ClaimState, look, record, update_held
from pipeline.models import Job, JobStatus

MAX_CRASHES = 3


@dataclass(frozen=True)
class Failure:
    """Why an attempt ended without a result."""

    code: str
    message: str
    permanent: bool
    params: dict[str, Any] = field(default_factory=dict)


GAVE_UP = Failure(
    "WORKER_CRASHED",
    "The reader stopped three times on this file. Try another picture of the same receipt.",
    permanent=True,
)
RUNNER_DIED = Failure(
    "RUNNER_DIED",
    "The reading process ended unexpectedly. It is tried again at once.",
    permanent=False,
)


def complete(
    session: Session, held: Claim, save: Callable[[Session, Job], None], *, now: datetime
) -> bool:
    """Finish the job and write its effects in the same transaction."""
    # Fenced update first: where the claim is lost, the effects are never begun.
    if not _close(session, held, JobStatus.COMPLETED, now, progress=100):
        return False
    save(session, session.get_one(Job, held.job_id, populate_existing=True))
    return True


def fail(session: Session, held: Claim, failure: Failure, kind: Kind, *, now: datetime) -> bool:
    """End the attempt: back to pending after a pause, or failed where trying again is no use."""
    failures = session.get_one(Job, held.job_id, populate_existing=True).failures + 1
    if failure.permanent or failures >= kind.max_attempts:
        return _close(session, held, JobStatus.FAILED, now, failure, failures=failures)
    run_at = now + timedelta(seconds=kind.delay_s(failures))
    return _return(session, held, "retry", now, run_at, failure, failures=failures)


def crash(session: Session, held: Claim, *, now: datetime) -> bool:
    """The runner died under the attempt: try again at once, three times at most."""
    crashes = session.get_one(Job, held.job_id, populate_existing=True).crashes + 1
    if crashes >= MAX_CRASHES:
        return _close(session, held, JobStatus.FAILED, now, GAVE_UP, crashes=crashes)
    return _return(session, held, "crashed", now, now, RUNNER_DIED, crashes=crashes)


def hand_back(session: Session, held: Claim, *, now: datetime) -> bool:
    """Return an unfinished job because the worker stops; costs the job nothing."""
    return _return(session, held, "handed_back", now, now)


def finish_cancel(session: Session, held: Claim, *, now: datetime) -> bool:
    """Close a running job whose runner was stopped on request."""
    return _close(session, held, JobStatus.CANCELLED, now)


def _close(
    session: Session,
    held: Claim,
    status: JobStatus,
    now: datetime,
    failure: Failure | None = None,
    **values: int,
) -> bool:
    """End the job for good."""
    closed = {"status": status, "finished_at": now, "lease_until": None, "token": None}
    if not update_held(session, held, stage=None, **closed, **_error(failure), **values):
        return False
    _record(session, held, status, now, failure)
    return True


def _return(
    session: Session,
    held: Claim,
    event: str,
    now: datetime,
    run_at: datetime,
    failure: Failure | None = None,
    **counters: int,
) -> bool:
    """Put the job back to pending, due at `run_at` and not yet rung for."""
    # A job on its way back must not take a cancel request along: no claim would accept it, and
    # it would wait for ever.
    if look(session, held) is ClaimState.CANCEL_REQUESTED:
        return finish_cancel(session, held, now=now)
    waiting = {"status": JobStatus.PENDING, "run_at": run_at, "rung_at": None}
    unclaimed = {"token": None, "worker_id": None, "lease_until": None, "progress": 0}
    if not update_held(
        session, held, stage=None, **waiting, **unclaimed, **_error(failure), **counters
    ):
        return False
    _record(session, held, event, now, failure)
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
    session: Session, held: Claim, event: str, now: datetime, failure: Failure | None
) -> None:
    record(
        session,
        held.job_id,
        event,
        now,
        attempt=held.attempt,
        worker_id=held.worker_id,
        code=failure.code if failure else None,
        message=failure.message if failure else None,
    )
