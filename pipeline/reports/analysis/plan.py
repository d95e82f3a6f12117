"""Which sections the data carry, and why the others are not made."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipeline.reports.analysis.findings import Finding, Value, counted
from pipeline.reports.analysis.purchases import Lines, Purchases, read_lines, read_purchases
from pipeline.reports.analysis.sections.price_changes import list_products
from pipeline.reports.analysis.sections.seasonality import LEAST_WEEKS
from pipeline.reports.analysis.sections.suppliers import LEAST_MERCHANTS
from pipeline.reports.analysis.steps import WEEK_DAYS
from pipeline.reports.snapshot.job import Snapshots

LEAST_RECEIPTS = 5
LEAST_FOR_ANOMALIES = 20


@dataclass(frozen=True)
class Refusal:
    """Why a section is not made: a code with a sentence, and its figures."""

    code: str
    values: Mapping[str, Value]

    def to_json(self) -> dict[str, Any]:
        """As it is handed on."""
        return asdict(self)

    def as_finding(self) -> Finding:
        """For whoever writes it."""
        return Finding(self.code, self.values)


def read_refusal(values: Mapping[str, Any]) -> Refusal:
    """What `Refusal.to_json` wrote."""
    return Refusal(values["code"], {k: Value(**value) for k, value in values["values"].items()})


def plan_sections(snapshots: Snapshots, wanted: tuple[str, ...]) -> dict[str, Refusal | None]:
    """For each section that is wanted None, or why the data do not carry it."""
    bought = read_purchases(snapshots.current)
    lines = read_lines(snapshots.current, bought.currency)
    return {name: _CHECKS[name](snapshots, bought, lines) for name in wanted}


def _enough(least: int) -> Callable[[Purchases], Refusal | None]:
    def check(bought: Purchases) -> Refusal | None:
        if not len(bought):
            return Refusal("NO_RECEIPTS", {})
        return None if len(bought) >= least else _too_few("RECEIPTS", "receipts", bought, least)

    return check


def _too_few(what: str, noun: str, there: Purchases | int, needed: int) -> Refusal:
    number = there if isinstance(there, int) else len(there)
    values = {"there": counted(noun, number), "needed": counted(noun, needed)}
    return Refusal(f"TOO_FEW_{what}", values)


def _trends(_all: Snapshots, bought: Purchases, _lines: Lines) -> Refusal | None:
    return _enough(LEAST_RECEIPTS)(bought)


def _anomalies(_all: Snapshots, bought: Purchases, _lines: Lines) -> Refusal | None:
    return _enough(LEAST_FOR_ANOMALIES)(bought)


def _seasonality(_all: Snapshots, bought: Purchases, _lines: Lines) -> Refusal | None:
    weeks = bought.span_days // WEEK_DAYS
    if weeks < LEAST_WEEKS:
        return _too_few("WEEKS", "weeks", weeks, LEAST_WEEKS)
    return _enough(LEAST_FOR_ANOMALIES)(bought)


def _prices(_all: Snapshots, _bought: Purchases, lines: Lines) -> Refusal | None:
    return None if list_products(lines) else Refusal("NO_REPEATED_PRODUCT", {})


def _suppliers(_all: Snapshots, bought: Purchases, _lines: Lines) -> Refusal | None:
    with_something = int(np.sum(bought.spent_by_merchant() > 0))
    if with_something < LEAST_MERCHANTS:
        return _too_few("MERCHANTS", "merchants", with_something, LEAST_MERCHANTS)
    return None


def _footprint(_all: Snapshots, _bought: Purchases, lines: Lines) -> Refusal | None:
    return None if np.nansum(lines.kg) > 0 else Refusal("NO_WEIGHED_LINES", {})


def _data_quality(snapshots: Snapshots, _bought: Purchases, _lines: Lines) -> Refusal | None:
    is_empty = snapshots.current.receipts("confidence")["confidence"].null_count
    if is_empty == snapshots.current.counts.receipts:
        return Refusal("NO_RECEIPTS", {})
    return None


_Check = Callable[[Snapshots, Purchases, Lines], Refusal | None]
_CHECKS: Mapping[str, _Check] = {
    "trends": _trends,
    "anomalies": _anomalies,
    "seasonality": _seasonality,
    "prices": _prices,
    "suppliers": _suppliers,
    "footprint": _footprint,
    "data_quality": _data_quality,
}
