"""Steering everything that matches a filter: counted first, then told job by job.

In transactions of some 200 jobs, so that nobody waits for the store meanwhile. Parts of
workflows and jobs with a unique key go through `steering` one by one, all others at once by the
same rules.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlmodel import Session, col

from pipeline.clock import Clock, utc_now
from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.jobs import steering
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_released
from pipeline.jobs.search import JobFilter, count, find_matches, list_ids, with_status
from pipeline.jobs.transitions import record
from pipeline.jobs.workflow.steer import FRESH
from pipeline.models import RETRYABLE, AuditEntry, Job, JobStatus
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

BATCH = 200
# No request does more than this; what is left is told, and asked for again.
MAX_JOBS = 10_000
TIME_LIMIT_S = 5.0

CANCELLABLE = (JobStatus.PENDING, JobStatus.PROCESSING)


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
class BulkOutcome:
    """What was done, and how many matching jobs are left for another request.

    `remaining` is a lower bound where `total_is_at_least`.
    """

    outcomes: list[JobOutcome]
    remaining: int
    total_is_at_least: bool


@dataclass(frozen=True)
class Matching:
    """How many jobs would be changed; a lower bound where `is_at_least` says so."""

    total: int
    is_at_least: bool


@dataclass(frozen=True)
class _Action:
    name: str
    statuses: tuple[JobStatus, ...]
    change_all: Callable[[Session, list[Job], datetime], dict[str, Outcome]]
    change_one: Callable[..., Job]
    done: Outcome
    conflict: str


def count_retryable(session: Session, wanted: JobFilter) -> Matching:
    """Failed and cancelled jobs that match. Raises InvalidRequestError for an empty filter."""
    return _count(session, wanted, RETRYABLE)


def count_cancellable(session: Session, wanted: JobFilter) -> Matching:
    """Waiting and running jobs that match. Raises InvalidRequestError for an empty filter."""
    return _count(session, wanted, CANCELLABLE)


def retry_matching(
    settings: Settings,
    doorbell: Doorbell,
    wanted: JobFilter,
    actor: str,
    *,
    clock: Clock = utc_now,
    time_limit_s: float = TIME_LIMIT_S,
) -> BulkOutcome:
    """Queue every failed or cancelled job that matches again; the dispatcher rings for them.

    Raises InvalidRequestError for an empty filter.
    """
    return _change_matching(settings, doorbell, wanted, actor, _RETRY, clock, time_limit_s)


def cancel_matching(
    settings: Settings,
    doorbell: Doorbell,
    wanted: JobFilter,
    actor: str,
    *,
    clock: Clock = utc_now,
    time_limit_s: float = TIME_LIMIT_S,
) -> BulkOutcome:
    """Close every waiting job that matches, and ask every running one to stop.

    Raises InvalidRequestError for an empty filter.
    """
    return _change_matching(settings, doorbell, wanted, actor, _CANCEL, clock, time_limit_s)


def _count(session: Session, wanted: JobFilter, statuses: Sequence[JobStatus]) -> Matching:
    _require_filter(wanted)
    found = [find_matches(session, part) for part in with_status(wanted, statuses)]
    return Matching(
        total=sum(count(session, matches) for matches in found),
        is_at_least=not all(matches.is_whole for matches in found),
    )


def _require_filter(wanted: JobFilter) -> None:
    if wanted.is_empty:
        raise InvalidRequestError(
            "FILTER_EMPTY",
            "Say which jobs are meant, if only by their status or queue.",
        )


def _change_matching(
    settings: Settings,
    doorbell: Doorbell,
    wanted: JobFilter,
    actor: str,
    action: _Action,
    clock: Clock,
    time_limit_s: float,
) -> BulkOutcome:
    ends_s = time.monotonic() + time_limit_s
    with read_session(settings) as session:
        matching = _count(session, wanted, action.statuses)
        job_ids = _list_matching(session, wanted, action.statuses)
    outcomes: list[JobOutcome] = []
    for batch in _batches(job_ids):
        with write_session(settings) as session:
            changed = _change_batch(session, batch, actor, action, clock())
        ring_released(settings, doorbell, session)
        outcomes += changed
        if time.monotonic() >= ends_s:
            break
    return BulkOutcome(outcomes, max(matching.total - len(outcomes), 0), matching.is_at_least)


def _list_matching(session: Session, wanted: JobFilter, statuses: Sequence[JobStatus]) -> list[str]:
    job_ids: list[str] = []
    for part in with_status(wanted, statuses):
        matches = find_matches(session, part)
        room = MAX_JOBS - len(job_ids)
        job_ids += list_ids(session, matches, count(session, matches), limit=room)
    return job_ids


def _batches(job_ids: list[str]) -> Iterator[list[str]]:
    return (job_ids[at : at + BATCH] for at in range(0, len(job_ids), BATCH))


def _change_batch(
    session: Session, job_ids: list[str], actor: str, action: _Action, now: datetime
) -> list[JobOutcome]:
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
    together = {job.id for job in jobs}
    touched: set[str] = set()
    return [
        _tell(job_id, done, action)
        if job_id in together
        else _change_one(session, job_id, actor, action, touched, now)
        for job_id in job_ids
    ]


def _tell(job_id: str, done: dict[str, Outcome], action: _Action) -> JobOutcome:
    if job_id in done:
        return JobOutcome(job_id, done[job_id])
    return JobOutcome(job_id, Outcome.SKIPPED, action.conflict)


def _change_one(
    session: Session,
    job_id: str,
    actor: str,
    action: _Action,
    touched: set[str],
    now: datetime,
) -> JobOutcome:
    """Through `steering`; `touched` are the workflows that this batch changed already."""
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
    if action is _CANCEL and job.status == JobStatus.PROCESSING:
        return JobOutcome(job_id, Outcome.CANCEL_REQUESTED)
    return JobOutcome(job_id, action.done)


def _retry_all(session: Session, jobs: list[Job], now: datetime) -> dict[str, Outcome]:
    # Not rung here: thousands of rings take longer than a request may. The dispatcher does.
    fresh = {**FRESH, "run_at": now, "rung_at": None}
    changed = _update(session, jobs, RETRYABLE, **fresh)
    return _note(session, changed, Outcome.RETRIED, now)


def _cancel_all(session: Session, jobs: list[Job], now: datetime) -> dict[str, Outcome]:
    closed = {"status": JobStatus.CANCELLED, "finished_at": now, "counted": 0}
    waiting = _update(session, jobs, (JobStatus.PENDING,), **closed)
    running = _update(session, jobs, (JobStatus.PROCESSING,), cancel_requested=True)
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


def _audit(
    session: Session, job_ids: list[str], actor: str, action: _Action, now: datetime
) -> None:
    session.add(
        AuditEntry(
            at=now,
            actor=actor,
            action=action.name,
            target_type="jobs",
            target_id=job_ids[0],
            detail={"jobs": job_ids},
        )
    )


_RETRY = _Action(
    "job.retry", RETRYABLE, _retry_all, steering.retry, Outcome.RETRIED, "JOB_NOT_RETRYABLE"
)
_CANCEL = _Action(
    "job.cancel", CANCELLABLE, _cancel_all, steering.cancel, Outcome.CANCELLED, "JOB_FINISHED"
)
