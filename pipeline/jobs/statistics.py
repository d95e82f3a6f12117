"""How much was done, how well and how fast, over a window: from the rollups, never from the jobs.

Read by API, pages and health. What ended in the last seconds may not be counted yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from pipeline.jobs.histogram import Bins, Percentiles, percentiles
from pipeline.jobs.rollup import floor_to
from pipeline.models import JobRollup

WindowName = Literal["1h", "6h", "24h", "7d", "30d", "90d"]


@dataclass(frozen=True)
class Window:
    """How far back to look, in which rows of the rollup, and how long a point of a chart is."""

    length: timedelta
    span: str
    step: timedelta


WINDOWS: Mapping[WindowName, Window] = {
    "1h": Window(timedelta(hours=1), "minute", timedelta(minutes=1)),
    "6h": Window(timedelta(hours=6), "minute", timedelta(minutes=5)),
    "24h": Window(timedelta(hours=24), "hour", timedelta(hours=1)),
    "7d": Window(timedelta(days=7), "hour", timedelta(hours=6)),
    "30d": Window(timedelta(days=30), "day", timedelta(days=1)),
    "90d": Window(timedelta(days=90), "day", timedelta(days=1)),
}
DEFAULT_WINDOW: WindowName = "24h"


@dataclass(frozen=True)
class Figures:
    """What ended and how it went; a job that was retried by hand counts with each ending.

    `wait` is from due to started, `run` from started to completed or failed, both of the last
    attempt and within 5 %; None where nothing ran.
    """

    completed: int
    failed: int
    cancelled: int
    retries: int
    per_hour: float
    mean_run_s: float | None
    wait: Percentiles | None
    run: Percentiles | None

    @property
    def success_rate(self) -> float | None:
        """Completed among those that completed or failed, 0..1; None before any did."""
        ended = self.completed + self.failed
        return self.completed / ended if ended else None


@dataclass(frozen=True)
class Point:
    """One step of a chart, from `start` on."""

    start: datetime
    figures: Figures


@dataclass(frozen=True)
class QueueSummary:
    """One queue over a window that began at `since`."""

    queue: str
    window: WindowName
    since: datetime
    whole: Figures


@dataclass(frozen=True)
class QueueStatistics(QueueSummary):
    """The same with each kind, and the points of charts."""

    kinds: dict[str, Figures]
    points: list[Point]


@dataclass(frozen=True)
class _Row:
    """A row of the rollup."""

    start: datetime
    queue: str
    kind: str
    completed: int
    failed: int
    cancelled: int
    retries: int
    run_s: float
    wait_bins: Mapping[str, int]
    run_bins: Mapping[str, int]


def measure_queue(
    session: Session, queue: str, window: WindowName, *, now: datetime
) -> QueueStatistics:
    """Everything about one queue over a window."""
    return _measure(queue, _load(session, window, now, queue), window, now)


def measure_queues_in_full(
    session: Session, queues: Iterable[str], window: WindowName, *, now: datetime
) -> dict[str, QueueStatistics]:
    """Everything about each of these queues over a window, from one look at the rollup."""
    by_queue: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in _load(session, window, now, None):
        by_queue[row.queue].append(row)
    return {queue: _measure(queue, by_queue[queue], window, now) for queue in queues}


def measure_points(
    session: Session,
    window: WindowName,
    *,
    queue: str | None = None,
    kind: str | None = None,
    now: datetime,
) -> list[Point]:
    """The points of charts of one queue, of one kind, or of everything."""
    rows = _load(session, window, now, queue)
    return _list_points([row for row in rows if kind in (None, row.kind)], window, now)


def _measure(
    queue: str, rows: Sequence[_Row], window: WindowName, now: datetime
) -> QueueStatistics:
    since = begin_window(window, now)
    kinds: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
    return QueueStatistics(
        queue=queue,
        window=window,
        since=since,
        whole=_sum_up(rows, now - since),
        kinds={kind: _sum_up(kinds[kind], now - since) for kind in sorted(kinds)},
        points=_list_points(rows, window, now),
    )


def _list_points(rows: Iterable[_Row], window: WindowName, now: datetime) -> list[Point]:
    step, since = WINDOWS[window].step, begin_window(window, now)
    steps: defaultdict[datetime, list[_Row]] = defaultdict(list)
    for row in rows:
        steps[_floor(row.start, step)].append(row)
    # Also the steps in which nothing ended, or a chart would draw a line across them.
    count = (now - since) // step + 1
    starts = (since + number * step for number in range(count))
    return [Point(start, _sum_up(steps[start], step)) for start in starts]


def measure_queues(
    session: Session, queues: Iterable[str], window: WindowName, *, now: datetime
) -> dict[str, QueueSummary]:
    """Each of these queues as a whole over a window."""
    since = begin_window(window, now)
    by_queue: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in _load(session, window, now, None):
        by_queue[row.queue].append(row)
    return {
        queue: QueueSummary(queue, window, since, _sum_up(by_queue[queue], now - since))
        for queue in queues
    }


def measure_all(session: Session, window: WindowName, *, now: datetime) -> Figures:
    """All queues as one."""
    duration = now - begin_window(window, now)
    return _sum_up(_load(session, window, now, None), duration)


def begin_window(window: WindowName, now: datetime) -> datetime:
    """Where the window begins: with a whole step, so that points do not wander."""
    chosen = WINDOWS[window]
    return _floor(floor_to(chosen.span, now - chosen.length), chosen.step)


def _floor(at: datetime, step: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return at - (at - epoch) % step


def _load(session: Session, window: WindowName, now: datetime, queue: str | None) -> list[_Row]:
    statement = select(
        col(JobRollup.start),
        col(JobRollup.queue),
        col(JobRollup.kind),
        col(JobRollup.completed),
        col(JobRollup.failed),
        col(JobRollup.cancelled),
        col(JobRollup.retries),
        col(JobRollup.run_s),
        col(JobRollup.wait_bins),
        col(JobRollup.run_bins),
    ).where(
        col(JobRollup.span) == WINDOWS[window].span,
        col(JobRollup.start) >= begin_window(window, now),
    )
    if queue is not None:
        statement = statement.where(col(JobRollup.queue) == queue)
    return [_Row(*row) for row in session.execute(statement)]


def read_bins(kept: Mapping[str, int]) -> Bins:
    """A histogram as JSON keeps it, whose keys are text."""
    return {int(number): count for number, count in kept.items()}


def _sum_up(rows: Iterable[_Row], duration: timedelta) -> Figures:
    rows = list(rows)
    run_bins = read_bins(_add_up(row.run_bins for row in rows))
    ended = sum(row.completed + row.failed + row.cancelled for row in rows)
    ran = sum(run_bins.values())
    return Figures(
        completed=sum(row.completed for row in rows),
        failed=sum(row.failed for row in rows),
        cancelled=sum(row.cancelled for row in rows),
        retries=sum(row.retries for row in rows),
        per_hour=ended * 3600 / duration.total_seconds() if duration else 0.0,
        mean_run_s=sum(row.run_s for row in rows) / ran if ran else None,
        wait=percentiles(read_bins(_add_up(row.wait_bins for row in rows))),
        run=percentiles(run_bins),
    )


def _add_up(histograms: Iterable[Mapping[str, int]]) -> dict[str, int]:
    # As they are kept: there may be thousands, and only their sum is worth reading.
    total: dict[str, int] = {}
    for histogram in histograms:
        for number, count in histogram.items():
            total[number] = total.get(number, 0) + count
    return total
