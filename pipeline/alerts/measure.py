"""What the rules are held against: queues, workers, endings and the disk at one moment."""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.jobs.queue_states import QueueNow, QueueState, list_workers, watch_queues
from pipeline.jobs.rollup import floor_to
from pipeline.models import AlertRule, JobRollup
from pipeline.queue_settings import QUEUES
from pipeline.settings import BYTES_PER_MB, Settings

Endings = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Measured:
    """What a rule is about at one moment: `value` in the unit of its threshold, if there is one.

    `queue` is the one that it was found in. Of no_workers, the value is how many there are.
    """

    value: float | None
    queue: str | None = None


@dataclass(frozen=True)
class Situation:
    """Everything that rules ask about, looked at once for all of them.

    `workers` is how many live; `endings` are completed and failed jobs by queue for each window
    in seconds. `free_mb` is None where the disk cannot be looked at.
    """

    queues: Mapping[str, QueueNow]
    workers: int
    free_mb: float | None
    endings: Mapping[float, Endings]


def look_around(
    session: Session, settings: Settings, rules: Iterable[AlertRule], now: datetime
) -> Situation:
    """Look at everything that these rules are about."""
    windows = {rule.window_s for rule in rules if rule.kind == "failure_rate"}
    heartbeat_s = settings.heartbeat_s
    workers = list_workers(session, heartbeat_s=heartbeat_s, now=now)
    return Situation(
        queues=watch_queues(session, heartbeat_s=heartbeat_s, now=now),
        workers=sum(worker.is_alive for worker in workers),
        free_mb=_measure_disk(settings),
        endings={window_s: count_endings(session, window_s, now) for window_s in windows},
    )


def measure(rule: AlertRule, situation: Situation) -> Measured:
    """What one rule is about; of any queue, the worst.

    Raises LookupError where that was not looked at, or could not be.
    """
    names = QUEUES if rule.queue is None else (rule.queue,)
    if rule.kind == "oldest_waiting":
        return _find_oldest([situation.queues[name] for name in names])
    if rule.kind == "no_workers":
        return _count_workers(rule.queue, situation)
    if rule.kind == "failure_rate":
        return _find_worst(names, situation.endings[rule.window_s], rule.least_endings)
    if situation.free_mb is None:
        raise LookupError("disk")
    return Measured(situation.free_mb)


def count_endings(session: Session, window_s: float, now: datetime) -> Endings:
    """Completed and failed jobs of each queue since the minute in which the window begins.

    From the rollups: what ended in the last seconds may not be counted yet.
    """
    since = floor_to("minute", now - timedelta(seconds=window_s))
    rows = session.execute(
        select(
            col(JobRollup.queue),
            func.sum(col(JobRollup.completed)),
            func.sum(col(JobRollup.failed)),
        )
        .where(col(JobRollup.span) == "minute", col(JobRollup.start) >= since)
        .group_by(col(JobRollup.queue))
    )
    counted: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    counted.update({queue: (int(completed), int(failed)) for queue, completed, failed in rows})
    return counted


def _measure_disk(settings: Settings) -> float | None:
    try:
        return shutil.disk_usage(settings.data_dir).free / BYTES_PER_MB
    except OSError:
        # A disk that is gone is one more reason to be told of everything else.
        return None


def _find_oldest(queues: list[QueueNow]) -> Measured:
    # Somebody stopped a paused queue on purpose; what waits there waits as it should.
    moving = [queue for queue in queues if queue.state is not QueueState.PAUSED]
    ages = [(queue.oldest_due_s, queue.queue) for queue in moving if queue.oldest_due_s is not None]
    if not ages:
        return Measured(0.0)
    age_s, name = max(ages)
    return Measured(max(age_s, 0.0), name)


def _count_workers(queue: str | None, situation: Situation) -> Measured:
    if queue is None:
        return Measured(float(situation.workers))
    here = situation.queues[queue]
    # Nobody is needed where nothing may start.
    return Measured(1.0 if here.state is QueueState.PAUSED else float(here.workers), queue)


def _find_worst(names: Iterable[str], endings: Endings, least: int) -> Measured:
    shares = [
        (failed / (completed + failed), name)
        for name in names
        for completed, failed in [endings[name]]
        if completed + failed >= max(least, 1)
    ]
    if not shares:
        return Measured(None)
    share, name = max(shares)
    return Measured(share, name)
