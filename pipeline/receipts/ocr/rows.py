"""Put the words of a page on their printed rows; used by every engine adapter."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipeline.receipts.document import Box, Line, Word

_MIN_OVERLAP = 0.5
"""Share of the smaller height that two neighbours on a row have in common."""

_LEAST_ASPECT, _WIDE_ASPECT = 1.5, 4.0
"""Shorter boxes say nothing of their slope; where there are few, only wide ones are believed."""

_LEAST_VOTES = 8
_REWEIGHTINGS = 4
_STRAIGHTNESS = 0.001
_SLOPE_NOISE = 0.004  # of a short box measured to the pixel


@dataclass(frozen=True)
class Token:
    """A run of words that the engine saw as one piece; slope is its rise a pixel to the right."""

    words: tuple[Word, ...]
    slope: float = 0.0


@dataclass
class _Row:
    tokens: list[Token] = field(default_factory=list)
    right: float = -math.inf
    top: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True)
class _Bend:
    """How the rows run: at x pixels from the left they fall by `slope + curve * x` a pixel."""

    slope: float
    curve: float

    def drop_px(self, x: float) -> float:
        """How much lower a row lies at x than at the left edge."""
        return self.slope * x + self.curve * x * x / 2


def group_rows(tokens: Iterable[Token]) -> tuple[Line, ...]:
    """Lines from top to bottom, words from left to right.

    Each token joins the row whose last token lies level with it: comparing neighbours only, after
    taking out how the page bends, follows rows across skewed and curled paper.
    """
    pieces = [token for token in tokens if token.words]
    bend = _measure_bend(pieces)
    rows: list[_Row] = []
    for token in sorted(pieces, key=lambda piece: _box_of(piece.words)[0]):
        _place(token, rows, bend)
    rows.sort(key=lambda row: row.top + row.bottom)
    return tuple(make_line([w for token in row.tokens for w in token.words]) for row in rows)


def _measure_bend(tokens: Sequence[Token]) -> _Bend:
    """Slope as a line over x, by weighted least squares that soon forgets what lies off it.

    Of 40 drawn photos of curled paper, the items of 33 were on the right rows with one slope for
    the page, and of 39 with this.
    """
    boxes = [_box_of(token.words) for token in tokens]
    kept = [at for at, box in enumerate(boxes) if _aspect(box) > _LEAST_ASPECT]
    if len(kept) < _LEAST_VOTES:
        slopes = [tokens[at].slope for at in kept if _aspect(boxes[at]) > _WIDE_ASPECT]
        return _Bend(median(slopes) if slopes else 0.0, 0.0)
    votes = np.array([tokens[at].slope for at in kept])
    lefts, rights = np.array([(boxes[at][0], boxes[at][2]) for at in kept]).T
    return _fit_bend(votes, (lefts + rights) / 2, rights - lefts)


def _fit_bend(
    slopes: NDArray[np.float64], middles: NDArray[np.float64], widths: NDArray[np.float64]
) -> _Bend:
    """Where all boxes stand in one column nothing tells slope from curve: then it is straight."""
    span = float(np.ptp(middles)) + float(widths.max())
    across = np.vstack([np.column_stack([np.ones_like(middles), middles]), [0.0, span]])
    wanted = np.append(slopes, 0.0)
    trust = np.append(widths, _STRAIGHTNESS * widths.sum())
    weights, fitted = trust, np.zeros(2)
    for _ in range(_REWEIGHTINGS):
        root = np.sqrt(weights)
        fitted = np.linalg.lstsq(across * root[:, None], wanted * root, rcond=None)[0]
        off = np.abs(wanted - across @ fitted)
        scale = 2 * max(float(np.median(off[:-1])), _SLOPE_NOISE)
        weights = trust / (1 + (off / scale) ** 2)  # Cauchy's weights
        weights[-1] = trust[-1]
    return _Bend(float(fitted[0]), float(fitted[1]))


def _aspect(box: Box) -> float:
    return (box[2] - box[0]) / max(1.0, box[3] - box[1])


def _place(token: Token, rows: list[_Row], bend: _Bend) -> None:
    left, top, right, bottom = _box_of(token.words)
    middle = (left + right) / 2
    shift = bend.drop_px(middle)
    # The box of a slanted word is taller than its letters.
    slant = abs(bend.slope + bend.curve * middle) * (right - left) / 2
    slant = min(slant, (bottom - top) / 4)
    top, bottom = top - shift + slant, bottom - shift - slant
    best, best_overlap = None, _MIN_OVERLAP
    for row in rows:
        overlap = _overlap(row, top, bottom)
        # A little overlap sideways is the slack of the boxes; more is another row.
        if overlap > best_overlap and left > row.right - (bottom - top):
            best, best_overlap = row, overlap
    if best is None:
        best = _Row()
        rows.append(best)
    best.tokens.append(token)
    best.right, best.top, best.bottom = right, top, bottom


def _overlap(row: _Row, top: float, bottom: float) -> float:
    shared = min(row.bottom, bottom) - max(row.top, top)
    return shared / max(1.0, min(row.bottom - row.top, bottom - top))


def make_line(words: Sequence[Word]) -> Line:
    """A line of its words in order; its confidence is their length-weighted mean."""
    weights = [max(1, len(word.text)) for word in words]
    weighted = sum(w.confidence * weight for w, weight in zip(words, weights, strict=True))
    text = " ".join(word.text for word in words)
    return Line(text, _box_of(words), weighted / sum(weights), tuple(words))


def _box_of(words: Sequence[Word]) -> Box:
    return (
        min(word.box[0] for word in words),
        min(word.box[1] for word in words),
        max(word.box[2] for word in words),
        max(word.box[3] for word in words),
    )
