"""Round numbers for an axis, and which steps of time to name below it."""

from collections.abc import Sequence
from datetime import date
from math import ceil, floor, log10

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


def find_ticks(lowest: float, highest: float, wanted: int = 4) -> list[float]:
    """Round, even steps from at most `lowest` to at least `highest`; 0 is one of them.

    Steps are 1, 2, 2.5 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", 1990).
    """
    low, high = min(lowest, 0.0), max(highest, 0.0)
    if high == low:
        high = 1.0
    rough = (high - low) / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(nice for nice in _NICE if nice * power >= rough * (1 - 1e-9)) * power
    return [at * step for at in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)]


def choose_named(starts: Sequence[date], most: int) -> list[int]:
    """Which steps of time get a name: every so many, beginning with the first."""
    every = max(1, ceil(len(starts) / most))
    if len(starts) > 1 and (starts[1] - starts[0]).days == 1 and every > 1:
        # Whole weeks are easier to count than nine days.
        every = 7 * ceil(every / 7) if every > 3 else every
    return list(range(0, len(starts), every))
