"""The look of every diagram: the house's colours and type, for light and dark alike.

Used by the pages and by the HTML of reports. Colours of the ground and the text are those of
`.streamlit/config.toml`, which Streamlit does not hand to Python.
"""

from dataclasses import dataclass
from typing import Any

FONT = "Inter, system-ui, sans-serif"


@dataclass(frozen=True)
class Palette:
    """Ground, text and lines of one theme, and the colours that tell series apart."""

    text: str
    muted: str
    line: str
    ground: str
    raised: str
    accent: str
    series: tuple[str, ...]
    other: str
    scale: tuple[str, ...]


# Told apart with any kind of colour vision as far as ten colours can be: hues after Okabe and Ito
# (2008) and Tableau's ten, at least 3 : 1 on the ground, the accent first.
LIGHT = Palette(
    text="#17211f",
    muted="#56625f",
    line="#dde5e3",
    ground="#ffffff",
    raised="#ffffff",
    accent="#0f766e",
    series=(
        "#0f766e", "#c2570c", "#2563eb", "#a21caf", "#8a6a00", "#b91c4b",
        "#4d7c0f", "#0284a8", "#6d4bd8", "#7a4a2b", "#be4bdb", "#5b6b00",
    ),
    other="#8b9693",
    scale=("#cfe5e1", "#6db3a9", "#0f766e", "#063b37"),
)  # fmt: skip
DARK = Palette(
    text="#e5ebe9",
    muted="#a3b0ad",
    line="#2b3533",
    ground="#101514",
    raised="#19201e",
    accent="#4fc4b8",
    series=(
        "#4fc4b8", "#f59e5b", "#7ba8ff", "#e07be8", "#e6c34a", "#ff7d9c",
        "#a3d65c", "#5cc8ec", "#b29bff", "#c99b77", "#f0a6ff", "#c3cf5a",
    ),
    other="#6f7c79",
    scale=("#123b37", "#1f7f75", "#4fc4b8", "#c9f2ec"),
)  # fmt: skip


def house_layout(palette: Palette, **more: Any) -> dict[str, Any]:
    """The layout of a figure; `more` is added to it."""
    axis = {
        "gridcolor": palette.line,
        "linecolor": palette.line,
        "zeroline": False,
        "tickfont": {"color": palette.muted, "size": 12},
        "title": {"font": {"color": palette.muted, "size": 13}},
    }
    return {
        "font": {"family": FONT, "size": 13, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(palette.series),
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": axis,
        "yaxis": axis,
        "legend": {"font": {"size": 12, "color": palette.text}, "itemsizing": "constant"},
        "hoverlabel": {
            "bgcolor": palette.raised,
            "bordercolor": palette.line,
            "font": {"family": FONT, "size": 13, "color": palette.text},
        },
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": palette.muted,
            "activecolor": palette.accent,
        },
        **more,
    }
