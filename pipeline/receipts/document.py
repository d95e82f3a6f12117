"""Plain data between the receipt stages: pages, words, lines, fields. No I/O, no libraries.

Every box is (x0, y0, x1, y1) in pixels of the upright page picture, origin top left.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Word:
    """One word as an OCR engine read it; confidence in 0..1."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True)
class Line:
    """Words on one printed row, left to right; confidence is their length-weighted mean."""

    text: str
    box: Box
    confidence: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class PageText:
    """What one engine read on one page; `page` counts from 1, sizes in pixels."""

    page: int
    width: int
    height: int
    engine: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TextField:
    """A text value with where it was read; confidence in 0..1."""

    value: str
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class DateField:
    """A calendar date with where it was read."""

    value: date
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class TimeField:
    """A wall-clock time with where it was read."""

    value: time
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class AmountField:
    """Money with its ISO 4217 currency (None when the ticket does not say)."""

    value: Decimal
    currency: str | None
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class ReceiptFields:
    """Everything the field stage understood; None means not found, never guessed."""

    merchant: TextField | None
    date: DateField | None
    time: TimeField | None
    total: AmountField | None
    currency: TextField | None
    language: TextField | None
