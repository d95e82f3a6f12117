"""The figures of a report in plain Python over rows of the store: slow, and easy to believe."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlmodel import col, select

from pipeline.models import Job, Receipt, ReceiptChange, ReceiptLine, ReceiptTax
from pipeline.reports.period import Period
from pipeline.settings import Settings
from pipeline.store import read_session


@dataclass(frozen=True)
class Bought:
    """A receipt with what belongs to it."""

    receipt: Receipt
    job: Job
    lines: tuple[ReceiptLine, ...]
    taxes: tuple[ReceiptTax, ...]
    changes: tuple[ReceiptChange, ...]

    @property
    def tax_cents(self) -> int | None:
        stated = [tax.amount_cents for tax in self.taxes if tax.amount_cents is not None]
        return sum(stated) if stated else None


def load_bought(settings: Settings, period: Period) -> list[Bought]:
    """The receipts of these days in their order, discarded ones included."""
    with read_session(settings) as session:
        receipts = session.exec(
            select(Receipt)
            .where(
                col(Receipt.purchased_on) >= period.first, col(Receipt.purchased_on) <= period.last
            )
            .order_by(col(Receipt.purchased_on), col(Receipt.job_id))
        ).all()
        return [
            Bought(
                receipt,
                session.get_one(Job, receipt.job_id),
                *(
                    tuple(
                        session.exec(
                            select(table)
                            .where(col(table.job_id) == receipt.job_id)
                            .order_by(*(col(getattr(table, name)) for name in order))
                        )
                    )
                    for table, order in (
                        (ReceiptLine, ["position"]),
                        (ReceiptTax, ["id"]),
                        (ReceiptChange, ["id"]),
                    )
                ),
            )
            for receipt in receipts
        ]


def net(line: ReceiptLine) -> int:
    return line.amount_cents - line.discount_cents


def money_of(bought: Sequence[Bought], currency: str | None, period: Period) -> dict[str, Any]:
    """The block of one currency, tuples in place of its rows."""
    ours = [one for one in bought if one.receipt.currency == currency]
    spent = sum(one.receipt.total_cents or 0 for one in ours)
    lines = [line for one in ours for line in one.lines]
    return {
        "receipts": len(ours),
        "without_total": sum(one.receipt.total_cents is None for one in ours),
        "spent_cents": spent,
        "tax_cents": sum(one.tax_cents or 0 for one in ours),
        "untaxed_receipts": sum(one.tax_cents is None for one in ours),
        "unitemised_cents": spent - sum(net(line) for line in lines),
        "merchants": _merchants(ours, _names(bought), spent),
        "categories": _categories(ours, spent),
        "points": _points(ours, period),
        "taxes": _taxes(ours),
    }


def footprint_of(bought: Sequence[Bought]) -> dict[str, Any]:
    lines = [(one.receipt, line) for one in bought for line in one.lines]
    weighed = [(receipt, line) for receipt, line in lines if line.kg_co2e is not None]
    unknown = [(receipt, line) for receipt, line in lines if line.kg_co2e is None and net(line) > 0]
    heaviest = sorted(
        weighed,
        key=lambda one: (-one[1].kg_co2e, one[0].purchased_on, one[0].job_id, one[1].position),
    )
    groups: dict[Any, list[ReceiptLine]] = defaultdict(list)
    for receipt, line in unknown:
        groups[line.line_key, receipt.currency].append(line)
    costly = sorted(
        groups.items(),
        key=lambda one: (-sum(map(net, one[1])), -len(one[1]), one[0][0], one[0][1] or ""),
    )
    return {
        "kg": sum(one.receipt.kg_co2e or 0.0 for one in bought),
        "low": sum(one.receipt.kg_co2e_low or 0.0 for one in bought),
        "high": sum(one.receipt.kg_co2e_high or 0.0 for one in bought),
        "coverage": _coverage(lines),
        "weighed_lines": len(weighed),
        "unknown_lines": len(unknown),
        "heaviest": [(receipt.job_id, line.description) for receipt, line in heaviest[:20]],
        "unknown": [(key[1], len(found), sum(map(net, found))) for key, found in costly[:20]],
        "categories": {
            category: (
                sum(line.category == category for _, line in weighed),
                sum(line.kg_co2e or 0.0 for _, line in weighed if line.category == category),
                sum(line.mass_kg or 0.0 for _, line in weighed if line.category == category),
            )
            for category in {line.category for _, line in weighed}
        },
        "grades": Counter(one.receipt.grade for one in bought if one.receipt.grade),
    }


def review_of(bought: Sequence[Bought], discarded: Sequence[Bought]) -> dict[str, Any]:
    """Where every receipt stands, and what was there twice."""
    stands = Counter(_stands(one.receipt) for one in bought)
    cents: Counter[str] = Counter()
    for one in discarded:
        cents[one.receipt.currency or ""] += one.receipt.total_cents or 0
    reasons = Counter(
        code for one in bought for code in {reason["code"] for reason in one.receipt.review_reasons}
    )
    return {
        **{name: stands[name] for name in ("waiting", "corrected", "accepted", "untouched")},
        "suspected_duplicates": sum(
            one.receipt.duplicate_of is not None and one.receipt.duplicate_decision is None
            for one in bought
        ),
        "discarded_duplicates": len(discarded),
        "duplicate_cents": dict(sorted(cents.items())),
        "reasons": dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
    }


def _stands(receipt: Receipt) -> str:
    if receipt.needs_review:
        return "waiting"
    if {"fields", "taxes", "items", "choices"} & set(receipt.corrections or {}):
        return "corrected"
    return "untouched" if receipt.reviewed_at is None else "accepted"


def _names(bought: Iterable[Bought]) -> dict[str | None, str]:
    spellings: dict[str | None, Counter[str]] = defaultdict(Counter)
    for one in bought:
        if one.receipt.merchant:
            spellings[one.receipt.merchant_key][one.receipt.merchant] += 1
    return {
        key: min(found, key=lambda name: (-found[name], name)) for key, found in spellings.items()
    }


def _merchants(
    ours: Sequence[Bought], names: dict[str | None, str], spent: int
) -> set[tuple[Any, ...]]:
    groups: dict[str | None, list[Bought]] = defaultdict(list)
    for one in ours:
        groups[one.receipt.merchant_key].append(one)
    return {
        (
            names.get(key),
            len(found),
            sum(len(one.lines) for one in found),
            (cents := sum(one.receipt.total_cents or 0 for one in found)),
            round(cents / spent, 6) if spent else 0.0,
        )
        for key, found in groups.items()
    }


def _categories(ours: Sequence[Bought], spent: int) -> set[tuple[Any, ...]]:
    groups: dict[str | None, list[tuple[str, ReceiptLine]]] = defaultdict(list)
    for one in ours:
        for line in one.lines:
            groups[line.category].append((one.receipt.job_id, line))
    return {
        (
            category,
            len({job_id for job_id, _ in found}),
            len(found),
            (cents := sum(net(line) for _, line in found)),
            round(cents / spent, 6) if spent else 0.0,
        )
        for category, found in groups.items()
    }


def _points(ours: Sequence[Bought], period: Period) -> list[tuple[date, int, int]]:
    found: dict[date, list[int]] = {}
    day = period.first
    while day <= period.last:
        found.setdefault(_step(day, period), [0, 0])
        day += timedelta(days=1)
    for one in ours:
        assert one.receipt.purchased_on is not None
        point = found[_step(one.receipt.purchased_on, period)]
        point[0] += 1
        point[1] += one.receipt.total_cents or 0
    return [(start, *counts) for start, counts in found.items()]  # type: ignore[misc]


def _step(day: date, period: Period) -> date:
    if period.days <= 31:
        return day
    if period.days <= 182:
        return max(day - timedelta(days=day.isoweekday() - 1), period.first)
    return max(day.replace(day=1), period.first)


def _taxes(ours: Sequence[Bought]) -> list[tuple[Any, ...]]:
    groups: dict[float | None, list[tuple[str, ReceiptTax]]] = defaultdict(list)
    for one in ours:
        for tax in one.taxes:
            groups[tax.rate].append((one.receipt.job_id, tax))
    rows = []
    for rate, found in groups.items():
        bases = [tax.base_cents for _, tax in found if tax.base_cents is not None]
        receipts = len({job_id for job_id, _ in found})
        cents = sum(tax.amount_cents or 0 for _, tax in found)
        on_base = sum(tax.amount_cents or 0 for _, tax in found if tax.base_cents is not None)
        rows.append((rate, receipts, sum(bases) if bases else None, cents, on_base))
    return sorted(rows, key=lambda row: (row[0] is None, row[0]))


def _coverage(lines: Sequence[tuple[Receipt, ReceiptLine]]) -> float | None:
    shares, count = Fraction(0), 0
    for currency in {receipt.currency for receipt, _ in lines}:
        ours = [line for receipt, line in lines if receipt.currency == currency]
        paid = sum(max(0, net(line)) for line in ours)
        covered = sum(max(0, net(line)) for line in ours if line.kg_co2e is not None)
        if paid:
            shares += Fraction(len(ours) * covered, paid)
            count += len(ours)
    return float(shares / count) if count else None
