"""The ledger: every transition of a job's life, each one conditional UPDATE and one event.

Functions take an open write session and the present time; the caller commits. A worker's write
is fenced by its claim's token: where the row no longer carries it, nothing is written.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, exists, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from pipeline.jobs.kinds import Kind
from pipeline.jobs.transitions import record, record_attempts
from pipeline.models import Job, JobStatus, Priority, QueuePause, new_id


@dataclass(frozen=True)
class Claim:
    """A worker's right to one attempt; worthless once the row carries another token."""

    id: str
    kind: str
    queue: str
    client_id: str
    token: str
    worker_id: str
    attempt: int
    started_at: datetime
    time_limit_s: float
    payload: dict[str, Any] = field(default_factory=dict)
    received: Any = None
    root_id: str | None = None


SLOW = "This takes longer than usual. At its time limit it is stopped and tried again."


class ClaimState(enum.Enum):
    """What a worker learns when it looks at its claim."""

    HELD = enum.auto()
    LOST = enum.auto()
    CANCEL_REQUESTED = enum.auto()


TimeLimit = Callable[[str, Mapping[str, Any]], float]

# Statements are built once: putting them together costs more than the store takes to run them.
_CLAIM = (
    update(Job)
    .where(
        col(Job.id).in_(bindparam("job_ids", expanding=True)),
        col(Job.status) == JobStatus.PENDING,
        col(Job.run_at) <= bindparam("now"),
        col(Job.cancel_requested).is_(False),
        col(Job.blocked).is_(False),
        ~exists().where(col(QueuePause.queue) == Job.queue),
    )
    .values(
        status=JobStatus.PROCESSING,
        attempt=Job.attempt + 1,
        token=bindparam("token"),
        worker_id=bindparam("worker_id"),
        lease_until=bindparam("lease_until"),
        started_at=bindparam("now"),
        progress=0,
        stage=None,
        error_code=None,
        error_message=None,
        error_params=None,
    )
    .returning(
        col(Job.id),
        col(Job.kind),
        col(Job.queue),
        col(Job.client_id),
        col(Job.attempt),
        col(Job.payload),
        col(Job.received),
        col(Job.root_id),
    )
)
_LOOK = select(Job.cancel_requested).where(
    Job.id == bindparam("job_id"),
    Job.token == bindparam("token"),
    Job.status == JobStatus.PROCESSING,
)


