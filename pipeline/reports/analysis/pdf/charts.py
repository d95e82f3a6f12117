"""Charts of an analysis on paper: each form drawn with what suits it."""

from collections.abc import Callable, Sequence
from datetime import date
from math import ceil, floor, log10

from pipeline.reports.analysis.findings import Chart, Column, Raw
from pipeline.reports.analysis.pdf.plot import Plot, Series, draw_plot
from pipeline.reports.analysis.wording import Wording, describe
from pipeline.reports.pdf.charts.axis import find_ticks
from pipeline.reports.pdf.charts.ranked_bars import RankedBar, draw_ranked_bars
from pipeline.reports.pdf.charts.time_bars import TimeBars, draw_time_bars
from pipeline.reports.pdf.paper import Paper

_NAMES = 6


def draw_chart(paper: Paper, wording: Wording, chart: Chart) -> None:
    """Draw one chart below what is there."""
    if chart.form == "bars" and chart.across.unit == "day":
        _draw_bars(paper, wording, chart)
    elif chart.form in ("bars", "ranking"):
        _draw_ranking(paper, wording, chart)
    else:
        draw_plot(paper, _plot(wording, chart))


def _draw_bars(paper: Paper, wording: Wording, chart: Chart) -> None:
    main = chart.series[0]
    # One line beside the bars: the period before, else the trend.
    line = chart.series[1] if len(chart.series) > 1 else None
    bars = TimeBars(
        starts=[date.fromisoformat(str(day)) for day in chart.across.values],
        values=[_number(raw) for raw in main.values],
        previous=[_number(raw) for raw in line.values if raw is not None] if line else (),
        tick=_say_tick(wording, main),
        value=lambda value: wording.cell(main, value),
        name=wording.short_day,
        key=wording.say(f"column.{main.key}"),
        previous_key=wording.say(f"column.{line.key}") if line else "",
        alt=describe(wording, chart),
    )
    draw_time_bars(paper, bars)


def _draw_ranking(paper: Paper, wording: Wording, chart: Chart) -> None:
    drawn = [one for one in chart.series if one.role != "even"]
    bars = [
        _bar(wording, chart, series, at, is_only=len(drawn) == 1)
        for at in range(len(chart.across.values))
        for series in drawn
    ]
    draw_ranked_bars(paper, bars, describe(wording, chart))


def _bar(wording: Wording, chart: Chart, series: Column, at: int, *, is_only: bool) -> RankedBar:
    """A value below 0 is drawn paler, and its figure says what it is."""
    value, name = _number(series.values[at]), wording.cell(chart.across, chart.across.values[at])
    more = "" if is_only else wording.say(f"column.{series.key}")
    is_pale = value < 0 or series.role == "before"
    said = wording.cell(series, series.values[at])
    return RankedBar(name, abs(value), said, more, is_rest=is_pale)


def _plot(wording: Wording, chart: Chart) -> Plot:
    places = [_place(raw, at) for at, raw in enumerate(chart.across.values)]
    series = [_series(wording, chart, one, places) for one in chart.series]
    values = [y for one in series for _, y in one.points]
    say = _say_tick(wording, chart.series[0])
    return Plot(
        series=[one for one in series if one.points],
        ticks=_ticks(chart, values),
        tick=(lambda tick: say(10.0**tick)) if chart.form == "dots" else say,
        names=_names(wording, chart, places),
        alt=describe(wording, chart),
    )


def _series(wording: Wording, chart: Chart, column: Column, places: Sequence[float]) -> Series:
    points = [
        (x, _number(raw)) for x, raw in zip(places, column.values, strict=True) if raw is not None
    ]
    if chart.form == "dots":
        # By factors, as in the HTML; credits have no place on such a scale.
        points = [(x, log10(y)) for x, y in points if y > 0]
    return Series(
        name=wording.say(f"column.{column.key}"),
        points=points,
        is_line=chart.form != "dots",
        is_dashed=column.role == "even",
        stands_out=column.role == "marked",
    )


def _ticks(chart: Chart, values: Sequence[float]) -> list[float]:
    """From 0, but for an index, whose first month is 100: what matters is how far it moves."""
    if chart.form == "dots":
        decades = range(floor(min(values, default=0)), ceil(max(values, default=1)) + 1)
        return [float(decade) for decade in decades]
    if chart.across.unit != "month" or not values:
        return find_ticks(0.0, max(values, default=1.0))
    low, high = min(values), max(values)
    steps = find_ticks(0.0, (high - low) or 1.0)
    step = steps[1] - steps[0]
    return [at * step for at in range(floor(low / step), ceil(high / step - 1e-9) + 1)] + (
        [] if high > low else [(floor(low / step) + 1) * step]
    )


def _names(wording: Wording, chart: Chart, places: Sequence[float]) -> list[tuple[float, str]]:
    every = max(1, ceil(len(places) / _NAMES))
    if chart.form == "share_curve":
        return [(part / 4, wording.cell(chart.across, part / 4)) for part in range(5)]
    if chart.form == "dots":
        return _spread_names(wording, chart, places)
    return [
        (places[at], wording.cell(chart.across, chart.across.values[at]))
        for at in range(0, len(places), every)
    ]


def _spread_names(
    wording: Wording, chart: Chart, places: Sequence[float]
) -> list[tuple[float, str]]:
    """Days at even distances: receipts do not come at such."""
    low, high = int(min(places)), int(max(places))
    wanted = [low + (high - low) * at // (_NAMES - 1) for at in range(_NAMES)]
    return [
        (day, wording.cell(chart.across, date.fromordinal(day).isoformat()))
        for day in dict.fromkeys(wanted)
    ]


def _place(raw: Raw, at: int) -> float:
    if isinstance(raw, int | float):
        return float(raw)
    try:
        return float(date.fromisoformat(str(raw)).toordinal())
    except ValueError:
        return float(at)


def _number(raw: Raw) -> float:
    return float(raw) if isinstance(raw, int | float) else 0.0


def _say_tick(wording: Wording, column: Column) -> Callable[[float], str]:
    return lambda value: wording.tick(column, value)
