"""Steps of time in which spending is drawn: days, ISO weeks or months, as long as the period is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipeline.reports.figures.types import Step
from pipeline.reports.period import ONE_DAY, Period

MOST_DAYS = 31
MOST_WEEKS = 26


@dataclass(frozen=True)
class Steps:
    """The steps of a period; the first and the last may be cut short by its ends."""

    period: Period
    step: Step
    starts: tuple[date, ...]

    def place(self, days: np.ndarray) -> np.ndarray:
        """The number of the step of each day, given as days since 1970."""
        starts = np.array(self.starts, "datetime64[D]").astype(np.int64)
        return np.searchsorted(starts, days, side="right") - 1


def steps_of(period: Period) -> Steps:
    """Days up to 31 of them, weeks (from Monday) up to 26 weeks of days, else months."""
    if period.days <= MOST_DAYS:
        return Steps(period, "day", tuple(_every(period, ONE_DAY, period.first)))
    if period.days <= MOST_WEEKS * 7:
        monday = period.first - timedelta(days=period.first.weekday())
        return Steps(period, "week", _clip(period, _every(period, timedelta(days=7), monday)))
    return Steps(period, "month", _clip(period, _months(period)))


def _every(period: Period, step: timedelta, first: date) -> list[date]:
    count = (period.last - first) // step + 1
    return [first + number * step for number in range(count)]


def _months(period: Period) -> list[date]:
    first = period.first.year * 12 + period.first.month - 1
    last = period.last.year * 12 + period.last.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]


def _clip(period: Period, starts: Sequence[date]) -> tuple[date, ...]:
    return (max(starts[0], period.first), *starts[1:])
