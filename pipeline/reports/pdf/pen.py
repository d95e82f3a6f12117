"""Drawing: the operators of one page's content (ISO 32000-1, annex A), in our colours and type."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from pipeline.reports.pdf.lettering import Lettering
from pipeline.reports.pdf.theme import Align, Style

Point = tuple[float, float]
# A quarter of a circle as a Bézier curve: distance of the control points from its ends.
_ROUND = 0.5523


@cache
def fill_with(colour: str) -> str:
    """The operator that fills with `#rrggbb` from here on."""
    return f"{_parts(colour)} rg"


@cache
def stroke_with(colour: str) -> str:
    """The operator that draws lines in `#rrggbb` from here on."""
    return f"{_parts(colour)} RG"


def _show(point: Point) -> str:
    return f"{point[0]:.2f} {point[1]:.2f}"


def _parts(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))


class Pen:
    """Collects operators; every call sets the colour that it needs."""

    def __init__(self, lettering: Lettering) -> None:
        self.lettering = lettering
        self.code: list[str] = []

    def width(self, text: str, style: Style) -> float:
        """How wide a text is in that style."""
        return self.lettering.width(text, style.weight, style.size)

    def text(
        self, x: float, y: float, text: str, style: Style, align: Align = "left", room: float = 0
    ) -> None:
        """One line; `x` is its left end, right end or middle; cut to `room` points if given."""
        if room:
            text = self.lettering.fit(text, style.weight, style.size, room)
        if align != "left":
            wide = self.width(text, style)
            x -= wide if align == "right" else wide / 2
        shown = self.lettering.show(text, style.weight, style.size)
        font = self.lettering.font_name(style.weight)
        self.code.append(
            f"BT {fill_with(style.colour)} {font} {style.size} Tf {x:.2f} {y:.2f} Td {shown} ET"
        )

    def rect(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self.code.append(f"{fill_with(colour)} {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle whose upper corners are a little round."""
        round_by = min(1.5, width / 2, height)
        low, high, right = y, y + height, x + width
        bend = round_by * (1 - _ROUND)
        self.code.append(
            f"{fill_with(colour)} {x:.2f} {low:.2f} m {x:.2f} {high - round_by:.2f} l "
            f"{x:.2f} {high - bend:.2f} {x + bend:.2f} {high:.2f} {x + round_by:.2f} {high:.2f} c "
            f"{right - round_by:.2f} {high:.2f} l {right - bend:.2f} {high:.2f} {right:.2f} "
            f"{high - bend:.2f} {right:.2f} {high - round_by:.2f} c {right:.2f} {low:.2f} l f"
        )

    def tile(self, x: float, y: float, side: float, radius: float, colour: str) -> None:
        """A filled square with round corners."""
        left, low, right, high = x, y, x + side, y + side
        bend = radius * (1 - _ROUND)
        corners = (
            ((right - radius, low), (right - bend, low), (right, low + bend),
             (right, low + radius)),
            ((right, high - radius), (right, high - bend), (right - bend, high),
             (right - radius, high)),
            ((left + radius, high), (left + bend, high), (left, high - bend),
             (left, high - radius)),
            ((left, low + radius), (left, low + bend), (left + bend, low), (left + radius, low)),
        )  # fmt: skip
        steps = " ".join(
            f"{_show(start)} l {_show(one)} {_show(two)} {_show(end)} c"
            for start, one, two, end in corners
        )
        self.code.append(f"{fill_with(colour)} {_show((left + radius, low))} m {steps} f")

    def lines(self, ends: Sequence[tuple[Point, Point]], colour: str, width: float = 0.5) -> None:
        """Straight lines in one stroke."""
        paths = " ".join(f"{a:.2f} {b:.2f} m {c:.2f} {d:.2f} l" for (a, b), (c, d) in ends)
        self.code.append(f"{stroke_with(colour)} {width} w {paths} S")

    def rules(self, heights: Sequence[float], left: float, right: float, colour: str) -> None:
        """Hairlines from left to right, in one stroke."""
        paths = " ".join([f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l" for y in heights])
        self.code.append(f"{stroke_with(colour)} 0.4 w {paths} S")

    def path(
        self, points: Sequence[Point], colour: str, width: float = 1.0, dash: str = ""
    ) -> None:
        """A line through the points; `dash` as PDF has it, `2 2`."""
        (x, y), *rest = points
        steps = " ".join(f"{a:.2f} {b:.2f} l" for a, b in rest)
        self.code.append(
            f"{stroke_with(colour)} {width} w 1 j [{dash}] 0 d {x:.2f} {y:.2f} m {steps} S [] 0 d"
        )

    def shape(self, points: Sequence[Point], colour: str) -> None:
        """A filled polygon."""
        (x, y), *rest = points
        steps = " ".join(f"{a:.2f} {b:.2f} l" for a, b in rest)
        self.code.append(f"{fill_with(colour)} {x:.2f} {y:.2f} m {steps} f")

    def begin_mark(self, role: str, mark: int) -> None:
        """Begin what belongs to an element of the structure; `end_mark` ends it."""
        self.code.append(f"/{role}<</MCID {mark}>>BDC")

    def end_mark(self) -> None:
        """The end of what a mark began."""
        self.code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn in here is for the eye alone: rules, grounds, running heads."""
        self.code.append("/Artifact BMC")
        yield
        self.code.append("EMC")
