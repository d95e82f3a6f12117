"""The ledger: every transition of a job's life, each one conditional UPDATE and one event.

Functions take an open write session and the present time; the caller commits. A worker's write
is fenced by its claim's token: where the row no longer carries it, nothing is written.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from pipeline.jobs.kinds import Kind
from pipeline.models import Job, JobEvent, JobStatus, Priority, new_id


@dataclass(frozen=True)
class Claim:
    """A worker's right to one attempt; worthless once the row carries another token."""

    job_id: str
    kind: str
    token: str
    worker_id: str
    attempt: int
    payload: dict[str, Any]
    time_limit_s: float


class ClaimState(enum.Enum):
    """What a worker learns when it looks at its claim."""

    HELD = enum.auto()
    LOST = enum.auto()
    CANCEL_REQUESTED = enum.auto()


def submit(
    session: Session,
    kind: Kind,
    payload: dict[str, Any],
    *,
    now: datetime,
    upload_id: str | None = None,
    client_id: str = "",
    priority: Priority = Priority.NORMAL,
    idempotency_key: str | None = None,
) -> Job:
    """Insert a pending job. It counts as rung: see `dispatch.ring_new`."""
    job = Job(
        queue=kind.queue,
        kind=kind.name,
        payload=payload,
        upload_id=upload_id,
        client_id=client_id,
        priority=priority,
        idempotency_key=idempotency_key,
        created_at=now,
        run_at=now,
        rung_at=now,
    )
    session.add(job)
    session.flush()
    record(session, job.id, "submitted", now)
    return job


def find_idempotent(session: Session, client_id: str, key: str) -> Job | None:
    """The job that this client already submitted under `key`."""
    return session.exec(
        select(Job).where(Job.client_id == client_id, Job.idempotency_key == key)
    ).first()


def claim(
    session: Session,
    job_id: str,
    worker_id: str,
    *,
    now: datetime,
    lease_s: float,
    time_limit_s: float,
) -> Claim | None:
    """Take a due job for one attempt; None means a duplicate or early ring, to be dropped."""
    token = new_id()
    changed = _update(
        session,
        update(Job)
        .where(
            col(Job.id) == job_id,
            col(Job.status) == JobStatus.PENDING,
            col(Job.run_at) <= now,
            col(Job.cancel_requested).is_(False),
        )
        .values(
            status=JobStatus.PROCESSING,
            attempt=Job.attempt + 1,
            token=token,
            worker_id=worker_id,
            lease_until=now + timedelta(seconds=lease_s),
            deadline_at=now + timedelta(seconds=time_limit_s),
            started_at=now,
            progress=0,
            stage=None,
            error_code=None,
            error_message=None,
            error_params=None,
        ),
    )
    if not changed:
        return None
    job = session.get_one(Job, job_id, populate_existing=True)
    record(session, job_id, "started", now, attempt=job.attempt, worker_id=worker_id)
    return Claim(job_id, job.kind, token, worker_id, job.attempt, dict(job.payload), time_limit_s)


def heartbeat(session: Session, held: Claim, *, now: datetime, lease_s: float) -> bool:
    """Extend the lease; False means that the claim is lost and nothing may be written."""
    return update_held(session, held, lease_until=now + timedelta(seconds=lease_s))


def look(session: Session, held: Claim) -> ClaimState:
    """Whether the claim still holds, and whether someone asked to cancel."""
    row = session.exec(
        select(Job.cancel_requested).where(
            Job.id == held.job_id, Job.token == held.token, Job.status == JobStatus.PROCESSING
        )
    ).first()
    if row is None:
        return ClaimState.LOST
    return ClaimState.CANCEL_REQUESTED if row else ClaimState.HELD


def advance(session: Session, held: Claim, stage: str, progress: int, *, now: datetime) -> bool:
    """Show where the attempt stands; writes an event where the stage is a new one."""
    before = session.exec(select(Job.stage).where(Job.id == held.job_id)).first()
    if not update_held(session, held, stage=stage, progress=progress):
        return False
    if before != stage:
        record(session, held.job_id, "stage", now, attempt=held.attempt, stage=stage)
    return True


def record(session: Session, job_id: str, event: str, now: datetime, **detail: Any) -> None:
    """Append one line to the job's timeline."""
    session.add(JobEvent(job_id=job_id, at=now, event=event, **detail))


def update_held(session: Session, held: Claim, **values: Any) -> bool:
    """The fence: write `values` only while the row carries the claim's token.

    False: the lease ran out and another worker has the job, or it was closed. Write nothing.
    """
    return _update(
        session,
        update(Job)
        .where(
            col(Job.id) == held.job_id,
            col(Job.token) == held.token,
            col(Job.status) == JobStatus.PROCESSING,
        )
        .values(**values),
    )


def _update(session: Session, statement: Any) -> bool:
    result = session.connection().execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
