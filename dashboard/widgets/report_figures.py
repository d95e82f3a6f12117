"""The key figures of a report, and how each changed since the days before or the report before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard.language import N_, current_language, t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.footprint_words import show_kg
from dashboard.widgets.formats import (
    show_ago,
    show_confidence,
    show_day,
    show_money,
    show_number,
    show_whole,
)
from dashboard.widgets.report_words import say_days
from pipeline.clock import utc_now
from pipeline.errors import ConflictError
from pipeline.models import Report
from pipeline.reports.compare import ComparedFigure, Comparison, compare_figures, compare_report
from pipeline.reports.texts import Texts
from pipeline.settings import get_settings
from pipeline.store import read_session

_render = load_component("report_figures")

LABELS: Mapping[str, str] = {
    "spent": N_("Spent"),
    "kgCO2e": N_("CO2e"),
    "tax": N_("Tax"),
    "receipts": N_("Receipts"),
    "merchants": N_("Merchants"),
    "lines": N_("Lines"),
    "coverage": N_("Spending weighed"),
    "untouchedShare": N_("Left uncorrected"),
    "successRate": N_("Read successfully"),
}
EXPLAINED: Mapping[str, str] = {
    "coverage": N_("The share of spending of which the footprint is known"),
    "untouchedShare": N_("Receipts that were right as they were read"),
    "successRate": N_("Of all receipts that were handed over in these days"),
}
# More than ten times as much is better said so than in percent.
MOST_PERCENT = 900


@dataclass(frozen=True)
class _Compared:
    """What the figures can be held against, as it is called."""

    basis: str
    label: str


def show_figures(report: Report) -> None:
    """One box a figure, and the choice of what they are held against where there is one."""
    assert report.figures is not None
    chosen = _choose_basis(report, _list_bases(report))
    comparison = _load(report.id, chosen) if chosen else None
    rows = comparison.rows if comparison else _list_alone(report.figures)
    present = [_present(row) for row in sorted(rows, key=_place) if row.now is not None]
    _render(data={"figures": present}, key=f"figures-{report.id}")
    if comparison:
        st.caption(_say_basis(comparison))
    elif report.figures.get("nothingBefore"):
        first = show_day(report.figures["nothingBefore"])
        st.caption(
            t("Not compared with the days before: the first receipt is of {day}.", day=first)
        )


def _list_alone(figures: Mapping[str, Any]) -> list[ComparedFigure]:
    # Without anything to hold them against, not even against nothing.
    return [replace(row, before=None) for row in compare_figures({}, figures)]


def _list_bases(report: Report) -> list[_Compared]:
    bases = []
    if report.figures and report.figures.get("previous"):
        bases.append(_Compared("previous", t("The days before")))
    if report.regenerated_from and _load(report.id, report.regenerated_from):
        bases.append(_Compared(report.regenerated_from, t("The report it was made anew of")))
    return bases


def _choose_basis(report: Report, bases: list[_Compared]) -> str | None:
    if len(bases) < 2:
        return bases[0].basis if bases else None
    labels = {one.basis: one.label for one in bases}
    chosen: str = st.segmented_control(
        t("Compare with"),
        list(labels),
        default=bases[0].basis,
        format_func=labels.__getitem__,
        required=True,
        key=f"basis-{report.id}",
    )
    return chosen


def _load(report_id: str, basis: str) -> Comparison | None:
    try:
        with read_session(get_settings()) as session:
            return compare_report(session, report_id, basis)
    except ConflictError:
        return None


def _say_basis(comparison: Comparison) -> str:
    days = say_days(comparison.before_days) if comparison.before_days else ""
    if comparison.other is None:
        return t("Changes since {days}.", days=days)
    made = show_ago(comparison.other.created_at, utc_now())
    if days:
        return t("Changes since the report of {ago}, about {days}.", ago=made, days=days)
    return t("Changes since the report of {ago}.", ago=made)


def _place(row: ComparedFigure) -> int:
    return list(LABELS).index(row.key)


def _present(row: ComparedFigure) -> dict[str, str]:
    label = t(LABELS[row.key])
    if row.key == "spent" and row.currency is None:
        label = t("Spent, currency not known")
    before = "" if row.before is None else t("{value} before", value=_show(row, row.before))
    explained = EXPLAINED.get(row.key)
    change = say_change(row)
    icons = {"+": "trending_up", "−": "trending_down"}
    return {
        "label": label,
        "value": _show(row, row.now or 0),
        "change": change,
        "icon": icons.get(change[:1], ""),
        "hover": ". ".join(filter(None, [t(explained) if explained else "", before])),
    }


def _show(row: ComparedFigure, value: float) -> str:
    if row.unit == "cents":
        return show_money(round(value), row.currency)
    if row.unit == "kg":
        return show_kg(value)
    return show_confidence(value) if row.unit == "share" else show_whole(round(value))


def say_change(row: ComparedFigure) -> str:
    """How a figure changed, shares in points; nothing where there is nothing to hold it against."""
    if row.difference is None:
        return ""
    if row.difference == 0:
        return t("unchanged")
    sign = "+" if row.difference > 0 else "−"
    if row.unit == "share":
        points = round(abs(row.difference) * 100)
        said = tn("{n} point", "{n} points", points)
        return f"{sign}{said}" if points else t("unchanged")
    if row.change is None:
        return t("none before")
    percent = abs(row.change) * 100
    if percent > MOST_PERCENT:
        return t("{number} times as much", number=show_number(row.change + 1, 0))
    digits = 1 if percent < 10 else 0
    return f"{sign}{Texts(current_language()).percent(percent / 100, digits)}"
