"""Items of a ticket written by hand, in a form that tests can compare at a glance."""

from decimal import Decimal

from pipeline.receipts.document import AmountField, ItemList, LineItem, ReceiptFields
from pipeline.receipts.items import find_items
from tests.unit.receipts.writing import write_page


def read_items(ticket: str, total: str | None, subtotal: str | None = None) -> ItemList:
    """The items where the field stage read this total and subtotal."""
    fields = ReceiptFields(total=_amount(total), subtotal=_amount(subtotal))
    return find_items((write_page(ticket),), fields)


def show(item: LineItem) -> str:
    """'name | quantity unit x price | amount - discount', without what is not printed."""
    price = "" if item.unit_price is None else f" x {item.unit_price}"
    discount = f" - {item.discount}" if item.discount else ""
    quantity = f"{item.quantity.normalize():f}"
    return f"{item.description} | {quantity} {item.unit}{price} | {item.amount}{discount}"


def _amount(value: str | None) -> AmountField | None:
    return None if value is None else AmountField(Decimal(value), None, 0.9, None, 1)
