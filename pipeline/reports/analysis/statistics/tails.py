"""Probabilities of the tails of distributions, in closed form: no library is needed for these."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def normal_tails(z: float) -> float:
    """Probability of a standard normal value at least as far from 0 as `z`, on either side."""
    return math.erfc(abs(z) / math.sqrt(2))


def chi_square_tail(value: float, freedom: int) -> float:
    """Probability of a chi-square value above `value`; `freedom` are its degrees, from 1.

    Abramowitz and Stegun (1964), 26.4.4 and 26.4.5.
    """
    half = value / 2
    if value <= 0:
        return 1.0
    if freedom % 2:
        tail, term = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half / math.pi) * 2
        steps = range(1, freedom - 1, 2)
    else:
        tail, term = 0.0, math.exp(-half)
        steps = range(0, freedom - 1, 2)
    for step in steps:
        tail += term
        term *= value / (step + 2)
    return min(tail, 1.0)


def student_tails(value: float, freedom: int) -> float:
    """Probability of Student's t at least as far from 0 as `value`, on either side.

    Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
    """
    angle = math.atan2(abs(value), math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term, total = (cosine if odd else 1.0), 0.0
    for step in range(1 + odd, freedom, 2):
        total += term
        term *= cosine * cosine * step / (step + 1)
    inside = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return min(max(1 - inside, 0.0), 1.0)


def hypergeometric_tail(hits: int, drawn: int, marked: int, total: int) -> float:
    """Probability of `hits` or more marked ones among `drawn` of `total`: Fisher's exact test.

    One-sided, Fisher (1935).
    """
    ways = _log_choose(total, drawn)
    logs = [
        _log_choose(marked, k) + _log_choose(total - marked, drawn - k) - ways
        for k in range(max(hits, drawn - (total - marked)), min(drawn, marked) + 1)
    ]
    return min(math.fsum(map(math.exp, logs)), 1.0)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def adjust(p_values: Sequence[float]) -> Floats:
    """Adjusted p-values: those up to q hold at most a share q of false findings.

    Benjamini and Hochberg (1995), as steps up from the smallest.
    """
    raw = np.asarray(p_values, dtype=np.float64)
    if not len(raw):
        return raw
    order = np.argsort(raw, kind="stable")
    scaled = raw[order] * len(raw) / np.arange(1, len(raw) + 1)
    adjusted = np.empty(len(raw))
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(adjusted, 1.0)
