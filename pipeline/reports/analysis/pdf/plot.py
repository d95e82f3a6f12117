"""Lines and points between two axes: an index, receipts over time, a curve of shares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.reports.pdf.paper import Paper
from pipeline.reports.pdf.pen import Pen
from pipeline.reports.pdf.theme import ACCENT, AMBER, CHART, FAINT, LEFT, LINE, RIGHT

HEIGHT = 178.0
_NAMES_HEIGHT, _ABOVE, _KEY_HEIGHT, _AXIS_GAP = 16.0, 8.0, 20.0, 8.0
_DOT, _LARGE_DOT = 1.6, 3.4
_PALE = "#6db3a9"


@dataclass(frozen=True)
class Series:
    """Points as (x, y); drawn as a line, dashed, or as dots, which may stand out."""

    name: str
    points: Sequence[tuple[float, float]]
    is_line: bool = True
    is_dashed: bool = False
    stands_out: bool = False


@dataclass(frozen=True)
class Plot:
    """`ticks` are those of the y-axis, from low to high; `names` stand at their x."""

    series: Sequence[Series]
    ticks: Sequence[float]
    tick: Callable[[float], str]
    names: Sequence[tuple[float, str]]
    alt: str


def draw_plot(paper: Paper, plot: Plot) -> None:
    """Draw over the whole width."""
    paper.need(HEIGHT)
    with paper.tag("Figure", plot.alt):
        _draw(paper.pen, plot, paper.y, paper.y - HEIGHT)
    paper.y -= HEIGHT + 8


def _draw(pen: Pen, plot: Plot, top: float, bottom: float) -> None:
    has_key = len(plot.series) > 1
    if has_key:
        _draw_key(pen, plot.series, top)
    said = [plot.tick(tick) for tick in plot.ticks]
    left = LEFT + max(pen.width(text, CHART) for text in said) + _AXIS_GAP
    floor, ceiling = bottom + _NAMES_HEIGHT, top - (_KEY_HEIGHT if has_key else 0) - _ABOVE
    xs = [x for one in plot.series for x, _ in one.points]
    low, high = min(xs), max(xs)
    x_scale = (RIGHT - left - 8) / ((high - low) or 1)
    y_scale = (ceiling - floor) / (plot.ticks[-1] - plot.ticks[0])

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return left + 4 + (x - low) * x_scale, floor + (y - plot.ticks[0]) * y_scale

    heights = [place((low, tick))[1] for tick in plot.ticks]
    pen.lines([((left, y), (RIGHT, y)) for y in heights], LINE, 0.5)
    for text, y in zip(said, heights, strict=True):
        pen.text(left - _AXIS_GAP, y - 2.6, text, CHART, "right")
    for one in plot.series:
        _draw_series(pen, one, [place(point) for point in one.points])
    for x, name in plot.names:
        half = pen.width(name, CHART) / 2
        at = min(max(place((x, 0))[0], left + half), RIGHT - half)
        pen.text(at, floor - 11, name, CHART, "center")


def _draw_series(pen: Pen, one: Series, points: list[tuple[float, float]]) -> None:
    if one.is_line:
        if len(points) > 1:
            colour = FAINT if one.is_dashed else ACCENT
            pen.path(points, colour, 1.0 if one.is_dashed else 1.4, "2 2" if one.is_dashed else "")
        return
    side = _LARGE_DOT if one.stands_out else _DOT
    colour = AMBER if one.stands_out else _PALE
    for x, y in points:
        pen.rect(x - side / 2, y - side / 2, side, side, colour)


def _draw_key(pen: Pen, series: Sequence[Series], top: float) -> None:
    x, y = LEFT, top - 8
    for one in series:
        colour = AMBER if one.stands_out else FAINT if one.is_dashed else ACCENT
        if one.is_line:
            pen.path([(x, y + 2.7), (x + 12, y + 2.7)], colour, 1.3, "2 2" if one.is_dashed else "")
        else:
            pen.rect(x + 3, y, 6, 6, colour if one.stands_out else _PALE)
        pen.text(x + 17, y, one.name, CHART)
        x += 17 + pen.width(one.name, CHART) + 18
