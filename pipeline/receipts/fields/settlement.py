"""The amounts around the total: subtotal, tip, change."""

from collections.abc import Iterable
from decimal import Decimal

from pipeline.receipts.document import AmountField
from pipeline.receipts.fields.amounts import LabelledRow, amounts_of
from pipeline.receipts.fields.labels import Role
from pipeline.receipts.fields.money import Amount

_BEFORE_TAX = ("HT", "H T", "EXCL", "EXCLUDING", "NETTO", "TAXABLE", "IMPONIBILE", "BASE", "GROSS")
_SUGGESTED = ("SUGGESTED", "SUGGESTION", "GUIDE", "CONSEILLE", "%")

_READ, _LIKELY = 0.95, 0.8
"""Confidence of an amount beside its label, and of one that other amounts do not bear out."""


def find_subtotal(labelled: tuple[LabelledRow, ...], currency: str | None) -> AmountField | None:
    """What a SUBTOTAL row says, or else the total before tax; None where neither is printed."""
    entries = [
        entry for entry in labelled if _has_role(entry, Role.SUBTOTAL) and not entry.in_tax_table
    ]
    plain = [entry for entry in entries if not entry.row.says_any(_BEFORE_TAX)]
    return next((_to_field(e, currency, _READ) for e in (*plain, *entries)), None)


def find_tip(labelled: tuple[LabelledRow, ...], currency: str | None) -> AmountField | None:
    """The tip that was given; suggestions of so many percent are none."""
    entries = [entry for entry in labelled if _has_role(entry, Role.TIP)]
    given = [e for e in entries if not any(word in e.row.folded for word in _SUGGESTED)]
    return _to_field(given[-1], currency, _READ) if given else None


def find_change(
    labelled: tuple[LabelledRow, ...], currency: str | None, total: Decimal | None
) -> AmountField | None:
    """The change given back, surest where it is what was paid less the total."""
    entries = [entry for entry in labelled if _has_role(entry, Role.CHANGE, with_zero=True)]
    if not entries:
        return None
    due = {paid - total for paid in amounts_of(labelled, Role.PAID)} if total is not None else set()
    proven = [entry for entry in entries if _is_in(abs(entry.amounts[-1].value), due)]
    return _to_field((proven or entries)[0], currency, _READ if proven else _LIKELY)


def _is_in(value: Decimal, values: Iterable[Decimal]) -> bool:
    """Equal but for the rounding of cash to five cents."""
    return any(abs(value - other) < Decimal("0.05") for other in values)


def _has_role(entry: LabelledRow, role: Role, *, with_zero: bool = False) -> bool:
    if entry.label is None or entry.label.role is not role or not entry.amounts:
        return False
    return with_zero or entry.amounts[-1].value != 0


def _to_field(entry: LabelledRow, currency: str | None, sure: float) -> AmountField:
    amount: Amount = entry.amounts[-1]
    return AmountField(
        abs(amount.value),
        currency or amount.currency,
        sure * amount.confidence * (0.7 if amount.is_doubtful else 1.0),
        amount.box,
        amount.page,
    )
