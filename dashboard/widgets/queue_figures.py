"""The diagrams of the Queues page as `time_charts.js` draws them: shares of their height."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from babel.dates import format_datetime

from dashboard.language import current_locale, t, tn
from dashboard.widgets.formats import reader_zone, show_duration, show_whole
from pipeline.jobs.histogram import Percentiles
from pipeline.jobs.statistics import Point

Data = dict[str, Any]

# Where a scale of times has its lines, in seconds.
TICKS_S = (0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36_000)
# Room above the highest and below the lowest, as a factor.
ROOM = 1.5
# Bars reach a line that a person would draw: 1, 2 or 5 and zeros.
STEPS = (1, 2, 5)
LINES = 4
# From this span on the day says more than the hour.
DAYS_FROM = timedelta(days=3)
PERCENTILES = (("p50", "p50_s", "often"), ("p95", "p95_s", "seldom"), ("p99", "p99_s", "rarely"))


def draw_ended(points: Sequence[Point]) -> Data:
    """Completed and failed jobs of each step, on top of each other."""
    completed = [point.figures.completed for point in points]
    failed = [point.figures.failed for point in points]
    step = _round_step(max(map(sum, zip(completed, failed, strict=True)), default=0))
    done = tn("{n} completed", "{n} completed", sum(completed))
    lost = tn("{n} failed", "{n} failed", sum(failed))
    return {
        "title": t("Completed and failed"),
        "says": f"{done}, {lost}",
        "kind": "bars",
        **_name_points(points),
        "lines": [
            {"share": line / LINES, "label": show_whole(line * step)} for line in range(LINES + 1)
        ],
        "series": [
            _bars(t("Completed"), "accent", completed, step * LINES),
            _bars(t("Failed"), "failed", failed, step * LINES),
        ],
    }


def draw_times(title: str, points: Sequence[Point], found: Sequence[Percentiles | None]) -> Data:
    """p50, p95 and p99 of each step on a logarithmic scale, with gaps where nothing ran."""
    known = [one for each in found if each for one in (each.p50_s, each.p99_s) if one]
    low_s, high_s = min(known, default=0.1) / ROOM, max(known, default=10.0) * ROOM

    def share(seconds: float) -> float:
        return max(0.0, math.log(seconds / low_s) / math.log(high_s / low_s))

    lines = [tick for tick in TICKS_S if low_s <= tick <= high_s]
    return {
        "title": title,
        "says": t("at most {duration}", duration=show_duration(max(known, default=0.0))),
        "kind": "lines",
        **_name_points(points),
        "lines": [{"share": share(tick), "label": _name_tick(tick)} for tick in lines],
        "series": [
            {
                "name": name,
                "tone": tone,
                "shares": [share(s) if s else None for s in _values(found, field)],
                "said": [show_duration(s) if s else None for s in _values(found, field)],
            }
            for name, field, tone in PERCENTILES
        ],
    }


def _name_tick(seconds: float) -> str:
    """Short, for the edge of a diagram; hours and minutes are called alike in both languages."""
    if seconds < 60:
        return show_duration(seconds) if seconds < 1 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.0f} h"


def _values(found: Sequence[Percentiles | None], field: str) -> list[float | None]:
    return [each and getattr(each, field) for each in found]


def _bars(name: str, tone: str, counts: Sequence[int], highest: int) -> Data:
    return {
        "name": name,
        "tone": tone,
        "shares": [count / highest for count in counts],
        "said": [show_whole(count) for count in counts],
    }


def _round_step(highest: int) -> int:
    """From one line to the next, so that `LINES` of them reach `highest`."""
    size = 1
    while True:
        for step in STEPS:
            if step * size * LINES >= highest:
                return step * size
        size *= 10


def _name_points(points: Sequence[Point]) -> Data:
    """Each step by its moment in the reader's zone: short for the axis, whole for the hover."""
    zone, locale = reader_zone(), current_locale()
    short = "HH:mm" if points[-1].start - points[0].start < DAYS_FROM else "d MMM"
    moments = [point.start.astimezone(zone) for point in points]
    return {
        "ticks": [format_datetime(moment, short, locale=locale) for moment in moments],
        "labels": [
            format_datetime(moment, "EEE d MMM, HH:mm", locale=locale) for moment in moments
        ],
    }
