"""The dice of the sample generator: every choice of content comes from one seeded stream."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Seeded choices whose sequence Python keeps stable between versions.

    Only `Random.random()` is used below: it is the one method whose stream Python promises not to
    change (documentation of the random module, "Notes on Reproducibility").
    """

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - pictures for tests, nothing secret

    def happens(self, probability: float) -> bool:
        """True in the given share of calls."""
        return self._random.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[int(self._random.random() * len(options))]

    def whole(self, low: int, high: int) -> int:
        """A whole number in low..high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def real(self, low: float, high: float) -> float:
        """A number in low..high."""
        return low + self._random.random() * (high - low)

    def digits(self, count: int) -> str:
        """A run of decimal digits."""
        return "".join(str(self.whole(0, 9)) for _ in range(count))

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different options in a random order, fewer where there are not as many."""
        left = list(options)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(count) if left]
