"""How the printed reports look: page, colours, type sizes. Lengths in points, from the lower left.

The colours are those of the pages' diagrams in light, `dashboard/widgets/plotly_template.py`.
"""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["regular", "semibold", "bold"]
Align = Literal["left", "right", "center"]

# ISO A4.
PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
LEFT, RIGHT = 54.0, PAGE_WIDTH - 54.0
WIDTH = RIGHT - LEFT
TOP, BOTTOM = PAGE_HEIGHT - 76.0, 62.0
HEADER_Y, FOOTER_Y = PAGE_HEIGHT - 46.0, 36.0

TEXT = "#17211f"
MUTED = "#56625f"
FAINT = "#8b9693"
LINE = "#dde5e3"
GROUND = "#f4f7f6"
PAPER = "#ffffff"
ACCENT = "#0f766e"
ACCENT_PALE = "#cfe5e1"
AMBER = "#c77d0a"
RED = "#b0281e"
# Tells parts of a whole apart, in print and without colour vision: dark to light.
PARTS = ("#063b37", ACCENT, "#6db3a9", ACCENT_PALE)


@dataclass(frozen=True)
class Style:
    """How a text is set; `leading` from one baseline to the next."""

    weight: Weight
    size: float
    colour: str
    leading: float


TITLE = Style("bold", 32, TEXT, 38)
PERIOD = Style("regular", 15, MUTED, 22)
H1 = Style("bold", 19, TEXT, 24)
H2 = Style("semibold", 11.5, TEXT, 16)
BODY = Style("regular", 9.5, TEXT, 14)
NOTE = Style("regular", 8.25, MUTED, 12)
CELL = Style("regular", 8, TEXT, 15)
CELL_MUTED = Style("regular", 8, MUTED, 15)
CELL_STRONG = Style("semibold", 8, TEXT, 15)
HEAD = Style("semibold", 7.5, MUTED, 16)
LABEL = Style("regular", 8, MUTED, 11)
FIGURE = Style("semibold", 22, TEXT, 28)
SMALL_FIGURE = Style("semibold", 13, TEXT, 18)
CHART = Style("regular", 7.5, MUTED, 10)
CHART_STRONG = Style("semibold", 7.5, TEXT, 10)
RUNNING = Style("regular", 7.5, MUTED, 10)
CONTENTS = Style("regular", 10.5, TEXT, 22)
CONTENTS_STRONG = Style("semibold", 10.5, TEXT, 26)
