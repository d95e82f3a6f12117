"""Ringing the doorbell for jobs in the ledger, now or again."""

from contextlib import suppress

import structlog

from pipeline.clock import Clock, utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.jobs import recovery
from pipeline.jobs.broker import BrokerDownError, Doorbell
from pipeline.models import Job
from pipeline.settings import Settings
from pipeline.store import write_session

log = structlog.get_logger(__name__)


def ring_new(settings: Settings, doorbell: Doorbell, job: Job) -> None:
    """Ring for a job that was just committed as rung.

    It is committed so because that saves a write where all goes well. Where the broker is down
    the mark is taken back, and the job shows as "waiting for dispatch".
    """
    try:
        doorbell.ring(job.queue, job.id, job.priority)
    except BrokerDownError:
        log.warning("broker_down", job=job.id, queue=job.queue, exc_info=True)
        # The job is committed; where even this cannot be written, the dispatcher still finds
        # that nobody answered.
        with suppress(StoreUnavailableError), write_session(settings) as session:
            recovery.mark_rung(session, [job.id], None)


def dispatch(
    settings: Settings, doorbell: Doorbell, queues: tuple[str, ...], clock: Clock = utc_now
) -> int:
    """One round: take back expired leases, then ring for what nobody was rung for."""
    with write_session(settings) as session:
        reaped = recovery.reap_expired(session, now=clock())
    if reaped:
        log.warning("leases_expired", jobs=reaped)
    return sum(_ring_queue(settings, doorbell, queue, clock) for queue in queues)


def _ring_queue(settings: Settings, doorbell: Doorbell, queue: str, clock: Clock) -> int:
    jobs: list[Job] = []
    rung = 0
    try:
        empty = doorbell.depth(queue) == 0
        with write_session(settings) as session:
            jobs = recovery.take_unrung(session, queue, broker_is_empty=empty, now=clock())
        for job in jobs:
            doorbell.ring(job.queue, job.id, job.priority)
            rung += 1
    except BrokerDownError:
        log.warning("broker_down", queue=queue, waiting=len(jobs) - rung)
        with write_session(settings) as session:
            recovery.mark_rung(session, [job.id for job in jobs[rung:]], None)
    return rung
