"""How long until a job is done, from how long its kind took lately."""

import statistics
from datetime import datetime

from sqlmodel import Session, col, func, select

from pipeline.models import Job, JobStatus

RECENT_JOBS = 20
# Before anything was measured: one receipt on two ordinary cores.
FIRST_GUESS_S = 3.0


def typical_run_s(session: Session, kind: str) -> float:
    """Median run time of the last completed jobs of this kind, in seconds."""
    rows = session.exec(
        select(Job.started_at, Job.finished_at)
        .where(Job.kind == kind, Job.status == JobStatus.COMPLETED)
        .order_by(col(Job.finished_at).desc())
        .limit(RECENT_JOBS)
    ).all()
    runs_s = [
        (finished - started).total_seconds() for started, finished in rows if started and finished
    ]
    return statistics.median(runs_s) if runs_s else FIRST_GUESS_S


def remaining_s(session: Session, job: Job, *, workers: int, now: datetime) -> float | None:
    """Seconds until this job is probably done; None for a finished one."""
    if job.status == JobStatus.PROCESSING:
        run_s = typical_run_s(session, job.kind)
        elapsed_s = (now - (job.started_at or now)).total_seconds()
        return max(run_s - elapsed_s, 0.5)
    if job.status == JobStatus.PENDING:
        run_s = typical_run_s(session, job.kind)
        wait_s = max((job.run_at - now).total_seconds(), 0.0)
        return wait_s + run_s * (jobs_ahead(session, job) / workers + 1)
    return None


def jobs_ahead(session: Session, job: Job) -> int:
    """Jobs of the same queue that are taken before this one or run already."""
    ahead = (col(Job.priority) > job.priority) | (
        (col(Job.priority) == job.priority) & (col(Job.created_at) < job.created_at)
    )
    waiting = select(func.count()).where(
        Job.queue == job.queue, Job.status == JobStatus.PENDING, ahead
    )
    running = select(func.count()).where(Job.queue == job.queue, Job.status == JobStatus.PROCESSING)
    return session.exec(waiting).one() + session.exec(running).one()
