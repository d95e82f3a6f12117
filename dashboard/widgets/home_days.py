"""Today's figures beside those of a week ago and the last fourteen days, as they are drawn."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from babel.dates import format_date

from dashboard.language import current_locale, t, tn
from dashboard.widgets.formats import show_duration, show_number, show_rate, show_whole
from dashboard.widgets.home_data import Counter, load_made
from pipeline.overview.days import (
    DayCount,
    Made,
    Reading,
    count_days,
    measure_reading,
    measure_today,
    week_before,
)

Data = dict[str, Any]


def present_today(counter: Counter, zone: tzinfo) -> Data:
    """The figures of today, each with that of the same weekday a week ago up to now."""
    now = counter.at
    before = measure_reading(counter.hours, week_before(zone, now))
    made, made_before = load_made(zone)
    weekday = format_date(now.astimezone(zone), "EEEE", locale=current_locale())
    return {
        "beside": t("Beside last {weekday} up to this time", weekday=weekday),
        "figures": [
            *present_reading(measure_today(counter.hours, zone, now), before),
            *present_made(made, made_before),
        ],
    }


def present_days(counter: Counter, zone: tzinfo) -> Data:
    """The chart: how many receipts were read on each day, and how many failed."""
    days = count_days(counter.hours, zone, counter.at)
    total = sum(day.completed for day in days)
    failed = sum(day.failed for day in days)
    return {
        "said": tn("{n} receipt read in 14 days", "{n} receipts read in 14 days", total),
        "failed": tn("{n} failed", "{n} failed", failed) if failed else "",
        "days": [_present_day(day) for day in days],
    }


def present_reading(today: Reading, before: Reading) -> list[Data]:
    """How many receipts were read, how well and how quickly; of a rate, zero is a figure."""
    return [
        _count(t("Receipts read"), today.completed, before.completed),
        _figure(t("Read with success"), today.success_rate, before.success_rate, _show_share),
        _figure(t("Median time to read"), today.median_s, before.median_s, show_duration),
    ]


def present_made(today: Made, before: Made) -> list[Data]:
    """What came in; of a footprint, zero is a figure."""
    return [
        _figure(t("Footprint read"), today.kg_co2e, before.kg_co2e, _show_mass),
        _count(t("Products added"), today.products, before.products),
        _count(t("Reports made"), today.reports, before.reports),
    ]


def _count(label: str, value: int, before: int) -> Data:
    figure = _figure(label, value, before, show_whole)
    return figure if before else figure | {"before": t("None a week ago")}


def _figure(label: str, value: Any, before: Any, show: Callable[[Any], str]) -> Data:
    known = before is not None
    return {
        "label": label,
        "value": "–" if value is None else show(value),
        "before": t("{value} a week ago", value=show(before)) if known else t("None a week ago"),
        "trend": _trend(value, before),
    }


def _trend(value: float | None, before: float | None) -> str | None:
    if value is None or before is None or value == before:
        return None
    return "up" if value > before else "down"


def _show_share(share: float) -> str:
    # In whole percent, 99.6 would be called everything.
    return show_rate(round(share * 100, 1))


def _show_mass(kg_co2e: float) -> str:
    return f"{show_number(kg_co2e, 1 if kg_co2e < 100 else 0)} kg CO2e"


def _present_day(count: DayCount) -> Data:
    read = tn("{n} receipt read", "{n} receipts read", count.completed)
    failed = tn("{n} failed", "{n} failed", count.failed)
    said = f"{read}, {failed}" if count.failed else read
    day = format_date(count.day, "EEEE d MMMM", locale=current_locale())
    return {
        "short": format_date(count.day, "d", locale=current_locale()),
        "initial": format_date(count.day, "EEEEE", locale=current_locale()),
        "completed": count.completed,
        "failed": count.failed,
        "whole": t("{day}: {said}", day=day, said=said),
    }
