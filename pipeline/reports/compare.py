"""Key figures side by side: of two reports, or of one and the period before its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session

from pipeline.errors import ConflictError
from pipeline.models import Report
from pipeline.reports.period import Period
from pipeline.reports.steering import require_report

Unit = Literal["count", "cents", "kg", "share"]
Basis = Literal["original", "previous", "report"]

# In the order in which they are shown; money has a row for each currency.
UNITS: Mapping[str, Unit] = {
    "receipts": "count",
    "merchants": "count",
    "lines": "count",
    "spent": "cents",
    "tax": "cents",
    "kgCO2e": "kg",
    "coverage": "share",
    "untouchedShare": "share",
    "successRate": "share",
}


@dataclass(frozen=True)
class ComparedFigure:
    """One figure then and now; its words are the text `compare.<key>`.

    `difference` is now less before, for shares (0..1) in points of 0..1; `change` is it as a share
    of before: None for shares, where there was nothing, and where one of the two is not known.
    """

    key: str
    unit: Unit
    currency: str | None
    before: float | None
    now: float | None

    @property
    def difference(self) -> float | None:
        """Now less before."""
        if self.before is None or self.now is None:
            return None
        return round(self.now - self.before, 6)

    @property
    def change(self) -> float | None:
        """0.12 where it grew by 12 %."""
        if self.difference is None or not self.before or self.unit == "share":
            return None
        return round(self.difference / abs(self.before), 6)


@dataclass(frozen=True)
class Comparison:
    """`other` is None where a report is held against the period before, `before_days`."""

    report: Report
    other: Report | None
    basis: Basis
    before_days: Period | None
    rows: tuple[ComparedFigure, ...]


def compare_report(session: Session, report_id: str, with_id: str | None = None) -> Comparison:
    """A report against another, by id, or against the period before (`previous`).

    By default against the one that it was made after, where that has figures, else the period.
    Raises NotFoundError REPORT_UNKNOWN, ConflictError REPORT_WITHOUT_FIGURES, REPORT_NOT_COMPARED.
    """
    report = require_report(session.get(Report, report_id))
    figures = _figures_of(report)
    if with_id is None:
        original = session.get(Report, report.regenerated_from or "")
        if original is not None and original.figures is not None:
            return _compare(report, original, "original", figures, original.figures)
    if with_id is not None and with_id != "previous":
        other = require_report(session.get(Report, with_id))
        return _compare(report, other, "report", figures, _figures_of(other))
    previous = figures.get("previous")
    if previous is None:
        raise ConflictError(
            "REPORT_NOT_COMPARED",
            "This report was made without the period before. Name another report.",
        )
    return _compare(report, None, "previous", figures, previous)


def compare_figures(
    before: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[ComparedFigure, ...]:
    """Key figures as `key_figures` writes them, side by side, in the order of `UNITS`."""
    return tuple(row for key, unit in UNITS.items() for row in _rows(key, unit, before, now))


def _compare(
    report: Report,
    other: Report | None,
    basis: Basis,
    now: Mapping[str, Any],
    before: Mapping[str, Any],
) -> Comparison:
    days = _period(other) if other else _period_before(report)
    return Comparison(report, other, basis, days, compare_figures(before, now))


def _rows(
    key: str, unit: Unit, before: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[ComparedFigure]:
    if unit != "cents":
        yield ComparedFigure(key, unit, None, before.get(key), now.get(key))
        return
    then, today = _by_currency(before.get(key) or ()), _by_currency(now.get(key) or ())
    # In the order of the newer one: the largest first.
    for currency in dict.fromkeys((*today, *then)):
        yield ComparedFigure(
            key, unit, currency, float(then.get(currency, 0)), float(today.get(currency, 0))
        )


def _by_currency(sums: Sequence[Mapping[str, Any]]) -> dict[str | None, int]:
    return {one["currency"]: one["cents"] for one in sums}


def _figures_of(report: Report) -> dict[str, Any]:
    if report.figures is None:
        raise ConflictError(
            "REPORT_WITHOUT_FIGURES", "This report has no figures, or not yet. Choose another one."
        )
    return report.figures


def _period(report: Report) -> Period | None:
    if report.period_from is None or report.period_to is None:
        return None
    return Period(report.period_from, report.period_to)


def _period_before(report: Report) -> Period | None:
    period = _period(report)
    return None if period is None else period.before()
