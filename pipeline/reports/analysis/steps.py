"""Time in equal steps: whole weeks from the first day on, so that no step is shorter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reports.analysis.findings import Column
from pipeline.reports.analysis.purchases import Floats, Purchases, day_of

WEEK_DAYS = 7
# Tests on ranks need so many values for their normal approximation.
LEAST_STEPS = 8


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


def plain(values: Floats) -> tuple[float | None, ...]:
    """Values for a chart: None where there is none."""
    return tuple(None if np.isnan(value) else float(value) for value in values)
