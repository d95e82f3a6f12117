"""Bars over time, with the period before as a thin line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.reports.pdf.charts.axis import choose_named, find_ticks
from pipeline.reports.pdf.paper import Paper
from pipeline.reports.pdf.pen import Pen, Point
from pipeline.reports.pdf.theme import (
    ACCENT,
    AMBER,
    CHART,
    CHART_STRONG,
    FAINT,
    LEFT,
    LINE,
    RIGHT,
)

HEIGHT = 178.0
_KEY_HEIGHT, _NAMES_HEIGHT, _ABOVE = 20.0, 16.0, 12.0
_AXIS_GAP = 8.0
_MOST_NAMES = 12
_WIDEST_BAR = 34.0


@dataclass(frozen=True)
class TimeBars:
    """What the chart shows: one value a step, `previous` those of as many steps before.

    `tick` writes a value at the axis, `value` the one above the highest bar, `name` a step of time.
    `alt` says in words what is to be seen.
    """

    starts: Sequence[date]
    values: Sequence[float]
    previous: Sequence[float]
    tick: Callable[[float], str]
    value: Callable[[float], str]
    name: Callable[[date], str]
    key: str
    previous_key: str
    alt: str


def draw_time_bars(paper: Paper, chart: TimeBars, height: float = HEIGHT) -> None:
    """Draw the chart over the whole width."""
    paper.need(height)
    with paper.tag("Figure", chart.alt):
        _draw(paper.pen, chart, paper.y, paper.y - height)
    paper.y -= height + 8


def _draw(pen: Pen, chart: TimeBars, top: float, bottom: float) -> None:
    _draw_key(pen, chart, top)
    # What the period before had more steps of than this one has no place to stand.
    previous = chart.previous[: len(chart.values)]
    every = [*chart.values, *previous]
    ticks = find_ticks(min(every, default=0.0), max(every, default=0.0))
    names = [chart.tick(tick) for tick in ticks]
    left = LEFT + max(pen.width(name, CHART) for name in names) + _AXIS_GAP
    floor, ceiling = bottom + _NAMES_HEIGHT, top - _KEY_HEIGHT - _ABOVE
    scale = (ceiling - floor) / (ticks[-1] - ticks[0])
    heights = [floor + (tick - ticks[0]) * scale for tick in ticks]
    pen.lines([((left, y), (RIGHT, y)) for y in heights], LINE, 0.5)
    for name, y in zip(names, heights, strict=True):
        pen.text(left - _AXIS_GAP, y - 2.6, name, CHART, "right")
    zero = floor - ticks[0] * scale
    step = (RIGHT - left) / max(1, len(chart.values))
    _draw_bars(pen, chart, left, step, zero, scale)
    pen.lines([((left, zero), (RIGHT, zero))], FAINT, 0.7)
    points = [(left + (at + 0.5) * step, zero + value * scale) for at, value in enumerate(previous)]
    _draw_line(pen, points)
    _draw_names(pen, chart, left, step, floor - 11)


def _draw_bars(
    pen: Pen, chart: TimeBars, left: float, step: float, zero: float, scale: float
) -> None:
    width = min(step * (0.72 if step > 3 else 0.9), _WIDEST_BAR)
    for at, value in enumerate(chart.values):
        x = left + (at + 0.5) * step - width / 2
        if value > 0:
            pen.bar(x, zero, width, value * scale, ACCENT)
        elif value < 0:
            pen.rect(x, zero + value * scale, width, -value * scale, ACCENT)
    if not any(chart.values):
        return
    peak = max(range(len(chart.values)), key=lambda at: chart.values[at])
    said = chart.value(chart.values[peak])
    half = pen.width(said, CHART_STRONG) / 2
    x = min(max(left + (peak + 0.5) * step, left + half), RIGHT - half)
    pen.text(x, zero + chart.values[peak] * scale + 4, said, CHART_STRONG, "center")


def _draw_line(pen: Pen, points: Sequence[Point]) -> None:
    if len(points) > 1:
        pen.path(points, AMBER, 1.1)
    elif points:
        (x, y) = points[0]
        pen.path([(x - 14, y), (x + 14, y)], AMBER, 1.1)


def _draw_names(pen: Pen, chart: TimeBars, left: float, step: float, y: float) -> None:
    for at in choose_named(chart.starts, _MOST_NAMES):
        name = chart.name(chart.starts[at])
        x = left + (at + 0.5) * step
        pen.text(min(x, RIGHT - pen.width(name, CHART) / 2), y, name, CHART, "center")


def _draw_key(pen: Pen, chart: TimeBars, top: float) -> None:
    y = top - 8
    pen.rect(LEFT, y - 0.5, 7, 7, ACCENT)
    pen.text(LEFT + 11, y, chart.key, CHART)
    if chart.previous:
        x = LEFT + 11 + pen.width(chart.key, CHART) + 18
        pen.lines([((x, y + 2.7), (x + 14, y + 2.7))], AMBER, 1.1)
        pen.text(x + 18, y, chart.previous_key, CHART)
