"""One transaction of a bulk change: the rules of `steering`, for many jobs at once.

Parts of workflows and jobs with a unique key go through `steering` one by one. Used by `bulk`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlmodel import Session, col

from pipeline.audit import write
from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs import steering
from pipeline.jobs.transitions import record
from pipeline.jobs.workflow.steer import FRESH
from pipeline.models import RETRYABLE, Job, JobStatus

CANCELLABLE = (JobStatus.PENDING, JobStatus.PROCESSING)
# Why a job that was asked to stop is not asked again.
STOPPING = "JOB_STOPPING"


class Outcome(StrEnum):
    """What became of one job."""

    RETRIED = "retried"
    CANCELLED = "cancelled"
    CANCEL_REQUESTED = "cancel_requested"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class JobOutcome:
    """One job; `reason` is the code of why it was skipped."""

    job_id: str
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True)
class Action:
    """What is done, to jobs in which statuses, by which rules."""

    name: str
    statuses: tuple[JobStatus, ...]
    change_all: Callable[[Session, list[Job], datetime], dict[str, Outcome]]
    change_one: Callable[..., Job]
    done: Outcome
    conflict: str


def change_batch(
    session: Session, job_ids: list[str], actor: str, action: Action, now: datetime
) -> list[JobOutcome]:
    """Do it to these jobs, each only while its status still allows; tells what became of each."""
    # Locked in one order, so that two of these never wait for each other; but no part of a
    # workflow, whose root must be locked first.
    jobs = session.scalars(
        select(Job)
        .where(col(Job.id).in_(job_ids), col(Job.root_id).is_(None), col(Job.unique_key).is_(None))
        .order_by(col(Job.id))
        .with_for_update()
    ).all()
    done = action.change_all(session, list(jobs), now)
    if done:
        _audit(session, sorted(done), actor, action, now)
    told = {job.id: _tell(job, done, action) for job in jobs}
    touched: set[str] = set()
    return [
        told[job_id]
        if job_id in told
        else _change_one(session, job_id, actor, action, touched, now)
        for job_id in job_ids
    ]


def _tell(job: Job, done: dict[str, Outcome], action: Action) -> JobOutcome:
    if job.id in done:
        return JobOutcome(job.id, done[job.id])
    if action is CANCEL and _is_stopping(job):
        return JobOutcome(job.id, Outcome.SKIPPED, STOPPING)
    return JobOutcome(job.id, Outcome.SKIPPED, action.conflict)


def _is_stopping(job: Job) -> bool:
    return job.cancel_requested and job.status == JobStatus.PROCESSING


def _change_one(
    session: Session,
    job_id: str,
    actor: str,
    action: Action,
    touched: set[str],
    now: datetime,
) -> JobOutcome:
    """Through `steering`; `touched` are the workflows that this batch changed already."""
    if action is CANCEL and (stopping := _tell_stopping(session, job_id, touched)):
        return stopping
    try:
        job = action.change_one(session, job_id, actor, now=now)
    except NotFoundError as error:
        return JobOutcome(job_id, Outcome.SKIPPED, error.code)
    except ConflictError as error:
        root_id = session.get_one(Job, job_id).root_id
        if error.code == action.conflict and root_id in touched:
            # Done already, together with another part of the same workflow.
            return JobOutcome(job_id, action.done)
        return JobOutcome(job_id, Outcome.SKIPPED, error.code)
    if job.root_id is not None:
        touched.add(job.root_id)
    if action is CANCEL and job.status == JobStatus.PROCESSING:
        return JobOutcome(job_id, Outcome.CANCEL_REQUESTED)
    return JobOutcome(job_id, action.done)


def _tell_stopping(session: Session, job_id: str, touched: set[str]) -> JobOutcome | None:
    """The outcome of a job that was asked to stop before its turn came; None for any other."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None or not _is_stopping(job):
        return None
    if job.root_id in touched:
        # Asked by us, together with another part of the same workflow.
        return JobOutcome(job_id, Outcome.CANCEL_REQUESTED)
    return JobOutcome(job_id, Outcome.SKIPPED, STOPPING)


def _retry_all(session: Session, jobs: list[Job], now: datetime) -> dict[str, Outcome]:
    fresh = {**FRESH, "run_at": now, "rung_at": now}
    changed = _update(session, jobs, RETRYABLE, **fresh)
    return _note(session, changed, Outcome.RETRIED, now)


def _cancel_all(session: Session, jobs: list[Job], now: datetime) -> dict[str, Outcome]:
    closed = {"status": JobStatus.CANCELLED, "finished_at": now, "counted": 0}
    waiting = _update(session, jobs, (JobStatus.PENDING,), **closed)
    not_asked = [job for job in jobs if not job.cancel_requested]
    running = _update(session, not_asked, (JobStatus.PROCESSING,), cancel_requested=True)
    return {
        **_note(session, waiting, Outcome.CANCELLED, now),
        **_note(session, running, Outcome.CANCEL_REQUESTED, now),
    }


def _update(
    session: Session, jobs: list[Job], statuses: Sequence[JobStatus], **values: object
) -> list[Job]:
    """Write to those that still have one of these statuses; returns them."""
    # Conditional, because a job may move on between our look and our write.
    statement = (
        update(Job)
        .where(col(Job.id).in_([job.id for job in jobs]), col(Job.status).in_(statuses))
        .values(**values)
        .returning(col(Job.id))
    )
    changed = set(session.connection().execute(statement).scalars())
    return [job for job in jobs if job.id in changed]


def _note(session: Session, jobs: list[Job], outcome: Outcome, now: datetime) -> dict[str, Outcome]:
    for job in jobs:
        record(session, job, outcome, now)
    return dict.fromkeys((job.id for job in jobs), outcome)


def _audit(session: Session, job_ids: list[str], actor: str, action: Action, now: datetime) -> None:
    write(
        session,
        actor=actor,
        action=action.name,
        target_type="jobs",
        target_id=job_ids[0],
        detail={"jobs": job_ids},
        now=now,
    )


RETRY = Action(
    "job.retry", RETRYABLE, _retry_all, steering.retry, Outcome.RETRIED, "JOB_NOT_RETRYABLE"
)
CANCEL = Action(
    "job.cancel", CANCELLABLE, _cancel_all, steering.cancel, Outcome.CANCELLED, "JOB_FINISHED"
)
