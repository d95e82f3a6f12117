"""Horizontal bars, largest first: name, bar, value; and its range where it has one."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.reports.pdf.paper import Paper
from pipeline.reports.pdf.pen import Pen
from pipeline.reports.pdf.theme import (
    ACCENT,
    ACCENT_PALE,
    BODY,
    CHART,
    LEFT,
    PARTS,
    RIGHT,
    TEXT,
    Style,
)

ROW = 19.0
_BAR = 9.0
_NAMES = 172.0
_NAME = Style("regular", 8.25, TEXT, ROW)
_VALUE = Style("semibold", 8.25, TEXT, ROW)
_GAP = 8.0


@dataclass(frozen=True)
class RankedBar:
    """One bar: `said` is its value in words, `more` what stands behind that; `high` ends its range.

    `is_rest` is what the other bars leave; it is drawn paler.
    """

    name: str
    value: float
    said: str
    more: str = ""
    low: float | None = None
    high: float | None = None
    is_rest: bool = False


def bars_height(bars: int) -> float:
    """What so many bars take."""
    return bars * ROW


def draw_ranked_bars(paper: Paper, bars: Sequence[RankedBar], alt: str) -> None:
    """Draw the bars in the order given, on one page."""
    height = bars_height(len(bars))
    paper.need(height)
    with paper.tag("Figure", alt):
        _draw(paper.pen, bars, paper.y)
    paper.y -= height + BODY.leading * 0.6


def _draw(pen: Pen, bars: Sequence[RankedBar], top: float) -> None:
    said = max(pen.width(bar.said, _VALUE) for bar in bars)
    more = max(pen.width(bar.more, CHART) for bar in bars)
    left = LEFT + _NAMES + _GAP
    room = RIGHT - left - said - _GAP - (more + _GAP if more else 0)
    largest = max(max(bar.value, bar.high or 0.0) for bar in bars)
    scale = room / largest if largest > 0 else 0.0
    for at, bar in enumerate(bars):
        y = top - at * ROW - ROW / 2
        pen.text(LEFT, y - 3, bar.name, _NAME, room=_NAMES)
        if bar.value * scale > 0.1:
            colour = ACCENT_PALE if bar.is_rest else ACCENT if bar.high is None else PARTS[2]
            pen.rect(left, y - _BAR / 2, bar.value * scale, _BAR, colour)
        _draw_range(pen, bar, left, y, scale)
        pen.text(RIGHT - (more + _GAP if more else 0), y - 3, bar.said, _VALUE, "right")
        if bar.more:
            pen.text(RIGHT, y - 2.7, bar.more, CHART, "right")


def _draw_range(pen: Pen, bar: RankedBar, left: float, y: float, scale: float) -> None:
    if bar.low is None or bar.high is None or bar.high <= bar.low:
        return
    low, high = left + bar.low * scale, left + bar.high * scale
    pen.lines([((low, y), (high, y)), ((low, y - 2.5), (low, y + 2.5)),
               ((high, y - 2.5), (high, y + 2.5))], TEXT, 0.7)  # fmt: skip
