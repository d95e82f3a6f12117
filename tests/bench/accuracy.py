"""How right a result is: exact fields, line items, calibration. Used by several measurements."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

JsonObject = Mapping[str, Any]

SIMILAR_NAMES = 0.6
BINS = 10
PRECISION_WANTED = 0.99


def normalise(text: str) -> str:
    """Upper case letters and digits: what an exact match compares."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def same_text(found: str | None, truth: str | None) -> bool:
    """Equal but for case, punctuation and spaces; both may be absent."""
    return normalise(found or "") == normalise(truth or "")


def same_amount(found: float | str | None, truth: float | str | None) -> bool:
    """Equal to the cent; both may be absent."""
    return _cents(found) == _cents(truth)


def _cents(value: float | str | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def value_of(fields: JsonObject, name: str) -> Any:
    """The value of a field of the contract's `extractedFields`; None where it was not found."""
    field = fields.get(name)
    return None if field is None else field["value"]


@dataclass(frozen=True)
class ItemCounts:
    """Line items found, wanted, and matched one to one."""

    found: int
    wanted: int
    matched: int


def match_items(
    found: Sequence[tuple[str, float]], wanted: Sequence[tuple[str, float]]
) -> ItemCounts:
    """Pair (name, amount) lists: equal amounts and similar names (0.6), the most similar first."""
    pairs = [
        (ratio(normalise(name), normalise(other)) / 100, i, j)
        for i, (name, amount) in enumerate(found)
        for j, (other, value) in enumerate(wanted)
        if same_amount(amount, value)
    ]
    used_found: set[int] = set()
    used_wanted: set[int] = set()
    for similarity, i, j in sorted(pairs, reverse=True):
        if similarity >= SIMILAR_NAMES and i not in used_found and j not in used_wanted:
            used_found.add(i)
            used_wanted.add(j)
    return ItemCounts(len(found), len(wanted), len(used_found))


def f1_score(counts: Sequence[ItemCounts]) -> tuple[float, float, float]:
    """Precision, recall and F1 over all items of all receipts."""
    matched = sum(one.matched for one in counts)
    precision = matched / max(1, sum(one.found for one in counts))
    recall = matched / max(1, sum(one.wanted for one in counts))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def character_error_rate(read: str, truth: str) -> float:
    """Edits a character of the truth, spaces and case aside."""
    wanted = "".join(truth.upper().split())
    return Levenshtein.distance("".join(read.upper().split()), wanted) / max(1, len(wanted))


@dataclass(frozen=True)
class Judged:
    """A value that was found, how sure it was said to be (0..1), and whether it is right."""

    confidence: float
    right: bool


def calibration_error(judged: Sequence[Judged]) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    confidence = np.array([one.confidence for one in judged])
    right = np.array([one.right for one in judged], dtype=float)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = (
        abs(right[bins == index].mean() - confidence[bins == index].mean()) * (bins == index).sum()
        for index in np.unique(bins)
    )
    return float(sum(gaps)) / max(1, len(judged))


def accepted_share(judged: Sequence[Judged], receipts: int) -> tuple[float, float]:
    """The largest share of receipts accepted with at least 99 % right, and its threshold."""
    surest_first = sorted(judged, key=lambda one: -one.confidence)
    best, threshold, right = 0, 1.0, 0
    for count, one in enumerate(surest_first, start=1):
        right += one.right
        is_last_of_equals = (
            count == len(surest_first) or surest_first[count].confidence < one.confidence
        )
        if is_last_of_equals and right / count >= PRECISION_WANTED:
            best, threshold = count, one.confidence
    return best / max(1, receipts), threshold
