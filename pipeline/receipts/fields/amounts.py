"""The total: labelled candidates, weighed by what the other amounts of the ticket add up to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from pipeline.receipts.document import AmountField
from pipeline.receipts.fields.labels import Label, Role, label_row
from pipeline.receipts.fields.money import (
    Amount,
    find_amounts,
    find_doubtful_amounts,
    split_columns,
)
from pipeline.receipts.fields.text import Row

_ROUNDING_STEP = Decimal("0.05")  # several countries round cash to five cents

_BORROWERS = (Role.TOTAL, Role.SUBTOTAL, Role.PAID, Role.CHANGE, Role.ROUNDING)
_FEW_LETTERS = 4  # a currency and a tax code; more is another thing sold
_LARGEST_ROUNDING = Decimal("0.99")
_LABEL_REACH = 2
"""A label whose amount is not on its row has it on one of the next rows."""

_TAX_TABLE = ("GST SUMMARY", "TAX SUMMARY", "SST SUMMARY", "TAX CODE", "VAT SUMMARY", "TAUX TVA",
              "CODE TVA", "DETAIL TVA", "MWST SATZ", "TAX RATE", "GST ANALYSIS", "VAT ANALYSIS",
              "TAUX HT TVA TTC", "BASE HT")  # fmt: skip


@dataclass(frozen=True)
class LabelledRow:
    """A row with what it is about and the amounts that belong to it."""

    row: Row
    label: Label | None
    amounts: tuple[Amount, ...]
    in_tax_table: bool


@dataclass(frozen=True)
class _Evidence:
    """What the rest of the ticket says that the total should be."""

    rounded: frozenset[Decimal]
    paid: frozenset[Decimal]
    paid_less_change: frozenset[Decimal]
    sums: frozenset[Decimal]
    counts: Counter[Decimal]
    highest: Decimal


def find_total(rows: tuple[Row, ...], currency: str | None) -> AmountField | None:
    """The amount to be paid, or None where nothing on the ticket is one."""
    labelled = label_rows(rows)
    evidence = _gather_evidence(labelled)
    totals = [entry for entry in labelled if _is_total(entry)]
    scored = [
        (_score_label(entry, amount, totals) + _score_value(amount.value, evidence), amount)
        for entry in totals
        for amount in _main_amount(entry)
    ] or _score_unlabelled(labelled, evidence)
    if not scored:
        return None
    # The later of two equals: tickets sum up at the end.
    score, best = max(scored, key=lambda pair: (pair[0], pair[1].row))
    sure = min(1.0, max(0.0, score - _doubt(score, best, scored)))
    # Of 496 totals, those that scored under 0.7 were right in 29 of 29, over 0.9 in 366 of 370.
    confidence = (0.3 + 0.68 * sure) * best.confidence
    return AmountField(best.value, currency or best.currency, confidence, best.box, best.page)


def label_rows(rows: Iterable[Row]) -> tuple[LabelledRow, ...]:
    """Every row with its label and its amounts; a label without amount borrows from below."""
    parts = [part for row in rows for part in split_columns(row)]
    labels = [(part, label_row(part), find_amounts(part)) for part in parts]
    result: list[LabelledRow] = []
    in_table = has_total = False
    lent: set[int] = set()
    for index, (row, label, amounts) in enumerate(labels):
        in_table = in_table or (has_total and row.says_any(_TAX_TABLE))
        has_total = has_total or (label is not None and label.role is Role.TOTAL)
        if index in lent:
            amounts = ()  # noqa: PLW2901 - it belongs to the label above
        if label is not None and not amounts:
            amounts = find_doubtful_amounts(row)  # noqa: PLW2901
        if label is not None and not amounts and _may_borrow(label):
            below = _borrow(labels, index)
            if below is not None:
                lent.add(below)
                amounts = labels[below][2]  # noqa: PLW2901
        label = _relabel(label, amounts, result)  # noqa: PLW2901
        result.append(LabelledRow(row, label, amounts, in_table))
    return tuple(result)


def _may_borrow(label: Label) -> bool:
    return label.role in _BORROWERS and (label.role is not Role.TOTAL or label.weight > 0.5)


def _relabel(
    label: Label | None, amounts: tuple[Amount, ...], above: list[LabelledRow]
) -> Label | None:
    """A rounding too large to be one, or a lone amount under a rounding, is the rounded total."""
    if not amounts:
        return label
    rounds = label is not None and label.role is Role.ROUNDING
    follows = bool(above) and above[-1].label is not None and above[-1].label.role is Role.ROUNDING
    if (rounds and abs(amounts[-1].value) > _LARGEST_ROUNDING) or (follows and label is None):
        return Label(Role.TOTAL, 1.0, "ROUNDED TOTAL")
    return label


def _borrow(labels: list[tuple[Row, Label | None, tuple[Amount, ...]]], index: int) -> int | None:
    for below in range(index + 1, min(index + 1 + _LABEL_REACH, len(labels))):
        row, label, amounts = labels[below]
        if label is not None:
            return None
        if amounts:
            return below if sum(c.isalpha() for c in row.folded) <= _FEW_LETTERS else None
    return None


def _main_amount(entry: LabelledRow) -> tuple[Amount, ...]:
    """The amount that the label announces: the last, or the first where a tax follows."""
    if not entry.amounts:
        return ()
    first, last = entry.amounts[0], entry.amounts[-1]
    return (first,) if entry.in_tax_table and first.value > last.value else (last,)


def _amounts_of(labelled: Iterable[LabelledRow], role: Role) -> list[Decimal]:
    return [
        abs(amount.value)
        for entry in labelled
        if entry.label is not None and entry.label.role is role and not entry.in_tax_table
        for amount in entry.amounts[-1:]
        if amount.value
    ]


def _gather_evidence(labelled: tuple[LabelledRow, ...]) -> _Evidence:
    paid = _amounts_of(labelled, Role.PAID)
    change = _amounts_of(labelled, Role.CHANGE)
    everything = [amount.value for entry in labelled for amount in entry.amounts]
    rounding = {r for r in _amounts_of(labelled, Role.ROUNDING) if r <= _ROUNDING_STEP}
    return _Evidence(
        rounded=frozenset(_list_rounded(everything, rounding)),
        paid=frozenset(paid),
        paid_less_change=frozenset(p - c for p in paid for c in change if p > c),
        sums=frozenset(_list_sums(labelled)),
        counts=Counter(everything),
        highest=max((value for value in everything if value not in paid), default=Decimal(0)),
    )


def _list_rounded(everything: list[Decimal], rounding: set[Decimal]) -> Iterable[Decimal]:
    """Amounts in whole steps that another amount becomes by the printed rounding."""
    known = set(everything)
    for value in known:
        if value % _ROUNDING_STEP == 0 and any(
            value - r in known or value + r in known for r in rounding
        ):
            yield value


def _list_sums(labelled: tuple[LabelledRow, ...]) -> Iterable[Decimal]:
    """Subtotal with taxes, and the sum of the items: amounts on unlabelled rows above."""
    taxes = _amounts_of(labelled, Role.TAX)
    for subtotal in _amounts_of(labelled, Role.SUBTOTAL):
        for size in range(1, min(3, len(taxes)) + 1):
            yield from (subtotal + sum(some) for some in combinations(taxes[:6], size))
    items = Decimal(0)
    for entry in labelled:
        if entry.label is not None and entry.label.role in (Role.TOTAL, Role.SUBTOTAL):
            break
        if entry.amounts and (entry.label is None or entry.label.role is Role.DISCOUNT):
            items += entry.amounts[-1].value
    yield items


def _is_total(entry: LabelledRow) -> bool:
    if entry.label is None or entry.label.role is not Role.TOTAL or not entry.amounts:
        return False
    return entry.label.weight > 0.5 or not entry.in_tax_table


def _score_label(entry: LabelledRow, amount: Amount, totals: list[LabelledRow]) -> float:
    assert entry.label is not None
    score = 0.2 + 0.55 * entry.label.weight
    if entry.in_tax_table:
        score -= 0.25
    elif not any(later.row.index > entry.row.index for later in totals if not later.in_tax_table):
        score += 0.05  # tickets sum up at the end
    if entry.row.says_any(("HT", "EXCL", "EXCLUDING", "EXCLUSIVE")) and not entry.row.says_any(
        ("INCL", "TTC", "INCLUSIVE")
    ):
        score -= 0.3
    # A credit note may be negative, a total of nothing is another row misread.
    score -= 0.15 * (amount.value < 0) + 0.6 * (amount.value == 0)
    return score - 0.2 * amount.is_doubtful


def _score_value(value: Decimal, evidence: _Evidence) -> float:
    score = 0.0
    if value in evidence.paid_less_change:
        score += 0.25
    elif value in evidence.paid or _is_near(value, evidence.paid_less_change):
        score += 0.15
    if value in evidence.rounded:
        score += 0.1
    if _is_near(value, evidence.sums):
        score += 0.05
    if evidence.counts[value] > 1:
        score += 0.05
    if value == evidence.highest:
        score += 0.05
    return score


def _is_near(value: Decimal, values: Iterable[Decimal]) -> bool:
    """Equal but for the rounding of cash to five cents."""
    return any(abs(value - other) < _ROUNDING_STEP for other in values)


def _score_unlabelled(
    labelled: tuple[LabelledRow, ...], evidence: _Evidence
) -> list[tuple[float, Amount]]:
    """What was paid, or the subtotal, where no total was read: weak, and nothing without them."""
    changed = bool(_amounts_of(labelled, Role.CHANGE))
    paid = evidence.paid_less_change if changed else evidence.paid
    subtotals = set(_amounts_of(labelled, Role.SUBTOTAL))
    return [
        (0.2 + _score_value(amount.value, evidence), amount)
        for entry in labelled
        for amount in entry.amounts
        if amount.value > 0 and (amount.value in paid or amount.value in subtotals)
    ]


def _doubt(score: float, best: Amount, scored: list[tuple[float, Amount]]) -> float:
    """Less confidence where another value is almost as likely."""
    rivals = [s for s, amount in scored if abs(amount.value - best.value) >= _ROUNDING_STEP]
    return max(0.0, 0.2 - (score - max(rivals))) if rivals else 0.0
