"""Days in a row without any receipt, where receipts usually come: some may not be handed over."""

from dataclasses import dataclass
from math import log

import numpy as np

from pipeline.reports.analysis.findings import Finding, counted, day
from pipeline.reports.analysis.purchases import Ints, Mask, Purchases, day_of

LEAST_RECEIPTS = 30
LEAST_WEEKS = 8
# Stricter than elsewhere: what is usual is estimated from the days around the gap themselves.
GAP_LEVEL = 0.01


@dataclass(frozen=True)
class _Gap:
    first: int
    days: int
    chance_log: float


def find_gap(bought: Purchases) -> list[Finding]:
    """The longest run of empty days, if chance explains it hardly: see `_chance_log`."""
    filled = bought.by_day(np.ones(len(bought), dtype=np.int64)) > 0
    if len(bought) < LEAST_RECEIPTS or len(filled) < LEAST_WEEKS * 7:
        return []
    gaps = _list_gaps(bought, filled)
    # Each day could have been the first of it: Bonferroni's correction.
    limit = log(GAP_LEVEL / len(filled))
    certain = [gap for gap in gaps if gap.chance_log < limit]
    if not certain:
        return []
    worst = min(certain, key=lambda gap: (gap.chance_log, gap.first))
    values = {
        "days": counted("days", worst.days),
        "first": day(day_of(bought.first + worst.first)),
        "last": day(day_of(bought.first + worst.first + worst.days - 1)),
        "others": counted("gaps", len(certain) - 1),
    }
    p_value = min(float(np.exp(worst.chance_log)) * len(filled), 1.0)
    kind = "gap" if len(certain) == 1 else "gaps"
    return [Finding(kind, values, 0.6, "empty_days", p_value)]


def _list_gaps(bought: Purchases, filled: Mask) -> list[_Gap]:
    edges = np.flatnonzero(np.diff(np.concatenate([[True], filled, [True]]).astype(np.int8)))
    weekday = (np.arange(len(filled)) + bought.first + 3) % 7
    return [
        _Gap(int(start), int(end - start), _chance_log(filled, weekday, int(start), int(end)))
        for start, end in edges.reshape(-1, 2)
    ]


def _chance_log(
    filled: Mask,
    weekday: Ints,
    start: int,
    end: int,
) -> float:
    """Log of the chance that all these days are empty, each as likely as its weekday elsewhere.

    With one more empty and one more filled day than there are (Laplace), so that no weekday is
    certain; a Sunday that is always empty adds next to nothing to a gap.
    """
    outside = np.ones(len(filled), dtype=bool)
    outside[start:end] = False
    total = 0.0
    for day_of_week in range(7):
        seen = filled[outside & (weekday == day_of_week)]
        empty = (np.sum(~seen) + 1) / (len(seen) + 2)
        total += int(np.sum(weekday[start:end] == day_of_week)) * log(empty)
    return total
