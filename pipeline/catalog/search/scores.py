"""How well each candidate answers all of a question, as one number of 0..1.

Everything is added up as log-odds of the likeness (0 is as likely as not). What is wanted is
averaged by weight; half of how much something is like the unwanted is taken off. For pictures
that is Rocchio's formula: their cosines lie on one straight scale. Measured with the starter on
2,570 photos of 64 classes (results of the right class among 20; of the unwanted class):

    a photo as example                      0.76; 0.14
    less like its first wrong result        0.77; 0.07   (all of it taken off: 0.60; 0.02)
    less like it, likeness × unlikeness     0.09; 0.01
    less like it, Qdrant's best score       0.76; 0.09
    three photos, averaged                  0.92         (one 0.84, the nearest of three 0.88)
    a class's name and a photo, averaged    0.86         (photo 0.80, name 0.86, the worse 0.85)
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

# As likely right as wrong. With the starter, among 1,200 photos left out of fitting: 18 % of 524
# words for things that are not there find something above it, 79 % of those that are; of photos
# none where nothing of their kind is there, and 94 % where it is.
CUT_OFF = 0.5
# How a product is like another: mostly as it looks.
SHARES: dict[VectorKind, float] = {"image": 0.7, "text": 0.3}
TAKEN_OFF = 0.5
# Of a likeness, 0.9997: what is more certain is not more than that.
MOST_ODDS = 8.0


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
        odds, leans = _compare(candidates, aim, encoder_id)
        if aim.weight < 0:
            unwanted = np.maximum(unwanted, -aim.weight * np.maximum(odds, 0))
            continue
        total += aim.weight
        by_vectors = by_vectors + aim.weight * odds
        by_picture = by_picture + aim.weight * leans
        joined = _either(odds, words) if aim.origin == "text" else odds
        wanted = wanted + aim.weight * joined
    if not total:
        return Scored(words, zeros, zeros > 0)
    less = TAKEN_OFF * unwanted
    return Scored(
        _to_likeness(wanted / total - less), _to_likeness(by_vectors / total - less), by_picture > 0
    )


def _compare(candidates: Candidates, aim: Aim, encoder_id: str) -> tuple[Scores, Scores]:
    """Log-odds for one aim; and above 0 where pictures spoke for it more than words."""
    by_kind = {kind: _by_kind(candidates, aim, encoder_id, kind) for kind in KINDS}
    leans = by_kind["image"] - by_kind["text"]
    nearest = np.maximum(by_kind["image"], by_kind["text"])
    if aim.origin != "product":
        return nearest, leans
    shares = {
        kind: candidates.has[kind] * np.float32(SHARES[kind] if kind in aim.vectors else 0)
        for kind in KINDS
    }
    total = shares["image"] + shares["text"]
    summed = shares["image"] * by_kind["image"] + shares["text"] * by_kind["text"]
    # One with a picture alone, the other with words alone: then each is held against the other.
    odds = np.where(total > 0, summed / np.where(total > 0, total, 1), nearest)
    return odds.astype(np.float32), leans


def _by_kind(candidates: Candidates, aim: Aim, encoder_id: str, found: VectorKind) -> Scores:
    """Log-odds against one kind of the candidates' vectors; of the aim, its own kind if it can."""
    asked: VectorKind = found if found in aim.vectors else next(iter(aim.vectors))
    # Not `@`: for so little, the threads of BLAS wait longer for each other than they work.
    cosines = np.einsum("ij,j->i", candidates.vectors[found], aim.vectors[asked])
    odds = _to_odds(scale_of(encoder_id, asked, found).likeness(cosines))
    return np.where(candidates.has[found], odds, -MOST_ODDS).astype(np.float32)


def _either(odds: Scores, words: Scores) -> Scores:
    """As if the words were a second reason that has nothing to do with the first."""
    joined = 1 - (1 - _to_likeness(odds)) * (1 - words)
    return np.where(words > 0, _to_odds(joined), odds).astype(np.float32)


def _to_odds(likeness: Scores) -> Scores:
    kept = np.clip(likeness, 1e-6, 1 - 1e-6)
    odds = np.clip(np.log(kept / (1 - kept)), -MOST_ODDS, MOST_ODDS)
    return np.asarray(odds, np.float32)


def _to_likeness(odds: Scores) -> Scores:
    return np.asarray(1 / (1 + np.exp(-odds)), np.float32)
