"""Steering everything that matches a filter: counted first, then told job by job.

In transactions of some 200 jobs (`bulk_batch`), so that nobody waits for the store meanwhile.
Used by API and pages.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from pipeline.clock import Clock, utc_now
from pipeline.errors import InvalidRequestError, StoreUnavailableError
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.bulk_batch import (
    CANCEL,
    CANCELLABLE,
    RETRY,
    Action,
    JobOutcome,
    Outcome,
    change_batch,
)
from pipeline.jobs.dispatch import ring_new, ring_released
from pipeline.jobs.search import JobFilter, count, find_matches, list_ids, with_status
from pipeline.jobs.statuses import PENDING
from pipeline.models import RETRYABLE, Job, JobStatus
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)

BATCH = 200
# No request does more than this; what is left is told, and asked for again.
MAX_JOBS = 10_000
TIME_LIMIT_S = 5.0


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
    """Queue every failed or cancelled job that matches again, and ring for it.

    Raises InvalidRequestError for an empty filter, and StoreUnavailableError where the store
    fails before anything was changed; later, what is done is told.
    """
    return _change_matching(settings, doorbell, wanted, actor, RETRY, clock, time_limit_s)


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

    Raises InvalidRequestError for an empty filter, and StoreUnavailableError where the store
    fails before anything was changed; later, what is done is told.
    """
    return _change_matching(settings, doorbell, wanted, actor, CANCEL, clock, time_limit_s)


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
    action: Action,
    clock: Clock,
    time_limit_s: float,
) -> BulkOutcome:
    ends_s = time.monotonic() + time_limit_s
    with read_session(settings) as session:
        matching = _count(session, wanted, action.statuses)
        job_ids = _list_matching(session, wanted, action.statuses)
    outcomes: list[JobOutcome] = []
    try:
        for batch in _batches(job_ids):
            with write_session(settings) as session:
                changed = change_batch(session, batch, actor, action, clock())
            # Committed: they count as done, whatever becomes of the ringing.
            outcomes += changed
            _ring(settings, doorbell, changed)
            ring_released(settings, doorbell, session)
            if time.monotonic() >= ends_s:
                break
    except StoreUnavailableError as error:
        # It says that nothing was changed, which is true of the first batch alone.
        if not outcomes:
            raise
        log.warning("bulk_change_stopped", done=len(outcomes), cause=error.params.get("cause"))
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


def _ring(settings: Settings, doorbell: Doorbell, changed: list[JobOutcome]) -> None:
    retried = [one.job_id for one in changed if one.outcome is Outcome.RETRIED]
    if not retried:
        return
    with read_session(settings) as session:
        # Parts of workflows are rung for when their turn comes.
        wanted = select(Job).where(col(Job.id).in_(retried), col(Job.root_id).is_(None), PENDING)
        jobs = session.scalars(wanted).all()
    ring_new(settings, doorbell, *jobs)
