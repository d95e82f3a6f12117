"""The table of contents: headings with leaders and the numbers of their pages."""

from collections.abc import Sequence

from pipeline.reports.pdf.headings import draw_title
from pipeline.reports.pdf.paper import Paper, Place
from pipeline.reports.pdf.theme import (
    BOTTOM,
    CONTENTS,
    CONTENTS_STRONG,
    FAINT,
    LEFT,
    MUTED,
    RIGHT,
    TOP,
    Style,
)

_TITLE_HEIGHT = 50.0
_INDENT = 16.0
_ABOVE_SECTION = 6.0
_SUB = Style("regular", 9.5, MUTED, 18)


def draw_contents(paper: Paper, title: str, parent: int) -> int:
    """Draw the places of the paper on pages of their own; `parent` is where they belong.

    Returns the first of these pages, as `Paper.finish` wants it.
    """
    if paper.y < TOP:
        paper.end_page()
    first = paper.page
    pages = _spread(paper.places)
    if len(pages) > 1:
        # The outline has them all; contents are read at a glance.
        pages = _spread([place for place in paper.places if place.level == 0])
    paper.parent = parent
    paper.name_section(title)
    for at, places in enumerate(pages):
        paper.y = TOP
        if at == 0:
            draw_title(paper, "Caption", title)
            paper.y = TOP - _TITLE_HEIGHT
        for place in places:
            # The cover stays first, the contents follow it.
            _draw_entry(paper, place, place.page + 1 + (len(pages) if place.page else 0))
        paper.end_page()
    return first


def _spread(places: Sequence[Place]) -> list[list[Place]]:
    """The entries of each page."""
    pages: list[list[Place]] = [[]]
    room = TOP - BOTTOM - _TITLE_HEIGHT
    for place in places:
        room -= _height(place)
        if room < 0:
            pages.append([])
            room = TOP - BOTTOM - _height(place)
        pages[-1].append(place)
    return pages


def _style(place: Place) -> Style:
    return CONTENTS_STRONG if place.level == 0 else _SUB


def _height(place: Place) -> float:
    return _style(place).leading + (_ABOVE_SECTION if place.level == 0 else 0)


def _draw_entry(paper: Paper, place: Place, number: int) -> None:
    pen, style = paper.pen, _style(place)
    paper.y -= _height(place)
    y, left = paper.y + 6, LEFT + _INDENT * place.level
    title = paper.lettering.fit(place.title, style.weight, style.size, RIGHT - left - 50)
    figures = CONTENTS if place.level == 0 else _SUB
    with paper.group("TOCI"), paper.tag("Link") as element:
        pen.text(left, y, title, style)
        pen.text(RIGHT, y, str(number), figures, "right")
    start = left + pen.width(title, style) + 6
    end = RIGHT - pen.width(str(number), figures) - 6
    with pen.artifact():
        pen.path([(start, y + 1), (end, y + 1)], FAINT, 0.7, "0.7 2.6")
    around = (left, y - 4, RIGHT, y + style.size + 1)
    paper.link(element, place.key, title, around)
