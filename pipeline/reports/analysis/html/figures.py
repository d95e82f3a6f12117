"""Charts as Plotly wants them; colours are names (`@accent`) that the page's theme fills in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.reports.analysis.findings import Chart, Column, Role
from pipeline.reports.analysis.steps import name_days
from pipeline.reports.analysis.wording import Wording

JsonObject = dict[str, Any]

# Height of a row of a ranking, in CSS pixels, and of what stands around the rows.
_ROW_PX, _AROUND_PX, _HEIGHT_PX = 30, 64, 300
_NAME_LETTERS = 34
_COLOURS: Mapping[Role, str] = {
    "main": "@accent",
    "before": "@other",
    "trend": "@text",
    "marked": "@marked",
    "even": "@muted",
}
_TIME = ("day", "month")
# Room between an axis and its names.
_TICKS = {"ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0,0,0,0)"}


def draw_figure(wording: Wording, chart: Chart) -> JsonObject:
    """`{"data", "shapes", "layout"}` of one chart, without the layout of the theme.

    What is drawn and how is apart: names of colours are looked for in shapes alone, never in data.
    """
    return {
        "data": [_trace(wording, chart, series) for series in chart.series],
        "shapes": [_shape(chart, series) for series in chart.series],
        "layout": _layout(wording, chart),
    }


def _trace(wording: Wording, chart: Chart, series: Column) -> JsonObject:
    across, values = _places(wording, chart), [_figure(series, raw) for raw in series.values]
    said = [wording.cell(series, raw) for raw in series.values]
    names = [wording.cell(chart.across, raw) for raw in chart.across.values]
    trace: JsonObject = {
        "name": wording.say(f"column.{series.key}"),
        # Not `text`: names are data, and Plotly reads markup in texts.
        "customdata": [
            [_plain(name), _plain(value)] for name, value in zip(names, said, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
    }
    if chart.form == "ranking":
        return {**trace, "orientation": "h", "y": across, "x": values}
    return {**trace, "x": across, "y": values}


def _shape(chart: Chart, series: Column) -> JsonObject:
    colour = _COLOURS[series.role]
    if series.role in ("trend", "even") or (series.role, chart.form) == ("before", "bars"):
        dash = {"trend": "dash", "even": "dot"}.get(series.role, "solid")
        # Over bars: the colour of bars that are before would be lost on those of today.
        over = "@marked" if series.role == "before" else colour
        line = {"color": over, "width": 2, "dash": dash}
        return {"type": "scatter", "mode": "lines", "line": line}
    if chart.form == "dots":
        size = 9 if series.role == "marked" else 5
        marker = {"color": colour, "size": size, "opacity": 1 if series.role == "marked" else 0.45}
        return {"type": "scatter", "mode": "markers", "marker": marker}
    if chart.form in ("line", "share_curve"):
        mode = "lines" if chart.form == "share_curve" else "lines+markers"
        return {"type": "scatter", "mode": mode, "line": {"color": colour, "width": 2.5}}
    return {"type": "bar", "marker": {"color": colour}}


def _layout(wording: Wording, chart: Chart) -> JsonObject:
    along, across = _axis(wording, chart.series[0]), _across(wording, chart)
    if chart.form == "share_curve":
        across = {**across, "range": [0, 1]}
    if chart.form == "dots":
        # Amounts differ by factors: on an even scale the largest leaves no room for the others.
        along = {**along, "type": "log", "dtick": 1, "minor": {"showgrid": False}}
    several = len(chart.series) > 1
    layout: JsonObject = {
        "height": _HEIGHT_PX,
        "showlegend": several,
        "barmode": "group",
        "xaxis": {**across, "automargin": True, "showgrid": False, **_TICKS},
        "yaxis": {**along, "automargin": True, "rangemode": _range_mode(chart)},
        "separators": ", " if wording.texts.language == "fr" else ".,",
    }
    if several:
        layout["legend"] = {"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom"}
    if chart.form == "ranking":
        rows = len(chart.across.values) * len(chart.series)
        layout["height"] = _AROUND_PX + _ROW_PX * max(rows, 3) + (30 if several else 0)
        layout["xaxis"] = {**along, "automargin": True, "zeroline": True, **_TICKS}
        names = [_short(wording.cell(chart.across, raw)) for raw in chart.across.values]
        layout["yaxis"] = {
            "automargin": True,
            "autorange": "reversed",
            "showgrid": False,
            **_TICKS,
            "tickmode": "array",
            "tickvals": list(range(len(names))),
            "ticktext": [_plain(name) for name in names],
        }
    return layout


def _range_mode(chart: Chart) -> str:
    """From 0, but for an index: what matters there is how far it moves from 100."""
    return "normal" if chart.across.unit == "month" else "tozero"


def _across(wording: Wording, chart: Chart) -> JsonObject:
    if chart.across.unit not in _TIME:
        return _axis(wording, chart.across)
    # Plotly knows the names of months in English alone.
    named = name_days([date.fromisoformat(f"{day}-01"[:10]) for day in chart.across.values])
    say = wording.texts.month if all(day.day == 1 for day in named) else wording.texts.day
    places, said = [day.isoformat() for day in named], [say(day) for day in named]
    return {"type": "date", "tickmode": "array", "tickvals": places, "ticktext": said}


def _axis(wording: Wording, column: Column) -> JsonObject:
    match column.unit:
        case "money":
            # What stands before and after a bare figure is the currency as it is written here.
            before, _, after = wording.cell(column, 0).partition(wording.texts.number(0, 2))
            return {"tickprefix": before, "ticksuffix": after, "tickformat": ",~f"}
        case "share":
            return {"tickformat": ".0%"}
    return {"tickformat": ",~f"} if column.unit in ("kg", "count", "number") else {}


def _places(wording: Wording, chart: Chart) -> list[Any]:
    if chart.form == "ranking":
        # By number: two products of one name are two bars.
        return list(range(len(chart.across.values)))
    if chart.across.unit in (*_TIME, "share", "number"):
        return list(chart.across.values)
    return [_plain(wording.cell(chart.across, raw)) for raw in chart.across.values]


def _figure(series: Column, raw: Any) -> float | None:
    if raw is None:
        return None
    return float(raw) / 100 if series.unit == "money" else float(raw)


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LETTERS else name[: _NAME_LETTERS - 1].rstrip() + "…"


def _plain(text: str) -> str:
    """A text in which Plotly finds no markup: it draws `<b>` bold and follows `<a href>`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
