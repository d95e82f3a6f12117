"""Ringing the doorbell for jobs in the ledger, now or again."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

import structlog
from sqlmodel import Session, select

from pipeline.clock import Clock, utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.jobs import recovery, workflow
from pipeline.jobs.broker import BrokerDownError, Doorbell
from pipeline.jobs.statuses import PENDING
from pipeline.models import Job, QueuePause
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)


def ring_new(settings: Settings, doorbell: Doorbell, *jobs: Job) -> None:
    """Ring for jobs that were just committed as rung.

    They are committed so because that saves a write where all goes well. Where the broker is
    down the mark is taken back, and the jobs show as "waiting for dispatch".
    """
    by_queue: defaultdict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        if job.rung_at is not None and not workflow.is_workflow(job):
            by_queue[job.queue].append(job)
    for queue, marked in by_queue.items():
        _ring_marked(settings, doorbell, queue, marked)


def _ring_marked(settings: Settings, doorbell: Doorbell, queue: str, jobs: list[Job]) -> int:
    try:
        doorbell.ring_many(queue, [(job.id, job.priority) for job in jobs])
    except BrokerDownError:
        log.warning("broker_down", queue=queue, waiting=len(jobs))
        # The jobs are committed; where even this cannot be written, the dispatcher still finds
        # that nobody answered.
        with suppress(StoreUnavailableError), write_session(settings) as session:
            recovery.mark_rung(session, [job.id for job in jobs], None)
        return 0
    return len(jobs)


def ring_released(settings: Settings, doorbell: Doorbell, session: Session) -> None:
    """Ring for the parts of workflows that this session, now committed, let begin."""
    ring_new(settings, doorbell, *workflow.take_released(session))


def dispatch(
    settings: Settings, doorbell: Doorbell, queues: Sequence[str], clock: Clock = utc_now
) -> int:
    """One round: take back expired leases, then ring for what nobody was rung for.

    Looks before it writes, so that an idle system holds no lock. Returns the rings.
    """
    _reap(settings, doorbell, clock)
    with read_session(settings) as session:
        paused = set(session.exec(select(QueuePause.queue)).all())
        waiting = [queue for queue in queues if queue not in paused and _waits(session, queue)]
    return sum(_ring_queue(settings, doorbell, queue, clock) for queue in waiting)


def take_back(
    settings: Settings, doorbell: Doorbell, worker_id: str, clock: Clock = utc_now
) -> int:
    """Take back what a worker held that is known to be dead, without waiting for its leases."""
    with read_session(settings) as session:
        held = recovery.list_held(session, worker_id)
    for job_id in held:
        with write_session(settings) as session:
            recovery.reap_held(session, job_id, worker_id, settings.max_crashes, now=clock())
        ring_released(settings, doorbell, session)
    return len(held)


def _waits(session: Session, queue: str) -> bool:
    statement = select(Job.id).where(Job.queue == queue, PENDING)
    return session.exec(statement.limit(1)).first() is not None


def _reap(settings: Settings, doorbell: Doorbell, clock: Clock) -> None:
    with read_session(settings) as session:
        expired = recovery.list_expired(session, now=clock())
    # One transaction each: whole workflows are locked for it, and two reapers that each hold
    # one must not wait for the other's.
    for job_id in expired:
        try:
            with write_session(settings) as session:
                recovery.reap(session, job_id, settings.max_crashes, now=clock())
        except StoreUnavailableError as error:
            # Another transaction holds it, its worker's perhaps; the others need not wait.
            log.warning("lease_not_taken_back", job=job_id, cause=error.params.get("cause"))
        except Exception:
            # A job that cannot be taken back must not keep all others from being rung for.
            log.exception("lease_not_taken_back", job=job_id)
        else:
            ring_released(settings, doorbell, session)
    if expired:
        log.warning("leases_expired", jobs=len(expired))


def _ring_queue(settings: Settings, doorbell: Doorbell, queue: str, clock: Clock) -> int:
    try:
        empty = doorbell.depth(queue) == 0
    except BrokerDownError:
        log.warning("broker_down", queue=queue)
        return 0
    with write_session(settings) as session:
        jobs = recovery.take_unrung(session, queue, broker_is_empty=empty, now=clock())
    return _ring_marked(settings, doorbell, queue, jobs)
