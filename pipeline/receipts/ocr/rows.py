"""Put the words of a page on their printed rows; used by every engine adapter."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from pipeline.receipts.document import Box, Line, Word

_MIN_OVERLAP = 0.5
"""Share of the smaller height that two neighbours on a row have in common."""


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


def group_rows(tokens: Iterable[Token]) -> tuple[Line, ...]:
    """Lines from top to bottom, words from left to right.

    Each token joins the row whose last token lies level with it: comparing neighbours only, after
    taking out the page's median slope, follows rows across skewed and curled paper.
    """
    pieces = [token for token in tokens if token.words]
    slope = _measure_slope(pieces)
    rows: list[_Row] = []
    for token in sorted(pieces, key=lambda piece: _box_of(piece.words)[0]):
        _place(token, rows, slope)
    rows.sort(key=lambda row: row.top + row.bottom)
    return tuple(make_line([w for token in row.tokens for w in token.words]) for row in rows)


def _measure_slope(tokens: Sequence[Token]) -> float:
    """Median slope of the wide pieces; the short ones say little of their direction."""
    slopes = [token.slope for token in tokens if _is_wide(_box_of(token.words))]
    return median(slopes) if slopes else 0.0


def _is_wide(box: Box) -> bool:
    return box[2] - box[0] > 4 * (box[3] - box[1])


def _place(token: Token, rows: list[_Row], slope: float) -> None:
    left, top, right, bottom = _box_of(token.words)
    shift = slope * (left + right) / 2
    top, bottom = top - shift, bottom - shift
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
