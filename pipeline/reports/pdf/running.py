"""What stands at head and foot of each page: title, section, what it is of, page x of y."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.reports.pdf.pen import Pen
from pipeline.reports.pdf.theme import (
    FOOTER_Y,
    HEADER_Y,
    LEFT,
    LINE,
    RIGHT,
    RUNNING,
    TEXT,
    WIDTH,
    Style,
)

_TITLE = Style("semibold", 7.5, TEXT, 10)
_RULE = 8.0


@dataclass(frozen=True)
class Running:
    """The words of it; `count` says page x of y. A cover, the first page, has none of them."""

    title: str
    foot: str
    count: Callable[[int, int], str]
    has_cover: bool = True

    def draw(self, pen: Pen, number: int, total: int, section: str) -> None:
        """Draw head and foot of page `number`, from 1."""
        if number == 1 and self.has_cover:
            return
        with pen.artifact():
            pen.text(LEFT, HEADER_Y, self.title, _TITLE, room=WIDTH * 0.6)
            if section != self.title:
                pen.text(RIGHT, HEADER_Y, section, RUNNING, "right", room=WIDTH * 0.36)
            pen.text(LEFT, FOOTER_Y, self.foot, RUNNING, room=WIDTH * 0.75)
            pen.text(RIGHT, FOOTER_Y, self.count(number, total), RUNNING, "right")
            rules = (HEADER_Y - _RULE, FOOTER_Y + 16)
            pen.lines([((LEFT, y), (RIGHT, y)) for y in rules], LINE, 0.5)
