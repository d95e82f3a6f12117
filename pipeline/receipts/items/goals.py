"""The sums that the items may close on: subtotal, total, and total without tax, tip, rounding."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations

from pipeline.receipts.document import ReceiptFields
from pipeline.receipts.items.reconcile import Goal

_INTERIM = 1.2  # rather go on below an interim sum, where that closes on the total


def list_goals(
    fields: ReceiptFields, extras: tuple[Decimal, ...], end_sum: Decimal | None
) -> tuple[Goal, ...]:
    """Every sum once, at its lowest cost.

    `extras` stand printed between items and total; `end_sum` is the first sum below the items,
    which on a ticket with an insurer's share or a deposit paid is not what remains to be paid.
    """
    costs: dict[int, float] = {}
    if end_sum is not None:
        costs[to_cents(end_sum)] = _INTERIM
    for value, cost in _list_sums(fields, extras):
        cents = to_cents(value)
        if cents > 0:
            costs[cents] = min(cost, costs.get(cents, cost))
    return tuple(Goal(cents, cost) for cents, cost in costs.items())


def to_cents(value: Decimal) -> int:
    """Whole cents, half up to even as the value is exact anyway."""
    return int((value * 100).to_integral_value())


def _list_sums(
    fields: ReceiptFields, extras: tuple[Decimal, ...]
) -> Iterable[tuple[Decimal, float]]:
    if fields.subtotal is not None:
        yield fields.subtotal.value, 0.0
    if fields.total is None:
        return
    total = fields.total.value
    yield total, 0.0
    taxes = sum((tax.amount for tax in fields.taxes if tax.amount is not None), Decimal(0))
    tip = fields.tip.value if fields.tip else Decimal(0)
    for less in {taxes, tip, taxes + tip} - {Decimal(0)}:
        yield total - less, 0.2
    for size in (1, 2, 3):
        for some in combinations(extras, size):
            yield total - sum(some), 0.1 + 0.1 * size
