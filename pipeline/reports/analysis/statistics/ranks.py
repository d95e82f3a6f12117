"""Tests on ranks: they ask for no normal distribution, and one wild value moves them little."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reports.analysis.statistics.tails import chi_square_tail, normal_tails

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pattern:
    """Whether groups differ: H, its p-value, and the share of the ranks' variance it explains."""

    h: float
    p_value: float
    strength: float


def rank(values: Floats) -> Floats:
    """Ranks from 1, those of equal values averaged."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    averages: Floats = ends - (counts - 1) / 2
    return averages[inverse]


def mann_kendall(values: Floats) -> float:
    """p-value of a monotonous trend in values that follow one another, corrected for ties.

    Mann (1945), Kendall (1975); the normal approximation with its correction for continuity
    serves from 8 values on.
    """
    n = len(values)
    # Row by row: all pairs at once of a product that is bought daily would fill memory.
    score = sum(float(np.sign(values[at + 1 :] - values[at]).sum()) for at in range(n - 1))
    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    spread = n * (n - 1) * (2 * n + 5) - float(np.sum(ties * (ties - 1) * (2 * ties + 5)))
    if spread <= 0:
        return 1.0
    return normal_tails(max(abs(score) - 1, 0) / math.sqrt(spread / 18))


def theil_sen(values: Floats) -> float:
    """Change from one value to the next: the median of the slopes between all pairs.

    Theil (1950), Sen (1968).
    """
    first, second = np.triu_indices(len(values), 1)
    return float(np.median((values[second] - values[first]) / (second - first)))


def kruskal_wallis(groups: Sequence[Floats]) -> Pattern:
    """Whether values of some groups tend to be larger than those of others.

    Kruskal and Wallis (1952), corrected for ties; strength is epsilon squared adjusted for the
    number of groups, 0..1 (Tomczak and Tomczak 2014).
    """
    filled = [group for group in groups if len(group)]
    values = np.concatenate(filled)
    n, k = len(values), len(filled)
    ranks, start, between = rank(values), 0, 0.0
    for group in filled:
        between += float(np.sum(ranks[start : start + len(group)])) ** 2 / len(group)
        start += len(group)
    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    untied = 1 - float(np.sum(ties**3 - ties)) / (n**3 - n)
    if untied <= 0 or k < 2:
        return Pattern(0.0, 1.0, 0.0)
    h = (12 / (n * (n + 1)) * between - 3 * (n + 1)) / untied
    return Pattern(h, chi_square_tail(h, k - 1), min(max((h - k + 1) / (n - k), 0.0), 1.0))


def mann_whitney(first: Floats, second: Floats) -> float:
    """p-value of one sample tending to larger values than the other.

    Mann and Whitney (1947), corrected for ties and continuity; from 4 values in each.
    """
    m, n = len(first), len(second)
    both = np.concatenate([first, second])
    u = float(np.sum(rank(both)[:m])) - m * (m + 1) / 2
    ties = np.unique(both, return_counts=True)[1].astype(np.float64)
    total = m + n
    tied = float(np.sum(ties**3 - ties)) / (total * (total - 1))
    spread = m * n / 12 * (total + 1 - tied)
    if spread <= 0:
        return 1.0
    return normal_tails(max(abs(u - m * n / 2) - 0.5, 0) / math.sqrt(spread))