def submit(
    session: Session,
    kind: Kind,
    payload: dict[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    unique_key: str | None = None,
    **options: Any,
) -> Job:
    """Insert a pending job, due at `run_at` (default: now).

    A job that is due counts as rung: see `dispatch.ring_new`. `options` are further columns of
    the row: upload_id, client_id, priority, idempotency_key and those of a workflow. Raises
    IntegrityError where the unique or idempotency key is taken.
    """
    job = Job(
        queue=kind.queue,
        kind=kind.name,
        payload=payload,
        created_at=now,
        run_at=run_at or now,
        rung_at=None if run_at is not None and run_at > now else now,
        unique_key=unique_key,
        **{"priority": Priority.NORMAL, **options},
    )
    session.add(job)
    session.flush()
    record(session, job, "submitted", now)
    return job


def submit_unique(
    session: Session, kind: Kind, payload: dict[str, Any], unique_key: str, **options: Any
) -> tuple[Job, bool]:
    """Insert a job unless one of this kind waits or runs under the same key.

    Returns that one otherwise; the second value says whether the job is new.
    """
    try:
        with session.begin_nested():
            return submit(session, kind, payload, unique_key=unique_key, **options), True
    except IntegrityError:
        active = (JobStatus.PENDING, JobStatus.PROCESSING)
        found = session.exec(
            select(Job).where(
                Job.kind == kind.name, Job.unique_key == unique_key, col(Job.status).in_(active)
            )
        ).first()
        if found is None:
            raise
        return found, False


def find_idempotent(session: Session, client_id: str, key: str) -> Job | None:
    """The job that this client already submitted under `key`."""
    return session.exec(
        select(Job).where(Job.client_id == client_id, Job.idempotency_key == key)
    ).first()


def claim(session: Session, job_id: str, worker_id: str, **options: Any) -> Claim | None:
    """Take one job as `claim_all` does; None where it is not to be had."""
    return next(iter(claim_all(session, [job_id], worker_id, **options)), None)


def claim_all(
    session: Session,
    job_ids: Sequence[str],
    worker_id: str,
    *,
    now: datetime,
    lease_s: float,
    time_limit_s: TimeLimit,
) -> list[Claim]:
    """Take those of the jobs that are due for one attempt each, in the order of `job_ids`.

    One that is missing was rung for twice or too early: its ring is to be dropped.
    `time_limit_s` gives the seconds that an attempt at a kind with a payload may take.
    """
    token = new_id()
    values = {
        "job_ids": list(job_ids),
        "token": token,
        "worker_id": worker_id,
        "lease_until": now + timedelta(seconds=lease_s),
        "now": now,
    }
    rows = {row.id: row for row in session.connection().execute(_CLAIM, values)}
    held = [
        _to_claim(rows[job_id], token, worker_id, now, time_limit_s)
        for job_id in dict.fromkeys(job_ids)
        if job_id in rows
    ]
    record_attempts(session, held, "started", now, ended=False)
    return held


def _to_claim(
    row: Any, token: str, worker_id: str, now: datetime, time_limit_s: TimeLimit
) -> Claim:
    return Claim(
        id=row.id,
        kind=row.kind,
        queue=row.queue,
        client_id=row.client_id,
        token=token,
        worker_id=worker_id,
        attempt=row.attempt,
        started_at=now,
        time_limit_s=time_limit_s(row.kind, row.payload),
        payload=row.payload,
        received=row.received,
        root_id=row.root_id,
    )


def heartbeat(session: Session, held: Claim, *, now: datetime, lease_s: float) -> bool:
    """Extend the lease; False means that the claim is lost and nothing may be written."""
    return update_held(session, held, lease_until=now + timedelta(seconds=lease_s))


def look(session: Session, held: Claim, *, keep: bool = False) -> ClaimState:
    """Whether the claim still holds, and whether someone asked to cancel.

    With `keep` the answer stays true until the end of the transaction.
    """
    statement = _LOOK.with_for_update() if keep else _LOOK
    row = session.connection().execute(statement, {"job_id": held.id, "token": held.token}).first()
    if row is None:
        return ClaimState.LOST
    return ClaimState.CANCEL_REQUESTED if row.cancel_requested else ClaimState.HELD


def advance(session: Session, held: Claim, stage: str, progress: int, *, now: datetime) -> bool:
    """Show where the attempt stands; writes an event where the stage is a new one."""
    before = session.exec(select(Job.stage).where(Job.id == held.id)).first()
    if not update_held(session, held, stage=stage, progress=progress):
        return False
    if before != stage:
        record(session, held, "stage", now, stage=stage)
    return True


def note_slow(session: Session, held: Claim, *, now: datetime) -> bool:
    """Say on the timeline that the attempt takes longer than such jobs do."""
    if look(session, held, keep=True) is ClaimState.LOST:
        return False
    record(session, held, "slow", now, worker_id=held.worker_id, code="RUNS_LONG", message=SLOW)
    return True


def update_held(session: Session, held: Claim, **values: Any) -> bool:
    """The fence: write `values` only while the row carries the claim's token.

    False: the lease ran out and another worker has the job, or it was closed. Write nothing.
    """
    bound = {f"new_{name}": value for name, value in values.items()}
    statement = _fenced_update(tuple(values))
    result = session.connection().execute(
        statement, {"job_id": held.id, "held_token": held.token, **bound}
    )
    return bool(result.rowcount == 1)


@lru_cache(maxsize=64)
def _fenced_update(names: tuple[str, ...]) -> Any:
    return (
        update(Job)
        .where(
            col(Job.id) == bindparam("job_id"),
            col(Job.token) == bindparam("held_token"),
            col(Job.status) == JobStatus.PROCESSING,
        )
        .values({name: bindparam(f"new_{name}") for name in names})
    )
