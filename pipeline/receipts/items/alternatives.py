"""What else a row may have meant: confused digits, a lost point, quantity times price, no item."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.receipts.items.assemble import Draft
from pipeline.receipts.items.parse import RowKind

_CONFUSED = {"0": "869", "1": "74", "2": "7", "3": "89", "4": "19", "5": "698", "6": "508",
             "7": "12", "8": "3096", "9": "8504"}  # fmt: skip
_DEPARTMENT = re.compile(r"(?:foods?|drinks?|beverages?|liquor|speisen|getranke)$", re.IGNORECASE)
"""What a pub sums up above its subtotal."""
_SURE = 0.98
_THOUSANDS_COST = _PRICE_COST = 0.4
_THOUSANDS = re.compile(r"(?<!\S)(?P<thousands>\d{1,3}) (?P<rest>\d{3}[.,]\d{2})(?!\d)")


@dataclass(frozen=True)
class Reading:
    """Another amount or discount of a draft (None: it is no item), its cost and why."""

    amount: Decimal | None
    discount: Decimal
    cost: float
    reason: str


def list_readings(draft: Draft, above: Decimal) -> list[Reading]:
    """The other readings of a draft, each with how unlikely it is (1: as likely as an error).

    `above` is the sum of the items above: a row that repeats it is an unknown word for subtotal.
    """
    proven = draft.measure is not None and draft.measure.explains(draft.amount)
    extra = 1.5 if proven else 0.0
    readings = [_drop(draft, 0.0 if draft.amount == above else extra, draft.amount == above)]
    readings += _amount_readings(draft, extra)
    readings += _discount_readings(draft)
    return readings


def _drop(draft: Draft, extra: float, is_sum: bool) -> Reading:
    is_bare = draft.source.kind is RowKind.BARE and len(draft.rows) == 1
    cost = 1.2 if is_bare or draft.is_rebate else 2.4
    if draft.is_computed or is_sum or _DEPARTMENT.match(draft.name):
        cost = 0.9
    return Reading(None, Decimal(0), cost + extra, "no item")


def _amount_readings(draft: Draft, extra: float) -> Iterable[Reading]:
    product = draft.measure.product if draft.measure else None
    if draft.is_computed and draft.measure and draft.measure.unit_price is not None:
        yield Reading(draft.measure.unit_price, draft.discount, _PRICE_COST, "price is the amount")
    if product is not None and product != draft.amount and not draft.is_rebate:
        yield Reading(product, draft.discount, 0.4, "quantity times price")
    for value in _read_thousands(draft):
        yield Reading(value, draft.discount, _THOUSANDS_COST, "thousands apart")
    doubt = 0.6 if draft.source.amount_confidence < _SURE else 0.0
    sign = -1 if draft.amount < 0 else 1
    for value, cost in _misread(str(abs(draft.amount)), draft.source.amount_text):
        yield Reading(sign * value, draft.discount, cost + extra - doubt, "confused digit")


def _read_thousands(draft: Draft) -> Iterable[Decimal]:
    """1 249,00 may be one piece at 249,00, or a thousand and more."""
    found = _THOUSANDS.search(draft.source.row.line.text)
    if found and Decimal(found["rest"].replace(",", ".")) == draft.amount:
        yield Decimal(found["thousands"]) * 1000 + draft.amount


def _misread(value: str, printed: str) -> Iterable[tuple[Decimal, float]]:
    """Amounts that differ by one confused, lost or invented digit; or by the point."""
    for at, digit in enumerate(value):
        for other in _CONFUSED.get(digit, ""):
            yield Decimal(value[:at] + other + value[at + 1 :]), 1.5
    if len(value) > 4:
        yield Decimal(value[1:]), 1.7
    for digit in "123456789":
        yield Decimal(digit + value), 2.1
    if printed and not any(mark in printed for mark in ".,"):
        yield Decimal(value) / 100, 0.7


def _discount_readings(draft: Draft) -> Iterable[Reading]:
    if not draft.discount:
        return
    yield Reading(draft.amount, Decimal(0), 1.2, "no rebate")
    for value, cost in _misread(str(draft.discount), ""):
        if value <= draft.amount:
            yield Reading(draft.amount, value, cost, "confused digit in the rebate")
