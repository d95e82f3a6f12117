"""The first page: what this is, over which days, its key figures, and what they are of."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.reports.pdf.charts.time_bars import TimeBars, draw_time_bars
from pipeline.reports.pdf.paper import AUTHOR, Paper
from pipeline.reports.pdf.pen import Pen
from pipeline.reports.pdf.theme import (
    ACCENT,
    BODY,
    BOTTOM,
    FIGURE,
    LABEL,
    LEFT,
    LINE,
    MUTED,
    NOTE,
    PAGE_HEIGHT,
    PAPER,
    PERIOD,
    TEXT,
    TITLE,
    WIDTH,
    Style,
)

COLUMNS = 3
_COLUMN_GAP = 18.0
_FIGURE_HEIGHT = 78.0
_TITLE_TOP = PAGE_HEIGHT - 210
_TITLE_LINES, _LONG_TITLE_LINES = 2, 6
_LONG_TITLE = Style("bold", 22, TEXT, 28)
_BRAND = Style("semibold", 13, TEXT, 16)
_MARK = 24.0
_CHART_HEIGHT = 150.0
_FACT_NAMES = 118.0
# Figures are set as large as their column allows.
_SMALLEST_FIGURE = 11.0


@dataclass(frozen=True)
class KeyFigure:
    """A figure with its unit, and below it what it was before."""

    label: str
    value: str
    change: str = ""


@dataclass(frozen=True)
class Cover:
    """The words of the first page; `facts` are names and what they are."""

    title: str
    period: str
    figures: Sequence[KeyFigure]
    facts: Sequence[tuple[str, str]]
    chart: TimeBars | None = None


def draw_cover(paper: Paper, cover: Cover) -> None:
    """Draw the page and end it."""
    draw_brand(paper, PAGE_HEIGHT - 78)
    paper.y = _TITLE_TOP
    _draw_title(paper, cover.title)
    with paper.pen.artifact():
        paper.pen.rect(LEFT, paper.y + 8, 44, 3, ACCENT)
    paper.y -= 22
    with paper.tag("P"):
        paper.pen.text(LEFT, paper.y, cover.period, PERIOD)
    paper.y -= 66
    draw_key_figures(paper, cover.figures)
    paper.y -= 20
    draw_facts(paper, cover.facts)
    if cover.chart is not None and paper.room > _CHART_HEIGHT:
        paper.y = BOTTOM + _CHART_HEIGHT
        draw_time_bars(paper, cover.chart, _CHART_HEIGHT)
    paper.end_page()


def _draw_title(paper: Paper, title: str) -> None:
    """Large where it is short; a title of the greatest length fits in the smaller size."""
    style = TITLE
    lines = paper.lettering.wrap(title, style.weight, style.size, WIDTH)
    if len(lines) > _TITLE_LINES:
        style = _LONG_TITLE
        lines = paper.lettering.wrap(title, style.weight, style.size, WIDTH)
    with paper.tag("P"):
        for line in lines[:_LONG_TITLE_LINES]:
            paper.pen.text(LEFT, paper.y, line, style)
            paper.y -= style.leading


def draw_brand(paper: Paper, y: float) -> None:
    """Our mark and name, at the left."""
    with paper.tag("P"):
        paper.pen.text(LEFT + _MARK + 9, y + 7.5, AUTHOR, _BRAND)
    with paper.pen.artifact():
        _draw_mark(paper.pen, LEFT, y)


def draw_key_figures(paper: Paper, figures: Sequence[KeyFigure]) -> None:
    """Figures in three columns, each with what it is called above and what it was before below."""
    width = (WIDTH - _COLUMN_GAP * (COLUMNS - 1)) / COLUMNS
    for at, figure in enumerate(figures):
        if at % COLUMNS == 0:
            paper.need(_FIGURE_HEIGHT)
        left = LEFT + (at % COLUMNS) * (width + _COLUMN_GAP)
        _draw_figure(paper, figure, left, width)
        if at % COLUMNS == COLUMNS - 1 or at == len(figures) - 1:
            paper.y -= _FIGURE_HEIGHT
    # The last row needs no room for one below it.
    paper.y += 14


def _draw_figure(paper: Paper, figure: KeyFigure, left: float, width: float) -> None:
    pen, top = paper.pen, paper.y
    with pen.artifact():
        pen.lines([((left, top), (left + width, top))], LINE, 0.8)
    with paper.tag("P"):
        pen.text(left, top - 15, figure.label, LABEL, room=width)
        pen.text(left, top - 39, figure.value, _fit(pen, figure.value, width), room=width)
        if figure.change:
            pen.text(left, top - 54, figure.change, LABEL, room=width)


def _fit(pen: Pen, text: str, width: float) -> Style:
    wide = pen.width(text, FIGURE)
    size = max(_SMALLEST_FIGURE, FIGURE.size * min(1.0, width / wide if wide else 1.0))
    # A little less than fits exactly: cutting compares rounded widths.
    return Style(FIGURE.weight, round(size - 0.1, 1), FIGURE.colour, FIGURE.leading)


def draw_facts(paper: Paper, facts: Sequence[tuple[str, str]]) -> None:
    """Names in one column, and what they are in another."""
    name_style = Style("regular", BODY.size, MUTED, BODY.leading)
    for name, value in facts:
        lines = paper.lettering.wrap(value, BODY.weight, BODY.size, WIDTH - _FACT_NAMES)
        with paper.tag("P"):
            paper.pen.text(LEFT, paper.y, name, name_style, room=_FACT_NAMES - 8)
            for line in lines[:4]:
                paper.pen.text(LEFT + _FACT_NAMES, paper.y, line, BODY)
                paper.y -= NOTE.leading + 2
        paper.y -= 4


def _draw_mark(pen: Pen, x: float, y: float) -> None:
    """`dashboard/static/mark.svg`, whose box is 32 wide and counts from above."""
    unit = _MARK / 32

    def at(right: float, down: float) -> tuple[float, float]:
        return x + right * unit, y + (32 - down) * unit

    pen.tile(x, y, _MARK, 8 * unit, ACCENT)
    outline = ((9.5, 6.5), (22.5, 6.5), (22.5, 23.1), (20.33, 21.4), (18.17, 23.1), (16, 21.4),
               (13.83, 23.1), (11.67, 21.4), (9.5, 23.1))  # fmt: skip
    pen.shape([at(*point) for point in outline], PAPER)
    rows = ((12.6, 19.4, 10.8), (12.6, 19.4, 14.3), (12.6, 15.8, 17.8))
    pen.lines([(at(a, down), at(b, down)) for a, b, down in rows], ACCENT, 1.7 * unit)
    pen.lines([(at(6.5, 26.2), at(25.5, 26.2))], "#7fd3ca", 1.9 * unit)
