"""The map as a Plotly figure: WebGL dots, one series for each frequent value of a field."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard.language import N_, t
from dashboard.widgets.formats import show_number, show_whole
from dashboard.widgets.plotly_template import Palette, house_layout

if TYPE_CHECKING:
    from dashboard.widgets.map_dots import Dots

BY_CATEGORY = "category"
BY_PRICE = "price"
OTHER, NONE = N_("Other values"), N_("Not given")
HOVER = "<b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>"


def draw_figure(dots: "Dots", field: str, palette: Palette) -> dict[str, Any]:
    """A figure as Plotly's JSON; each dot's customdata is id, name and value."""
    series = _prices(dots, palette) if field == BY_PRICE else _values(dots, palette)
    hidden = {"visible": False, "fixedrange": False}
    layout = house_layout(
        palette,
        xaxis=hidden,
        # The two axes mean the same: no direction is stretched.
        yaxis=hidden | {"scaleanchor": "x"},
        dragmode="lasso",
        hovermode="closest",
        # Kept through polls and other colours: zoom, and which series are hidden.
        uirevision="map",
        newselection={"line": {"color": palette.accent, "width": 2, "dash": "solid"}},
        legend={
            "orientation": "h", "y": 0, "yanchor": "top", "x": 0, "itemsizing": "constant",
            "font": {"size": 12, "color": palette.text},
        },
    )  # fmt: skip
    return {"data": series, "layout": layout}


def _values(dots: "Dots", palette: Palette) -> list[dict[str, Any]]:
    counted = Counter(value for value in dots.values if value is not None)
    frequent = [name for name, _ in counted.most_common(len(palette.series))]
    colours = dict(zip(frequent, palette.series, strict=False))
    rows: dict[Any, list[int]] = {name: [] for name in (*frequent, OTHER, NONE)}
    for row, value in enumerate(dots.values):
        rows[NONE if value is None else value if value in colours else OTHER].append(row)
    return [
        _series(dots, some, name, {"color": colours.get(name, palette.other)})
        for name, some in ((_name_of(key), some) for key, some in rows.items())
        if some
    ]


def _prices(dots: "Dots", palette: Palette) -> list[dict[str, Any]]:
    priced = [row for row, value in enumerate(dots.values) if value is not None]
    bare = [row for row, value in enumerate(dots.values) if value is None]
    steps = len(palette.scale) - 1
    marker = {
        "color": [dots.values[row] for row in priced],
        "colorscale": [[at / steps, colour] for at, colour in enumerate(palette.scale)],
        "cmax": _near_top([float(dots.values[row] or 0) for row in priced]),
        "cmin": 0,
        "showscale": bool(priced),
        "colorbar": {"thickness": 10, "len": 0.6, "outlinewidth": 0},
    }
    series = [_series(dots, priced, t("Price"), marker)] if priced else []
    if bare:
        series.append(_series(dots, bare, t(NONE), {"color": palette.other}))
    return series


def _near_top(prices: Sequence[float]) -> float:
    # One sofa among mugs must not paint all mugs the same.
    return sorted(prices)[int(0.95 * (len(prices) - 1))] if prices else 1.0


def _series(dots: "Dots", rows: Sequence[int], name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scattergl",
        "mode": "markers",
        "name": f"{_plain(name)} ({show_whole(len(rows))})",
        "x": [dots.x[row] for row in rows],
        "y": [dots.y[row] for row in rows],
        "customdata": [
            [dots.ids[row], _plain(dots.names[row]), _plain(_say(dots.values[row]))] for row in rows
        ],
        "hovertemplate": HOVER,
        "marker": {"size": _size(len(dots.ids)), "opacity": 0.85, **marker},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0.15}},
    }


def _size(count: int) -> float:
    """Diameter in pixels: large where there are few dots."""
    return max(4.0, min(12.0, 220 / max(1, count) ** 0.5))


def _plain(text: str) -> str:
    """Shown as it stands: Plotly reads tags, links among them, in names and hover texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _say(value: str | float | None) -> str:
    if value is None:
        return t(NONE)
    return show_number(value, 2) if isinstance(value, float) else value


def _name_of(value: Any) -> str:
    return t(value) if value in (OTHER, NONE) else str(value)
