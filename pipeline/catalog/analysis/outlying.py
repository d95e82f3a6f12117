"""Products that look like another category than their own: a classifier that never saw them.

Each product is judged by a linear classifier fitted to all others. With ridge regression that
needs one fit: the prediction that leaves a product out follows from the one that includes it
(Rifkin and Lippert, "Notes on Regularized Least Squares", 2007). Categories weigh the same,
however many products they have.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.analysis.space import Half, as_float
from pipeline.catalog.vectors import Vectors

# A category with fewer says too little of what belongs to it, and nothing is compared with it.
FEWEST = 3
# Score from which on a product is doubted. Measured with the starter model on 1,800 photographs
# in 65 categories, of which 2 to 5 % were put into another one: 94 % of those are found, and 58 to
# 78 % of what is found are those; from 0.5 on 70 % and 90 %.
THRESHOLD = 0.3
# Most categories that are compared; the largest ones.
MOST_CATEGORIES = 2_000
# In parts of the vectors' mean variance along a direction.
RIDGES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0)
ROWS = 4_000

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Outlier:
    """A product by its row, and the category that it looks like; `score` 0..1 says how surely."""

    row: int
    category: str
    looks_like: str
    score: float


def find_outliers(
    vectors: Half, categories: Sequence[str | None], threshold: float = THRESHOLD
) -> list[Outlier]:
    """Those whose score reaches the threshold, the surest first."""
    names = _names(categories)
    if len(names) < 2:
        return []
    place = {name: at for at, name in enumerate(names)}
    rows = np.asarray([at for at, name in enumerate(categories) if name in place], np.int64)
    own = np.asarray([place[categories[row]] for row in rows], np.int64)
    judged = _Judged.fit(vectors[rows], own, len(names))
    margins, others = judged.compare()
    found = [
        Outlier(int(rows[at]), names[own[at]], names[others[at]], float(margins[at]))
        for at in np.flatnonzero(margins >= threshold)
    ]
    return sorted(found, key=lambda one: -one.score)


def _names(categories: Sequence[str | None]) -> list[str]:
    counted = Counter(name for name in categories if name)
    return [name for name, count in counted.most_common(MOST_CATEGORIES) if count >= FEWEST]


@dataclass(frozen=True)
class _Judged:
    """A weighted ridge regression of products (n, d) on categories (n,), ready to be asked."""

    vectors: Half
    mean: Vectors
    own: NDArray[np.int64]
    weights: Numbers
    directions: Numbers
    spread: Numbers
    targets: Numbers
    baseline: Numbers

    @classmethod
    def fit(cls, vectors: Half, own: NDArray[np.int64], count: int) -> "_Judged":
        sizes = np.bincount(own, minlength=count).astype(np.float64)
        # Square roots: a category of 3 is not to shout as loudly as one of 3,000.
        weights = 1 / np.sqrt(sizes[own])
        weights /= weights.sum()
        baseline = np.bincount(own, weights, minlength=count).astype(np.float64)
        mean = _weighted_mean(vectors, weights)
        covariance = np.zeros((vectors.shape[1],) * 2)
        targets = np.zeros((vectors.shape[1], count))
        for at in range(0, len(vectors), ROWS):
            block = as_float(vectors[at : at + ROWS]) - mean
            weighed = block * weights[at : at + ROWS, None]
            covariance += block.T @ weighed
            np.add.at(targets.T, own[at : at + ROWS], weighed)
        spread, directions = np.linalg.eigh(covariance)
        return cls(
            vectors, mean, own, weights, directions, np.clip(spread, 0, None),
            directions.T @ targets, baseline,
        )  # fmt: skip

    def compare(self) -> tuple[Vectors, NDArray[np.int64]]:
        """For each product how much more another category claims it than its own, and which."""
        ridge = max(RIDGES, key=self._balanced_accuracy)
        return self._margins(ridge, slice(None))

    def _balanced_accuracy(self, ridge: float) -> float:
        # A sample tells as well as all.
        step = max(1, len(self.own) // 5_000)
        margins, _ = self._margins(ridge, slice(None, None, step))
        weights = self.weights[::step]
        return float(((margins < 0) * weights).sum() / weights.sum())

    def _margins(self, ridge: float, which: slice) -> tuple[Vectors, NDArray[np.int64]]:
        rows = np.arange(len(self.own))[which]
        margins = np.zeros(len(rows), np.float32)
        others = np.zeros(len(rows), np.int64)
        shrunk = 1 / (self.spread + ridge * self.spread.mean())
        for at in range(0, len(rows), ROWS):
            some = rows[at : at + ROWS]
            margins[at : at + ROWS], others[at : at + ROWS] = self._judge(some, shrunk)
        return margins, others

    def _judge(self, rows: NDArray[np.int64], shrunk: Numbers) -> tuple[Vectors, Numbers]:
        seen = (as_float(self.vectors[rows]) - self.mean) @ self.directions
        claims = self.baseline + (seen * shrunk) @ self.targets
        # How much a product's own row moves its own prediction.
        leverage = self.weights[rows] * (1 + (seen**2 * shrunk).sum(axis=1))
        leverage = np.clip(leverage, 0, 0.99)[:, None]
        truth = np.zeros_like(claims)
        each = np.arange(len(rows))
        truth[each, self.own[rows]] = 1
        claims = (claims - leverage * truth) / (1 - leverage)
        own = claims[each, self.own[rows]].copy()
        claims[each, self.own[rows]] = -np.inf
        other = claims.argmax(axis=1)
        return (claims[each, other] - own).astype(np.float32), other


def _weighted_mean(vectors: Half, weights: Numbers) -> Vectors:
    total = np.zeros(vectors.shape[1])
    for at in range(0, len(vectors), ROWS):
        total += weights[at : at + ROWS] @ as_float(vectors[at : at + ROWS])
    return total.astype(np.float32)
