"""The diagrams of the Queues page as Plotly figures: what ended in bars, times as lines."""

import math
from collections.abc import Sequence
from typing import Any

from dashboard.language import t
from dashboard.widgets.formats import reader_zone, show_duration
from dashboard.widgets.plotly_template import DARK, Palette, house_layout
from pipeline.jobs.histogram import Percentiles
from pipeline.jobs.statistics import Point

# Where a scale of times has its lines, in seconds.
TICKS_S = (0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36_000)
HALF_A_DAY_MS = 43_200_000
FAILED_COLOURS = ("#d13a2f", "#ef7a70")


def draw_ended(points: Sequence[Point], palette: Palette) -> dict[str, Any]:
    """Completed and failed jobs of each step, on top of each other."""
    colour = FAILED_COLOURS[palette is DARK]
    return {
        "data": [
            _bars(
                t("Completed"), points, [one.figures.completed for one in points], palette.accent
            ),
            _bars(t("Failed"), points, [one.figures.failed for one in points], colour),
        ],
        "layout": _layout(palette, barmode="stack", bargap=0.15),
    }


def draw_times(
    points: Sequence[Point], found: Sequence[Percentiles | None], palette: Palette
) -> dict[str, Any]:
    """p50, p95 and p99 of each step on a logarithmic scale, with gaps where nothing ran."""
    series = [[one and getattr(one, name) for one in found] for name in ("p50_s", "p95_s", "p99_s")]
    known = [seconds for one in series for seconds in one if seconds]
    data = [
        _line(name, points, seconds, palette.series[at])
        for at, (name, seconds) in enumerate(zip(("p50", "p95", "p99"), series, strict=True))
    ]
    return {"data": data, "layout": _layout(palette, yaxis=_scale(palette, known))}


def _bars(name: str, points: Sequence[Point], counts: list[int], colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": _instants(points),
        "y": counts,
        "marker": {"color": colour},
        "hovertemplate": "%{y}",
    }


def _line(
    name: str, points: Sequence[Point], seconds: list[float | None], colour: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": _instants(points),
        "y": seconds,
        "customdata": ["" if one is None else show_duration(one) for one in seconds],
        "line": {"color": colour, "width": 2},
        "marker": {"size": 4},
        "hovertemplate": "%{customdata}",
    }


def _instants(points: Sequence[Point]) -> list[str]:
    # Plotly knows no zones: it shows what it is given.
    zone = reader_zone()
    return [f"{point.start.astimezone(zone):%Y-%m-%d %H:%M}" for point in points]


def _scale(palette: Palette, known: Sequence[float]) -> dict[str, Any]:
    lowest, highest = min(known, default=0.1), max(known, default=10.0)
    axis: dict[str, Any] = house_layout(palette)["yaxis"]
    return axis | {
        "type": "log",
        "automargin": True,
        "range": [math.log10(lowest / 1.5), math.log10(highest * 1.5)],
        "tickvals": TICKS_S,
        "ticktext": [show_duration(tick) for tick in TICKS_S],
    }


def _layout(palette: Palette, **more: Any) -> dict[str, Any]:
    base = house_layout(palette)
    legend = {
        "orientation": "h", "x": 0, "y": -0.18, "yanchor": "top",
        "font": {"size": 12, "color": palette.text},
    }  # fmt: skip
    # In figures: Plotly knows the names of months in English alone.
    axis: dict[str, Any] = base["xaxis"] | {
        "type": "date",
        "nticks": 5,
        "showgrid": False,
        "tickformatstops": [
            {"dtickrange": [None, HALF_A_DAY_MS], "value": "%H:%M"},
            {"dtickrange": [HALF_A_DAY_MS, None], "value": "%d/%m"},
        ],
        "hoverformat": "%d/%m %H:%M",
    }
    more.setdefault("yaxis", base["yaxis"] | {"automargin": True, "rangemode": "tozero"})
    return base | {"xaxis": axis, "hovermode": "x unified", "legend": legend, **more}
