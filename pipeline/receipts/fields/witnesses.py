"""What the rest of a ticket says its total is: items, taxes, payment, subtotal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.receipts.document import AmountField, ItemList, ReceiptFields, TaxLine
from pipeline.receipts.fields.amounts import LabelledRow, amounts_of
from pipeline.receipts.fields.labels import Role
from pipeline.receipts.fields.tax_arithmetic import is_misreading

CASH_ROUNDING = Decimal("0.05")  # totals in cash are rounded to five cents in several countries
_FEWEST_TO_MEND = 2
_MENDED, _INFERRED = 0.8, 0.5


@dataclass(frozen=True)
class Witness:
    """The values that one kind of evidence allows; several where it cannot tell them apart."""

    kind: str
    values: tuple[Decimal, ...]

    def supports(self, total: Decimal) -> bool:
        """Is the total one of the values, or what cash rounds one to?"""
        if total % CASH_ROUNDING:
            return total in self.values
        return any(abs(total - value) < CASH_ROUNDING for value in self.values)


def call_witnesses(
    labelled: Sequence[LabelledRow], fields: ReceiptFields, items: ItemList | None = None
) -> tuple[Witness, ...]:
    """One of each kind that the ticket has: "items", "taxes", "paid", "subtotal".

    Without `items` the amounts above the totals stand for them. Items whose readings were changed
    to close on the total are no witness for it.
    """
    found = (
        Witness("items", _sum_rows(labelled) if items is None else _sum_items(items)),
        Witness("taxes", _sum_taxes(fields.taxes)),
        Witness("paid", _list_paid(labelled, fields)),
        Witness("subtotal", _list_subtotals(fields)),
    )
    return tuple(witness for witness in found if witness.values)


def _sum_rows(labelled: Sequence[LabelledRow]) -> tuple[Decimal, ...]:
    """The sum of the amounts above the first total; discounts are negative."""
    amounts = []
    for entry in labelled:
        role = entry.label.role if entry.label else None
        if role in (Role.TOTAL, Role.SUBTOTAL):
            break
        if entry.amounts and role in (None, Role.DISCOUNT):
            amounts.append(entry.amounts[-1].value)
    return (sum(amounts, Decimal(0)),) if amounts else ()


def _sum_items(items: ItemList) -> tuple[Decimal, ...]:
    if items.changed:
        return ()
    nets = [item.amount - item.discount for item in items.items]
    return (sum(nets, Decimal(0)),) if nets else ()


def _sum_taxes(taxes: tuple[TaxLine, ...]) -> tuple[Decimal, ...]:
    """Bases with their taxes, where every line has both."""
    gross = [tax.base + tax.amount for tax in taxes if tax.base and tax.amount is not None]
    return (sum(gross, Decimal(0)),) if gross and len(gross) == len(taxes) else ()


def _list_paid(labelled: Sequence[LabelledRow], fields: ReceiptFields) -> tuple[Decimal, ...]:
    """What was paid less the change; each payment and their sum where none was given."""
    paid = amounts_of(labelled, Role.PAID)
    if fields.change is not None and fields.change.value:
        return tuple(each - fields.change.value for each in paid if each > fields.change.value)
    tip = fields.tip.value if fields.tip else Decimal(0)
    sums = {*paid, sum(paid, Decimal(0))} if paid else set()
    return tuple(sorted(sums | {value - tip for value in sums if tip}))


def _list_subtotals(fields: ReceiptFields) -> tuple[Decimal, ...]:
    """The subtotal, tax included or not, with and without a tip."""
    if fields.subtotal is None:
        return ()
    taxes = sum((tax.amount for tax in fields.taxes if tax.amount), Decimal(0))
    tip = fields.tip.value if fields.tip else Decimal(0)
    base = fields.subtotal.value
    return tuple(sorted({base, base + taxes, base + tip, base + taxes + tip}))


def mend_total(total: AmountField, witnesses: Sequence[Witness]) -> AmountField:
    """The value that two witnesses say where the one read is a misreading of it.

    It stays where any witness supports it; one that was mended is less sure.
    """
    if any(witness.supports(total.value) for witness in witnesses):
        return total
    said = {value for witness in witnesses for value in witness.values}
    agreed = {
        value
        for value in said
        if is_misreading(total.value, value)
        and sum(value in witness.values for witness in witnesses) >= _FEWEST_TO_MEND
    }
    if len(agreed) != 1:
        return total
    return replace(total, value=agreed.pop(), confidence=total.confidence * _MENDED)


def infer_total(
    witnesses: Sequence[Witness], currency: str | None, page: int
) -> AmountField | None:
    """The total that no row says where taxes or payment agree with another kind; it has no box."""
    strong = [witness for witness in witnesses if witness.kind in ("taxes", "paid")]
    agreed = {
        value
        for witness in strong
        for value in witness.values
        if value > 0 and sum(value in other.values for other in witnesses) >= _FEWEST_TO_MEND
    }
    if len(agreed) != 1:
        return None
    return AmountField(agreed.pop(), currency, _INFERRED, None, page)
