"""Finding again what a crash left behind: expired leases, and jobs nobody was rung for."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from pipeline.jobs import endings
from pipeline.jobs.ledger import Claim
from pipeline.models import Job, JobStatus

# A ring that was not answered for this long is repeated even while the broker holds others,
# so that a job whose message was lost cannot starve behind a queue that never empties.
STALE_RING_S = 300.0
# Long enough for a ring just sent to be answered, so that idle systems send no second one.
FRESH_RING_S = 2.0
RINGS_PER_ROUND = 200


def reap_expired(session: Session, *, now: datetime) -> int:
    """Take back every job whose lease ran out; returns how many."""
    rows = session.exec(
        select(Job).where(
            Job.status == JobStatus.PROCESSING,
            col(Job.lease_until) < now,
        )
    ).all()
    return sum(_take_back(session, job, now) for job in rows)


def reap_worker(session: Session, worker_id: str, *, now: datetime) -> int:
    """Take back what a worker held that is known to be dead, without waiting for its leases."""
    rows = session.exec(
        select(Job).where(Job.status == JobStatus.PROCESSING, Job.worker_id == worker_id)
    ).all()
    return sum(_take_back(session, job, now) for job in rows)


def _take_back(session: Session, job: Job, now: datetime) -> bool:
    held = Claim(
        job_id=job.id,
        kind=job.kind,
        token=job.token or "",
        worker_id=job.worker_id or "",
        attempt=job.attempt,
        payload={},
        time_limit_s=0,
    )
    return endings.crash(session, held, now=now)


def take_unrung(session: Session, queue: str, *, broker_is_empty: bool, now: datetime) -> list[Job]:
    """Due jobs of `queue` that need a ring, marked as rung now.

    A job never rung (its retry came due, or the broker was down) always does. One that was rung
    does when the broker holds no message any more and still nobody took it.
    """
    forgotten_s = FRESH_RING_S if broker_is_empty else STALE_RING_S
    jobs = session.exec(
        select(Job)
        .where(
            Job.queue == queue,
            Job.status == JobStatus.PENDING,
            Job.run_at <= now,
            or_(
                col(Job.rung_at).is_(None),
                col(Job.rung_at) < now - timedelta(seconds=forgotten_s),
            ),
        )
        .order_by(col(Job.priority).desc(), col(Job.created_at))
        .limit(RINGS_PER_ROUND)
    ).all()
    mark_rung(session, [job.id for job in jobs], now)
    return list(jobs)


def mark_rung(session: Session, job_ids: list[str], rung_at: datetime | None) -> None:
    """Note when the doorbell rang for these jobs; None for "not yet"."""
    if job_ids:
        session.connection().execute(
            update(Job).where(col(Job.id).in_(job_ids)).values(rung_at=rung_at)
        )
