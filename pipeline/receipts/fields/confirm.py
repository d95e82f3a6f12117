"""Fields in the light of the items: a surer or mended total, bases of taxes, calibrated dates."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.receipts.document import (
    AmountField,
    DateField,
    ItemList,
    PageText,
    ReceiptFields,
)
from pipeline.receipts.fields.amounts import LabelledRow, amounts_of, label_rows
from pipeline.receipts.fields.calibration import estimate, to_log_odds
from pipeline.receipts.fields.labels import Role
from pipeline.receipts.fields.realign import realign_rows
from pipeline.receipts.fields.tax_bases import derive_bases
from pipeline.receipts.fields.text import read_rows
from pipeline.receipts.fields.witnesses import CASH_ROUNDING, call_witnesses, mend_total

_KINDS = ("items", "taxes", "paid", "subtotal")

Features = dict[str, float]


def confirm_fields(
    pages: tuple[PageText, ...], fields: ReceiptFields, items: ItemList
) -> ReceiptFields:
    """The same fields with calibrated total and date; arithmetic may mend the total's digits.

    A total is replaced only where two kinds of evidence agree on one value a misreading away from
    it and none supports it as read.
    """
    if fields.date is not None:
        sure = estimate("date", describe_date(fields.date))
        fields = replace(fields, date=replace(fields.date, confidence=sure))
    if fields.total is None:
        return fields
    total, features = weigh_total(pages, fields, items)
    nets = [item.amount - item.discount for item in items.items]
    return replace(
        fields,
        total=replace(total, confidence=estimate("total", features)),
        taxes=derive_bases(fields.taxes, total.value, nets),
    )


def describe_date(day: DateField) -> Features:
    """The evidence for a date."""
    return {"read": to_log_odds(day.confidence)}


def weigh_total(
    pages: tuple[PageText, ...], fields: ReceiptFields, items: ItemList
) -> tuple[AmountField, Features]:
    """The total, mended where it must be, and the evidence for it; `fields` must have one."""
    assert fields.total is not None
    labelled = label_rows(realign_rows(read_rows(pages)))
    witnesses = call_witnesses(labelled, fields, items)
    total = mend_total(fields.total, witnesses)
    features = {
        "read": to_log_odds(total.confidence),
        "items changed": float(bool(items.changed)),
        "negative": float(total.value <= Decimal(0)),
        "rounded rival": float(_has_rounded_rival(labelled, total.value)),
        "items close": float(items.is_reconciled),
    }
    called = {witness.kind: witness for witness in witnesses}
    for kind in _KINDS:
        supports = kind in called and called[kind].supports(total.value)
        features[f"{kind} agree"] = float(supports)
        features[f"{kind} differ"] = float(kind in called and not supports)
    return total, features


def _has_rounded_rival(labelled: Sequence[LabelledRow], total: Decimal) -> bool:
    """Does another row say a total some cents away, before or after the rounding of cash?"""
    return any(0 < abs(value - total) < CASH_ROUNDING for value in amounts_of(labelled, Role.TOTAL))
