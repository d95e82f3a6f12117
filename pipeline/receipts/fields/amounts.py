"""The rows of a ticket with what each is about and the amounts that belong to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.receipts.fields.labels import Label, Role, label_row
from pipeline.receipts.fields.money import (
    Amount,
    find_amounts,
    find_doubtful_amounts,
    has_broken_amount,
    split_columns,
)
from pipeline.receipts.fields.tax_rows import is_tax_heading
from pipeline.receipts.fields.text import Row

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
        if label is not None and not amounts and _may_borrow(label, row):
            below = _borrow(labels, index)
            if below is not None:
                lent.add(below)
                amounts = labels[below][2]  # noqa: PLW2901
        label = _relabel(label, amounts, result)  # noqa: PLW2901
        result.append(LabelledRow(row, label, amounts, in_table))
    return tuple(result)


def _may_borrow(label: Label, row: Row) -> bool:
    if has_broken_amount(row) or is_tax_heading(row):
        return False
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


def amounts_of(labelled: Iterable[LabelledRow], role: Role) -> list[Decimal]:
    """What the rows of a role say, without signs and zeros; tax tables apart."""
    return [
        abs(amount.value)
        for entry in labelled
        if entry.label is not None and entry.label.role is role and not entry.in_tax_table
        for amount in entry.amounts[-1:]
        if amount.value
    ]
