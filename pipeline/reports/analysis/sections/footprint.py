"""Footprint: which categories and lines weigh most, and what buying otherwise would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.reports.analysis.findings import (
    Chart,
    Column,
    Finding,
    Findings,
    Table,
    category,
    counted,
    kg,
    number,
    share,
    text,
)
from pipeline.reports.analysis.purchases import (
    Floats,
    Ints,
    Lines,
    Mask,
    read_lines,
    read_purchases,
    top,
)
from pipeline.reports.analysis.sections.what_if import Saving, reduce, replace_heavy
from pipeline.reports.snapshot.job import Snapshots

PARETO = 0.8
ROWS = 15
REPLACED = 3
PARTS = (0.2, 0.5)
# Below this a footprint says more of what was weighed than of what was bought.
LEAST_COVERAGE = 0.5
# Coverages further apart than this weigh different things.
COMPARABLE = 0.1


@dataclass(frozen=True)
class _Footprint:
    kg: float
    low: float
    high: float
    coverage: float
    weighed: int


def research(snapshots: Snapshots) -> Findings:
    """Weights of lines in all currencies; coverage by what was spent in the main one."""
    currency = read_purchases(snapshots.current).currency
    lines = read_lines(snapshots.current, currency)
    total = _sum(lines)
    groups = _categories(lines)
    savings = _savings(lines, groups)
    before = None
    if snapshots.previous is not None:
        before = _sum(read_lines(snapshots.previous, currency))
    found = [
        _say_total(total),
        *_change(total, before),
        *_pareto(groups, total),
        *_heaviest(lines, total),
        *_replaced(savings, total),
        *_less(lines, groups),
    ]
    return Findings(
        "footprint",
        found=tuple(found),
        limits=tuple(_limits(lines, total)),
        charts=tuple(_charts(groups, savings)),
        tables=tuple(_tables(lines, groups, savings, total)),
    )


def _sum(lines: Lines) -> _Footprint:
    weighed = ~np.isnan(lines.kg)
    cents = np.where(lines.in_currency, np.maximum(lines.cents, 0), 0)
    spent = float(cents.sum())
    return _Footprint(
        kg=float(np.nansum(lines.kg)),
        low=float(np.nansum(lines.low)),
        high=float(np.nansum(lines.high)),
        coverage=float(cents[weighed].sum()) / spent if spent else 0.0,
        weighed=int(weighed.sum()),
    )


def _categories(lines: Lines) -> list[tuple[str, Mask, float]]:
    """Categories with their lines and kg, heaviest first."""
    weights = np.nan_to_num(lines.kg)
    known = lines.categories.codes >= 0
    sums = np.bincount(lines.categories.codes[known], weights[known], len(lines.categories.labels))
    return [
        (lines.categories.labels[at], lines.categories.codes == at, float(sums[at]))
        for at in top(sums, len(sums))
        if sums[at] > 0
    ]


def _say_total(total: _Footprint) -> Finding:
    values = {
        "kg": kg(total.kg),
        "low": kg(total.low),
        "high": kg(total.high),
        "coverage": share(total.coverage),
        "lines": counted("lines", total.weighed),
    }
    return Finding("total", values, 0.9)


def _change(total: _Footprint, before: _Footprint | None) -> list[Finding]:
    if before is None or before.kg <= 0:
        return []
    values = {
        "before": kg(before.kg),
        "change": share(abs(total.kg / before.kg - 1)),
        "coverage": share(total.coverage),
        "coverage_before": share(before.coverage),
    }
    if abs(total.coverage - before.coverage) > COMPARABLE:
        return [Finding("not_comparable", values, 0.4)]
    return [Finding("kg_up" if total.kg >= before.kg else "kg_down", values, 0.6)]


def _pareto(groups: list[tuple[str, Mask, float]], total: _Footprint) -> list[Finding]:
    if len(groups) < 2:
        return []
    shares = np.cumsum([weight for _, _, weight in groups]) / total.kg
    needed = int(np.searchsorted(shares, PARETO)) + 1
    values = {
        "first": category(groups[0][0]),
        "first_kg": kg(groups[0][2]),
        "first_share": share(groups[0][2] / total.kg),
        "needed": counted("categories", min(needed, len(groups))),
        "all": counted("", len(groups)),
        "share": share(float(shares[min(needed, len(groups)) - 1])),
    }
    return [Finding("pareto" if needed > 1 else "pareto_one", values, 0.7)]


def _products(lines: Lines) -> tuple[list[int], Floats, Ints]:
    """Descriptions by what their lines weigh: codes, heaviest first; kg; how many lines."""
    known = (lines.keys.codes >= 0) & ~np.isnan(lines.kg)
    size = len(lines.keys.labels)
    sums = np.bincount(lines.keys.codes[known], lines.kg[known], size)
    counts = np.bincount(lines.keys.codes[known], minlength=size)
    return [at for at in top(sums, ROWS) if sums[at] > 0], sums.astype(np.float64), counts


def _description(lines: Lines, key: int) -> str:
    printed = lines.descriptions.codes[lines.keys.codes == key]
    return lines.descriptions.labels[int(np.bincount(printed[printed >= 0]).argmax())]


def _heaviest(lines: Lines, total: _Footprint) -> list[Finding]:
    order, sums, counts = _products(lines)
    if not order:
        return []
    first = order[0]
    values = {
        "product": text(_description(lines, first)),
        "kg": kg(float(sums[first])),
        "share": share(float(sums[first]) / total.kg),
        "lines": counted("lines", int(counts[first])),
        "factor": number(float(sums[first] / counts[first])),
    }
    return [Finding("heaviest", values, 0.5)]


def _less(lines: Lines, groups: list[tuple[str, Mask, float]]) -> list[Finding]:
    if not groups:
        return []
    name, mine, _ = groups[0]
    small, large = (reduce(lines, mine, part) for part in PARTS)
    values = {
        "category": category(name),
        "less": share(PARTS[0]),
        "kg": kg(small[0]),
        "half": share(PARTS[1]),
        "half_kg": kg(large[0]),
        "low": kg(large[1]),
        "high": kg(large[2]),
    }
    return [Finding("what_if_less", values, 0.4)]


def _savings(lines: Lines, groups: list[tuple[str, Mask, float]]) -> list[Saving]:
    found = [replace_heavy(lines, mine, name) for name, mine, _ in groups[:REPLACED]]
    return [one for one in found if one is not None and one.kg > 0]


def _replaced(savings: list[Saving], total: _Footprint) -> list[Finding]:
    if not savings:
        return []
    best = max(savings, key=lambda one: one.kg)
    values = {
        "category": category(best.category),
        "mass": kg(best.mass_kg),
        "factor": number(best.factor),
        "kg": kg(best.kg),
        "low": kg(best.low),
        "high": kg(best.high),
        "share": share(best.kg / total.kg),
    }
    return [Finding("what_if_replaced", values, 0.55)]


def _limits(lines: Lines, total: _Footprint) -> list[Finding]:
    limits = []
    if total.coverage < LEAST_COVERAGE:
        limits.append(Finding("little_covered", {"coverage": share(total.coverage)}))
    unknown = len(lines) - total.weighed
    if unknown:
        limits.append(Finding("unweighed", {"lines": counted("lines", unknown)}))
    return limits


def _charts(groups: list[tuple[str, Mask, float]], savings: list[Saving]) -> Iterable[Chart]:
    shown = groups[:ROWS]
    if shown:
        across = Column("category", "category", tuple(name for name, _, _ in shown))
        weights = Column("kg", "kg", tuple(weight for _, _, weight in shown))
        yield Chart("kg_by_category", "ranking", across, (weights,))
    if savings:
        weights_now = {name: weight for name, _, weight in groups}
        across = Column("category", "category", tuple(one.category for one in savings))
        now = Column("kg_now", "kg", tuple(weights_now[o.category] for o in savings), role="before")
        then = Column("kg_then", "kg", tuple(weights_now[o.category] - o.kg for o in savings))
        yield Chart("what_if", "ranking", across, (now, then))


def _tables(
    lines: Lines,
    groups: list[tuple[str, Mask, float]],
    savings: list[Saving],
    total: _Footprint,
) -> Iterable[Table]:
    order, sums, counts = _products(lines)
    if order:
        yield Table("heaviest_products", _product_columns(lines, order, sums, counts, total), 0)
    if groups:
        yield Table("what_if", _what_if_columns(lines, groups[:REPLACED], savings), 0)


def _product_columns(
    lines: Lines, order: list[int], sums: Floats, counts: Ints, total: _Footprint
) -> tuple[Column, ...]:
    return (
        Column("product", "text", tuple(_description(lines, at) for at in order)),
        Column("lines", "count", tuple(int(counts[at]) for at in order)),
        Column("kg", "kg", tuple(float(sums[at]) for at in order)),
        Column("share", "share", tuple(float(sums[at]) / total.kg for at in order)),
    )


def _what_if_columns(
    lines: Lines, groups: list[tuple[str, Mask, float]], savings: list[Saving]
) -> tuple[Column, ...]:
    """Three suppositions for each of the heaviest categories, each with its range."""
    rows: list[tuple[Any, ...]] = []
    replaced = {one.category: one for one in savings}
    for name, mine, _ in groups:
        rows += [
            (name, f"suppose.less_{round(part * 100)}", *reduce(lines, mine, part))
            for part in PARTS
        ]
        if one := replaced.get(name):
            rows.append((name, "suppose.replaced", one.kg, one.low, one.high))
    keys = (("category", "category"), ("suppose", "word"), ("kg_less", "kg"))
    ends = (("low", "kg"), ("high", "kg"))
    values = list(zip(*rows, strict=True))
    return tuple(
        Column(key, unit, tuple(column))  # type: ignore[arg-type]
        for (key, unit), column in zip((*keys, *ends), values, strict=True)
    )
