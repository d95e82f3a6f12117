"""Headings, paragraphs, notes and lists, which flow down the pages."""

from collections.abc import Sequence

from pipeline.reports.pdf.paper import DOCUMENT, Paper
from pipeline.reports.pdf.theme import (
    ACCENT,
    BODY,
    BOTTOM,
    H1,
    H2,
    LEFT,
    NOTE,
    TOP,
    WIDTH,
    Style,
)

# A section begins on a new page unless this much of the current one is free: its heading, that of
# a currency, a sentence and the highest chart.
SECTION_ROOM = (TOP - BOTTOM) * 0.46
# A sentence of two lines.
SENTENCE_ROOM = BODY.leading * 2.4
# What must fit below a heading, so that it does not stand alone at the foot of a page.
KEEP_BELOW = 70.0
_RULE_WIDTH, _RULE_HEIGHT = 26.0, 2.2
_BULLET, _INDENT = "•", 11.0


def draw_section(paper: Paper, title: str) -> None:
    """The heading of a section, in outline, contents and the head of its pages."""
    if paper.y < TOP:
        paper.need(SECTION_ROOM)
    if paper.y < TOP:
        paper.y -= 34
    paper.parent = paper.structure.add("Sect", DOCUMENT)
    paper.add_place(title, 0)
    draw_title(paper, "H1", title)


def draw_title(paper: Paper, role: str, title: str) -> None:
    """A title under our short rule, for whatever begins a part of the document."""
    with paper.pen.artifact():
        paper.pen.rect(LEFT, paper.y - _RULE_HEIGHT, _RULE_WIDTH, _RULE_HEIGHT, ACCENT)
    paper.y -= 14
    _draw_lines(paper, role, title, H1)
    paper.y -= 6


def draw_subsection(paper: Paper, title: str, keep_below: float = KEEP_BELOW) -> None:
    """A heading within a section; `keep_below` points after it stay on its page."""
    if paper.y < TOP:
        paper.y -= 14
    paper.need(H2.leading + 3 + keep_below)
    paper.add_place(title, 1)
    _draw_lines(paper, "H2", title, H2)
    paper.y -= 3


def draw_text(paper: Paper, text: str, style: Style = BODY) -> None:
    """A paragraph; it may go on on the next page."""
    _draw_lines(paper, "P", text, style)
    paper.y -= style.leading * 0.4


def draw_note(paper: Paper, text: str) -> None:
    """A paragraph of small print."""
    draw_text(paper, text, NOTE)


def draw_list(paper: Paper, items: Sequence[str], style: Style = BODY) -> None:
    """Items with bullets."""
    with paper.group("L"):
        for item in items:
            # As its first lines need, or they would go to the next page without their bullet.
            paper.need(2 * style.leading)
            bullet_y = paper.y - style.size * 0.95
            with paper.pen.artifact():
                paper.pen.text(LEFT + 1, bullet_y, _BULLET, style)
            with paper.group("LI"):
                _draw_lines(paper, "LBody", item, style, _INDENT)
    paper.y -= style.leading * 0.4


def _draw_lines(paper: Paper, role: str, text: str, style: Style, indent: float = 0.0) -> None:
    lines = paper.lettering.wrap(text, style.weight, style.size, WIDTH - indent)
    if not lines:
        return
    paper.need(min(2, len(lines)) * style.leading)
    place = paper.structure.add(role, paper.parent)
    while lines:
        fit = max(1, int(paper.room // style.leading))
        paper.pen.begin_mark(role, paper.structure.mark(place, paper.page))
        for line in lines[:fit]:
            paper.pen.text(LEFT + indent, paper.y - style.size * 0.95, line, style)
            paper.y -= style.leading
        paper.pen.end_mark()
        lines = lines[fit:]
        if lines:
            paper.end_page()
