"""Durations counted in bins that grow: what the rollup keeps of waits and runs, and its figures.

A bin is 10^(1/24) = 1.1007 times as wide as the one before, so that 24 of them make a decade and
their edges meet the powers of ten. A duration told as the middle of its bin is off by at most
√1.1007 - 1 = 4.9 %; histograms of two processes or two hours add up without a further error.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BINS_PER_DECADE = 24
# Bin 0 holds everything up to here; bin n what is above `edge_s(n - 1)`, up to `edge_s(n)`.
SMALLEST_S = 0.001

Bins = Mapping[int, int]


@dataclass(frozen=True)
class Percentiles:
    """Seconds within which half, 95 and 99 of 100 were done."""

    p50_s: float
    p95_s: float
    p99_s: float


def bin_of(duration_s: float) -> int:
    """The number of the bin that this duration falls into."""
    if duration_s <= SMALLEST_S:
        return 0
    # Rounded, because the logarithm of an edge itself may come out a hair above its number.
    return math.ceil(round(BINS_PER_DECADE * math.log10(duration_s / SMALLEST_S), 9))


def edge_s(number: int) -> float:
    """The longest duration that bin `number` holds, in seconds."""
    return float(SMALLEST_S * 10 ** (number / BINS_PER_DECADE))


def count_durations(durations_s: Iterable[float]) -> Counter[int]:
    """A histogram of these durations."""
    return Counter(map(bin_of, durations_s))


def percentiles(bins: Bins) -> Percentiles | None:
    """The usual three, within 5 %; None for an empty histogram."""
    if not bins:
        return None
    return Percentiles(*(_percentile(bins, share) for share in (0.50, 0.95, 0.99)))


def _percentile(bins: Bins, share: float) -> float:
    wanted = share * sum(bins.values())
    seen = 0
    for number in sorted(bins):
        seen += bins[number]
        if seen >= wanted:
            return _middle_s(number)
    raise AssertionError("unreachable: the whole is more than a share of it")


def _middle_s(number: int) -> float:
    # The geometric mean of both edges errs by the same share at either.
    return edge_s(number) / 10 ** (0.5 / BINS_PER_DECADE) if number else SMALLEST_S


def count_up_to(bins: Bins, number: int) -> int:
    """How many were in bin `number` or a smaller one."""
    return sum(count for other, count in bins.items() if other <= number)
