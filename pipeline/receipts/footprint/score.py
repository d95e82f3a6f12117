"""The LCA score of a line, 0 to 100, and its grade: Eco-Score's method, never its label."""

import re
from math import log

from pipeline.receipts.fields.text import fold

_GRADES = ((90, "A+"), (75, "A"), (60, "B"), (45, "C"), (30, "D"), (15, "E"))
_BONUSES = (
    (re.compile(r"\bDEMETER\b"), 20),
    (re.compile(r"\b(?:BIO|AB|ORGANIC|ORG|BIOLOGIQUE)\b"), 15),
    (re.compile(r"\b(?:MSC|FAIRTRADE|FAIR TRADE|MAX HAVELAAR)\b"), 10),
)
_MOST_BONUS = 20
_AS_GOOD_AS_NONE = 1e-9  # the formula has no value at 0, and x^4 none that a float can hold


def score_of(ef_mpt: float, kind: str, description: str = "") -> int:
    """The score of one kilogram with an EF single score of `ef_mpt` mPt.

    Formulas: Eco-Score (ADEME and Yuka, 2021): food 100 - 20 ln(10x+1)/ln(2 + 1/(100 x^4)), drinks
    and milks -36 ln(100x+1) + 150. Labels printed in the description add their bonus.
    """
    raw = _drink_score(ef_mpt) if kind == "drink" else _food_score(ef_mpt)
    return round(_clamp(_clamp(raw) + label_bonus(description)))


def _food_score(x: float) -> float:
    if x < _AS_GOOD_AS_NONE:
        return 100.0
    return 100 - 20 * log(10 * x + 1) / log(2 + 1 / (100 * x**4))


def _drink_score(x: float) -> float:
    return -36 * log(100 * max(x, 0.0) + 1) + 150


def _clamp(value: float) -> float:
    return min(100.0, max(0.0, value))


def label_bonus(description: str) -> int:
    """Points for the labels that a line prints: organic, Demeter, MSC, Fairtrade; 20 at most."""
    folded = fold(description)
    points = sum(bonus for pattern, bonus in _BONUSES if pattern.search(folded))
    return min(_MOST_BONUS, points)


def grade_of(score: int) -> str:
    """A+ from 90, then A, B, C, D, E down to 15, and F."""
    return next((grade for least, grade in _GRADES if score >= least), "F")
