"""How well each candidate answers all of a question, as one number of 0..1.

Each aim gives a likeness by itself. Those that are wanted are averaged by weight; what is like
something unwanted loses in proportion. Both were chosen on labelled photos (tests/bench/search.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.encode.scale import scale_of
from pipeline.catalog.search.aims import Aim
from pipeline.catalog.search.candidates import Candidates
from pipeline.catalog.vectors import KINDS, VectorKind

Scores = NDArray[np.float32]

# Of the scale: at 0.5, it is as likely as not that two belong together.
CUT_OFF = 0.5

# How a product is like another: mostly as it looks.
SHARES: dict[VectorKind, float] = {"image": 0.7, "text": 0.3}


@dataclass(frozen=True)
class Scored:
    """Shape (n,) each: the score; that without the words; and whether pictures spoke for it."""

    scores: Scores
    by_vectors: Scores
    by_picture: NDArray[np.bool_]


def score_candidates(
    candidates: Candidates, aims: Sequence[Aim], encoder_id: str, words: Scores
) -> Scored:
    """`words`, shape (n,), says how well the words of the text match; 0 where they do not."""
    zeros = np.zeros(len(words), np.float32)
    wanted, by_vectors, by_picture, unwanted = zeros, zeros, zeros, zeros
    total = 0.0
    for aim in aims:
        likeness, leans = _liken(candidates, aim, encoder_id)
        if aim.weight < 0:
            unwanted = np.maximum(unwanted, min(1.0, -aim.weight) * likeness)
            continue
        total += aim.weight
        by_vectors = by_vectors + aim.weight * likeness
        by_picture = by_picture + aim.weight * leans
        joined = either(likeness, words) if aim.origin == "text" else likeness
        wanted = wanted + aim.weight * joined
    if not total:
        return Scored(words, zeros, zeros > 0)
    kept = 1 - unwanted
    return Scored(wanted / total * kept, by_vectors / total * kept, by_picture > 0)


def either(first: Scores, second: Scores) -> Scores:
    """The chance that at least one of two independent reasons holds."""
    joined: Scores = 1 - (1 - first) * (1 - second)
    return joined


def _liken(candidates: Candidates, aim: Aim, encoder_id: str) -> tuple[Scores, Scores]:
    """Likeness to one aim; and above 0 where pictures spoke for it more than words."""
    by_kind = {kind: _by_kind(candidates, aim, encoder_id, kind) for kind in KINDS}
    leans = by_kind["image"] - by_kind["text"]
    if aim.origin != "product":
        return np.maximum(by_kind["image"], by_kind["text"]), leans
    comparable = {
        kind: candidates.has[kind] * np.float32(SHARES[kind] if kind in aim.vectors else 0)
        for kind in KINDS
    }
    weight = comparable["image"] + comparable["text"]
    summed = sum(comparable[kind] * by_kind[kind] for kind in KINDS)
    crossed = np.maximum(by_kind["image"], by_kind["text"])
    likeness = np.where(weight > 0, summed / np.where(weight > 0, weight, 1), crossed)
    return likeness.astype(np.float32), leans


def _by_kind(candidates: Candidates, aim: Aim, encoder_id: str, found: VectorKind) -> Scores:
    """Likeness of the aim to one kind of the candidates' vectors; its own kind where it has it."""
    asked: VectorKind = found if found in aim.vectors else next(iter(aim.vectors))
    cosines = candidates.vectors[found] @ aim.vectors[asked]
    likeness: Scores = scale_of(encoder_id, asked, found).likeness(cosines) * candidates.has[found]
    return likeness.astype(np.float32)
