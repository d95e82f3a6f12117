"""What waits and runs at this moment, and who works on it. Read by API, pages, health, metrics.

Asks the partial indexes of waiting and running jobs, which hold no finished one.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from pipeline.jobs.pausing import list_paused
from pipeline.jobs.statuses import PENDING, PROCESSING
from pipeline.models import Job, QueuePause, WorkerRow
from pipeline.queue_settings import QUEUES

# A worker that missed this many heartbeats is taken for gone.
MISSED_BEATS = 3


class QueueState(StrEnum):
    """Why a queue moves or does not."""

    RUNNING = "running"
    PAUSED = "paused"
    IDLE = "idle"
    UNATTENDED = "unattended"


@dataclass(frozen=True)
class QueueNow:
    """One queue at this moment.

    `due` jobs wait for a free runner, `scheduled` ones for their time, `blocked` ones for other
    parts of their workflow. `oldest_due_s` is how long the oldest due job has been due. `workers`
    are the living ones that serve the queue; none serves one that is unattended.
    """

    queue: str
    state: QueueState
    due: int
    scheduled: int
    blocked: int
    running: int
    oldest_due_s: float | None
    workers: int
    pause: QueuePause | None

    @property
    def pending(self) -> int:
        """All that wait, for whatever."""
        return self.due + self.scheduled + self.blocked


@dataclass(frozen=True)
class RunningJob:
    """A job that a worker holds at this moment."""

    job_id: str
    queue: str
    kind: str
    worker_id: str
    attempt: int
    stage: str | None
    progress: int
    started_at: datetime | None


@dataclass(frozen=True)
class WorkerNow:
    """A worker as it last reported itself, and what it holds."""

    row: WorkerRow
    is_alive: bool
    beat_age_s: float
    jobs: list[RunningJob]


@dataclass(frozen=True)
class _Waiting:
    due: int = 0
    scheduled: int = 0
    blocked: int = 0
    oldest_due_s: float | None = None


def watch_queues(session: Session, *, heartbeat_s: float, now: datetime) -> dict[str, QueueNow]:
    """Every queue, also one that never had a job."""
    waiting = _count_waiting(session, now)
    running = Counter(job.queue for job in list_running(session))
    paused = list_paused(session)
    workers = Counter(
        queue
        for worker in session.scalars(select(WorkerRow))
        if _is_alive(worker, heartbeat_s, now)
        for queue in worker.queues
    )
    return {
        queue: _describe(queue, waiting, running[queue], workers[queue], paused.get(queue))
        for queue in QUEUES
    }


def list_workers(session: Session, *, heartbeat_s: float, now: datetime) -> list[WorkerNow]:
    """Every worker that has not signed off, the longest running first."""
    held: defaultdict[str, list[RunningJob]] = defaultdict(list)
    for job in list_running(session):
        held[job.worker_id].append(job)
    rows = session.scalars(select(WorkerRow).order_by(col(WorkerRow.started_at)))
    return [
        WorkerNow(
            row=row,
            is_alive=_is_alive(row, heartbeat_s, now),
            beat_age_s=max((now - row.beat_at).total_seconds(), 0.0),
            jobs=held[row.id],
        )
        for row in rows
    ]


def list_running(session: Session) -> list[RunningJob]:
    """The jobs that workers hold; chains and groups, which nobody runs, are not among them."""
    rows = session.execute(
        select(
            col(Job.id),
            col(Job.queue),
            col(Job.kind),
            col(Job.worker_id),
            col(Job.attempt),
            col(Job.stage),
            col(Job.progress),
            col(Job.started_at),
        )
        .where(PROCESSING, col(Job.worker_id).is_not(None))
        .order_by(col(Job.worker_id), col(Job.started_at))
    )
    return [RunningJob(*row) for row in rows]


def _is_alive(worker: WorkerRow, heartbeat_s: float, now: datetime) -> bool:
    return worker.beat_at >= now - timedelta(seconds=MISSED_BEATS * heartbeat_s)


def _count_waiting(session: Session, now: datetime) -> dict[str, _Waiting]:
    blocked = col(Job.blocked).is_(True)
    is_due = ~blocked & (col(Job.run_at) <= now)

    def number_of(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            col(Job.queue),
            number_of(is_due),
            number_of(~blocked & (col(Job.run_at) > now)),
            number_of(blocked),
            func.min(case((is_due, col(Job.run_at)))),
        )
        .where(PENDING)
        .group_by(col(Job.queue))
    )
    return {
        queue: _Waiting(due, scheduled, held, (now - since).total_seconds() if since else None)
        for queue, due, scheduled, held, since in rows
    }


def _describe(
    queue: str,
    waiting: Mapping[str, _Waiting],
    running: int,
    workers: int,
    pause: QueuePause | None,
) -> QueueNow:
    here = waiting.get(queue, _Waiting())
    if pause is not None:
        state = QueueState.PAUSED
    elif not workers:
        state = QueueState.UNATTENDED
    else:
        state = QueueState.RUNNING if running or here.due else QueueState.IDLE
    return QueueNow(
        queue=queue,
        state=state,
        due=here.due,
        scheduled=here.scheduled,
        blocked=here.blocked,
        running=running,
        oldest_due_s=here.oldest_due_s,
        workers=workers,
        pause=pause,
    )
