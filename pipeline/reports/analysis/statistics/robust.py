"""Middles and spreads that outliers do not move, and what concentrates or repeats."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reports.analysis.statistics.tails import student_tails

Floats = NDArray[np.float64]

# Makes the median deviation of a normal distribution its standard deviation (Hampel 1974).
MAD_TO_SIGMA = 1.4826
# The median deviation uses that share of what a sample says of its spread: Rousseeuw and Croux
# (1993). So few values count as that many degrees of freedom.
MAD_EFFICIENCY = 0.37


@dataclass(frozen=True)
class Deviations:
    """How far each value lies from the median, in robust standard deviations, and by chance."""

    median: float
    scores: Floats
    p_values: Floats


def deviations(values: Floats, least_sigma: float) -> Deviations:
    """Robust z-scores by median and median deviation (Iglewicz and Hoaglin 1993).

    `least_sigma` is the spread that is assumed at least: where most values are the same, the
    median deviation is 0. The p-values allow for how little is known of the spread.
    """
    median = float(np.median(values))
    sigma = max(float(np.median(np.abs(values - median))) * MAD_TO_SIGMA, least_sigma)
    scores = (values - median) / sigma
    freedom = max(round(MAD_EFFICIENCY * (len(values) - 1)), 1)
    p_values = np.array([student_tails(float(score), freedom) for score in scores])
    return Deviations(median, scores, p_values)


def autocorrelation(values: Floats, lag: int) -> float:
    """How alike values are that lie `lag` apart, -1..1 (Box and Jenkins 1970)."""
    centred = values - values.mean()
    total = float(np.sum(centred**2))
    return float(np.sum(centred[lag:] * centred[:-lag])) / total if total else 0.0


def concentration(shares: Floats) -> float:
    """Sum of squared shares, 0..1 (Hirschman 1945, Herfindahl 1950)."""
    return float(np.sum(shares**2))


def lorenz(values: Floats) -> tuple[Floats, Floats]:
    """Shares of the number and of the sum, smallest values first, from 0 to 1 (Lorenz 1905)."""
    ordered = np.sort(values)
    number = np.arange(len(ordered) + 1) / len(ordered)
    return number, np.concatenate([[0.0], np.cumsum(ordered) / ordered.sum()])
