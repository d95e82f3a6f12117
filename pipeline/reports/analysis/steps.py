"""Time in equal steps: whole weeks from the first day on, so that no step is shorter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from pipeline.reports.analysis.findings import Column
from pipeline.reports.analysis.purchases import Floats, Purchases, day_of

WEEK_DAYS = 7
# Tests on ranks need so many values for their normal approximation.
LEAST_STEPS = 8
MOST_NAMES, FEW_DAYS = 7, 62


@dataclass(frozen=True)
class Weeks:
    """Whole weeks of seven days, the last days cut off where they fill none; arrays alike."""

    starts: NDArray[np.int64]
    spent: Floats
    receipts: Floats
    median: Floats

    def __len__(self) -> int:
        return len(self.starts)


def count_weeks(bought: Purchases) -> Weeks:
    """Cents, receipts and median receipt of each week; NaN is the median of none."""
    weeks = bought.span_days // WEEK_DAYS
    place = (bought.days - bought.first) // WEEK_DAYS
    inside = place < weeks
    place, cents = place[inside], bought.cents[inside].astype(np.float64)
    medians = [
        float(np.median(cents[place == week])) if np.any(place == week) else float("nan")
        for week in range(weeks)
    ]
    return Weeks(
        starts=bought.first + WEEK_DAYS * np.arange(weeks),
        spent=np.bincount(place, cents, weeks).astype(np.float64),
        receipts=np.bincount(place, minlength=weeks).astype(np.float64),
        median=np.array(medians),
    )


def days_across(starts: NDArray[np.int64]) -> Column:
    """The days as the axis of a chart."""
    return Column("day", "day", tuple(day_of(start).isoformat() for start in starts))


def name_days(days: Sequence[date]) -> list[date]:
    """Days to name below an axis: firsts of months over more than two of them, else even steps."""
    first, last = min(days), max(days)
    if (last - first).days <= FEW_DAYS:
        every = (last - first).days // (MOST_NAMES - 1) + 1
        return [first + timedelta(days=at) for at in range(0, (last - first).days + 1, every)]
    months = range(first.year * 12 + first.month - 1 + (first.day > 1), last.year * 12 + last.month)
    every = len(months) // (MOST_NAMES + 1) + 1
    return [date(month // 12, month % 12 + 1, 1) for month in months[::every]]


def plain(values: Floats) -> tuple[float | None, ...]:
    """Values for a chart: None where there is none."""
    return tuple(None if np.isnan(value) else float(value) for value in values)
