"""One bar that shows how a whole is divided, with what each part is and holds below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.reports.pdf.paper import Paper
from pipeline.reports.pdf.theme import CHART, LEFT, PARTS, SMALL_FIGURE, WIDTH

HEIGHT = 62.0
_BAR, _GAP = 14.0, 1.5


@dataclass(frozen=True)
class Part:
    """A part of the whole; `said` is its figure in words."""

    name: str
    value: float
    said: str


def draw_parts_bar(paper: Paper, parts: Sequence[Part], alt: str) -> None:
    """Draw at most four parts over the whole width, from dark to light."""
    paper.need(HEIGHT)
    whole = sum(part.value for part in parts) or 1.0
    pen, top = paper.pen, paper.y
    column = WIDTH / len(parts)
    with paper.tag("Figure", alt):
        x = LEFT
        for part, colour in zip(parts, PARTS, strict=False):
            wide = WIDTH * part.value / whole
            if wide > _GAP:
                pen.rect(x, top - _BAR, wide - _GAP, _BAR, colour)
            x += wide
        for at, (part, colour) in enumerate(zip(parts, PARTS, strict=False)):
            left = LEFT + at * column
            pen.rect(left, top - 38, 7, 7, colour)
            pen.text(left + 12, top - 40, part.said, SMALL_FIGURE, room=column - 16)
            pen.text(left + 12, top - 52, part.name, CHART, room=column - 16)
    paper.y -= HEIGHT + 8
