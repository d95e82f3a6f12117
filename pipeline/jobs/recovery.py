"""Finding again what a crash left behind: expired leases, and jobs nobody was rung for."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from pipeline.jobs import endings, workflow
from pipeline.jobs.ledger import Claim
from pipeline.jobs.statuses import PENDING, PROCESSING
from pipeline.models import Job, Priority

# A ring that was not answered for this long is repeated even while the broker holds others,
# so that a job whose message was lost cannot starve behind a queue that never empties.
STALE_RING_S = 300.0
# Long enough for a ring just sent to be answered, so that idle systems send no second one.
FRESH_RING_S = 2.0
RINGS_PER_ROUND = 500


def list_expired(session: Session, *, now: datetime) -> list[str]:
    """Jobs whose lease ran out."""
    rows = session.exec(select(Job.id).where(PROCESSING, col(Job.lease_until) < now))
    return list(rows.all())


def list_held(session: Session, worker_id: str) -> list[str]:
    """Jobs that this worker holds."""
    rows = session.exec(select(Job.id).where(PROCESSING, Job.worker_id == worker_id))
    return list(rows.all())


def reap(session: Session, job_id: str, max_crashes: int, *, now: datetime) -> bool:
    """Take this job back if its lease has run out; False where it beat again meanwhile."""
    return _reap_where(session, job_id, col(Job.lease_until) < now, max_crashes, now)


def reap_held(
    session: Session, job_id: str, worker_id: str, max_crashes: int, *, now: datetime
) -> bool:
    """Take this job back from a worker that is known to be dead; False where it has it no more."""
    return _reap_where(session, job_id, col(Job.worker_id) == worker_id, max_crashes, now)


def _reap_where(
    session: Session, job_id: str, condition: Any, max_crashes: int, now: datetime
) -> bool:
    root_id = session.exec(select(Job.root_id).where(Job.id == job_id)).first()
    if root_id:
        # Before the job's own row, as everywhere.
        workflow.lock(session, root_id)
    # Locked, or the heartbeat might come between our look and our write.
    held = select(Job).where(Job.id == job_id, PROCESSING, condition).with_for_update()
    job = session.exec(held).first()
    return job is not None and _take_back(session, job, max_crashes, now)


def hand_back_all(session: Session, *, now: datetime) -> int:
    """Return every job that was running, as in a store of which no worker is left; how many."""
    jobs = session.exec(select(Job).where(PROCESSING)).all()
    return sum(endings.hand_back(session, _claim_of(job, now), now=now) for job in jobs)


def _take_back(session: Session, job: Job, max_crashes: int, now: datetime) -> bool:
    held = _claim_of(job, now)
    if _is_one_of_many(session, job):
        # Quick jobs are claimed together and run one after another; most of them never began.
        return endings.hand_back(session, held, now=now)
    return endings.crash(session, held, max_crashes, now=now)


def _claim_of(job: Job, now: datetime) -> Claim:
    return Claim(
        id=job.id,
        kind=job.kind,
        queue=job.queue,
        client_id=job.client_id,
        token=job.token or "",
        worker_id=job.worker_id or "",
        attempt=job.attempt,
        started_at=job.started_at or now,
        time_limit_s=0,
        root_id=job.root_id,
    )


def _is_one_of_many(session: Session, job: Job) -> bool:
    others = select(Job.id).where(PROCESSING, Job.token == job.token, Job.id != job.id)
    return session.exec(others.limit(1)).first() is not None


def take_unrung(session: Session, queue: str, *, broker_is_empty: bool, now: datetime) -> list[Job]:
    """Due jobs of `queue` that need a ring, highest priority first, marked as rung now.

    A job never rung (its retry came due, or the broker was down) always does. One that was rung
    does when the broker holds no message any more and still nobody took it.
    """
    forgotten_s = FRESH_RING_S if broker_is_empty else STALE_RING_S
    forgotten_at = now - timedelta(seconds=forgotten_s)
    jobs: list[Job] = []
    # One query for each priority and reason: each walks its index and stops at the limit,
    # however many jobs wait, are scheduled for later, or were rung for just now.
    for priority in sorted(Priority, reverse=True):
        for unheard in (col(Job.rung_at).is_(None), col(Job.rung_at) < forgotten_at):
            if len(jobs) < RINGS_PER_ROUND:
                jobs += _find_due(session, queue, priority, unheard, now, len(jobs))
    mark_rung(session, [job.id for job in jobs], now)
    return jobs


def _find_due(
    session: Session, queue: str, priority: Priority, unheard: Any, now: datetime, found: int
) -> list[Job]:
    statement = (
        select(Job)
        .where(
            Job.queue == queue,
            PENDING,
            Job.priority == priority,
            unheard,
            Job.run_at <= now,
            col(Job.blocked).is_(False),
        )
        .order_by(col(Job.rung_at), col(Job.run_at))
        .limit(RINGS_PER_ROUND - found)
        # Another dispatcher rings for those that it has already taken.
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(statement).all())


def mark_rung(session: Session, job_ids: list[str], rung_at: datetime | None) -> None:
    """Note when the doorbell rang for these jobs; None for "not yet"."""
    if job_ids:
        session.connection().execute(
            update(Job).where(col(Job.id).in_(job_ids)).values(rung_at=rung_at)
        )
