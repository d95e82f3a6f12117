"""How today goes beside the same weekday a week ago, and the last fourteen days.

Receipts come from the hours of the rollup; a day is one of the reader's time zone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.jobs.histogram import percentiles
from pipeline.jobs.rollup import floor_to
from pipeline.jobs.statistics import read_bins
from pipeline.models import JobRollup, Product, Receipt, Report
from pipeline.receipts.job import KIND_NAME

CHARTED_DAYS = 14
ONE_HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Hour:
    """The receipts that ended within an hour; `run_bins` are how long their reading took."""

    start: datetime
    completed: int
    failed: int
    run_bins: dict[str, int]


@dataclass(frozen=True)
class Reading:
    """Receipts over a time; `median_s` is of a reading, within 5 %, None where none was read.

    Hours without any reading are left out of it. In the others, runs that failed count as well:
    the rollup keeps both in one histogram.
    """

    completed: int
    failed: int
    median_s: float | None

    @property
    def success_rate(self) -> float | None:
        """Completed among those that completed or failed, 0..1; None before any did."""
        ended = self.completed + self.failed
        return self.completed / ended if ended else None


@dataclass(frozen=True)
class Made:
    """What came in over a time; `kg_co2e` is None where no footprint is known."""

    kg_co2e: float | None
    products: int
    reports: int


@dataclass(frozen=True)
class Span:
    """From `start` up to `until`, both UTC."""

    start: datetime
    until: datetime


@dataclass(frozen=True)
class DayCount:
    """One day of the chart."""

    day: date
    completed: int
    failed: int


def read_hours(session: Session, now: datetime) -> list[Hour]:
    """Every hour of the chart's days in which a receipt ended, one row of the rollup each."""
    # A day more than is drawn: zones differ by more than half of one.
    since = floor_to("hour", now - timedelta(days=CHARTED_DAYS + 1))
    columns = (JobRollup.start, JobRollup.completed, JobRollup.failed, JobRollup.run_bins)
    rows = session.execute(
        select(*map(col, columns)).where(
            col(JobRollup.span) == "hour",
            col(JobRollup.start) >= since,
            col(JobRollup.queue) == "documents",
            col(JobRollup.kind) == KIND_NAME,
        )
    )
    return [Hour(*row) for row in rows]


def today_in(zone: tzinfo, now: datetime) -> Span:
    """From midnight in that zone until now."""
    return Span(_midnight(now.astimezone(zone).date(), zone), now)


def week_before(zone: tzinfo, now: datetime) -> Span:
    """The same weekday a week ago, up to the same time of day."""
    day = now.astimezone(zone).date() - WEEK
    start = _midnight(day, zone)
    return Span(start, start + (now - today_in(zone, now).start))


def measure_reading(hours: Iterable[Hour], span: Span) -> Reading:
    """Sum up the hours of a span; one that lies in it partly counts for that part."""
    completed = failed = 0.0
    bins: Counter[str] = Counter()
    for hour in hours:
        share = _share_within(hour.start, span)
        completed += share * hour.completed
        failed += share * hour.failed
        if share and hour.completed:
            bins.update(hour.run_bins)
    run = percentiles(read_bins(bins)) if round(completed) else None
    return Reading(round(completed), round(failed), run.p50_s if run else None)


def measure_today(hours: Iterable[Hour], zone: tzinfo, now: datetime) -> Reading:
    """Today so far: of the hour that runs everything that ended."""
    start = today_in(zone, now).start
    return measure_reading(hours, Span(start, floor_to("hour", now) + ONE_HOUR))


def count_days(hours: Sequence[Hour], zone: tzinfo, now: datetime) -> list[DayCount]:
    """The last fourteen days, today last; also those on which nothing ended."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(CHARTED_DAYS))]
    completed: Counter[date] = Counter()
    failed: Counter[date] = Counter()
    for hour in hours:
        day = hour.start.astimezone(zone).date()
        completed[day] += hour.completed
        failed[day] += hour.failed
    return [DayCount(day, completed[day], failed[day]) for day in days]


def count_made(session: Session, span: Span) -> Made:
    """Footprint of the receipts, products and reports that came in; each from its own index."""

    def within(column: Any) -> Any:
        return (col(column) >= span.start) & (col(column) < span.until)

    def total(what: Any, *conditions: Any) -> Any:
        return select(what).where(*conditions).scalar_subquery()

    kg_co2e, products, reports = session.execute(
        select(
            total(func.sum(col(Receipt.kg_co2e)), within(Receipt.created_at)),
            total(func.count(col(Product.created_at)), within(Product.created_at)),
            total(func.count(col(Report.finished_at)), within(Report.created_at)),
        )
    ).one()
    return Made(kg_co2e, products, reports)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _share_within(start: datetime, span: Span) -> float:
    overlap = min(start + ONE_HOUR, span.until) - max(start, span.start)
    return max(overlap / ONE_HOUR, 0.0)
