"""How long until a job is done, from how long its kind took lately."""

import statistics
import time
from datetime import datetime
from typing import Any

from sqlalchemy import URL, bindparam
from sqlmodel import Session, col, func, select

from pipeline.jobs.statuses import COMPLETED, PENDING, PROCESSING
from pipeline.models import Job, JobStatus

RECENT_JOBS = 20
# Before anything was measured: one receipt on two ordinary cores.
FIRST_GUESS_S = 3.0


# Lists ask for every row and pages ask every second; the answer hardly moves meanwhile.
REFRESH_S = 2.0
_run_times: dict[tuple[URL, str], tuple[float, float]] = {}

# Built once: putting a statement together costs more than SQLite takes to answer it.
_RECENT_RUNS = (
    select(Job.started_at, Job.finished_at)
    .where(Job.kind == bindparam("kind"), COMPLETED)
    .order_by(col(Job.finished_at).desc())
    .limit(RECENT_JOBS)
)


def _count_jobs(*conditions: Any) -> Any:
    in_queue = (Job.queue == bindparam("queue"), *conditions)
    return select(func.count(col(Job.created_at))).where(*in_queue).scalar_subquery()


# Ranges of small indexes; as one condition with OR, SQLite reads the whole queue.
_JOBS_AHEAD = select(
    _count_jobs(PROCESSING)
    + _count_jobs(PENDING, col(Job.priority) > bindparam("priority"))
    + _count_jobs(
        PENDING,
        Job.priority == bindparam("priority"),
        col(Job.created_at) < bindparam("created_at"),
    )
)


def typical_run_s(session: Session, kind: str) -> float:
    """Median run time of the last completed jobs of this kind, in seconds; up to 2 s old."""
    key = (session.get_bind().engine.url, kind)
    looked_up_s, run_s = _run_times.get(key, (0.0, FIRST_GUESS_S))
    now_s = time.monotonic()
    if now_s - looked_up_s >= REFRESH_S:
        run_s = _look_up_run_s(session, kind)
        _run_times[key] = (now_s, run_s)
    return run_s


def _look_up_run_s(session: Session, kind: str) -> float:
    rows = session.exec(_RECENT_RUNS, params={"kind": kind}).all()
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
    place = {"queue": job.queue, "priority": job.priority, "created_at": job.created_at}
    ahead: int = session.exec(_JOBS_AHEAD, params=place).one()
    return ahead
