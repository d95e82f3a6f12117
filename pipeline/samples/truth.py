"""What a perfect reader would find on the printed ticket; written as JSON beside its picture."""

import json
from dataclasses import asdict, dataclass

from pipeline.samples.item_rows import printed_description
from pipeline.samples.style import Style, subtotal_of
from pipeline.samples.ticket import Ticket


@dataclass(frozen=True)
class ItemTruth:
    """One line item; `amount` is as printed, before `discount` ("0.00" where there is none).

    Quantities are decimal strings; `unit` is "piece", "kg" or "L".
    """

    description: str
    quantity: str
    unit: str
    unitPrice: str  # noqa: N815 - the JSON's own name
    amount: str
    discount: str


@dataclass(frozen=True)
class TaxTruth:
    """One row of the tax table; rate in percent ("5.5"), base without tax."""

    rate: str
    base: str
    amount: str


@dataclass(frozen=True)
class ReceiptTruth:
    """All that is printed; what the ticket does not print is None (or an empty list of taxes).

    The items' amounts minus their discounts sum to `total` exactly. `subtotal` is the SOUS-TOTAL
    or SUBTOTAL row, or the TOTAL HT row where the ticket has that one instead.
    """

    merchant: str
    address: str
    phone: str | None
    siret: str | None
    vatNumber: str | None  # noqa: N815
    date: str
    time: str
    currency: str
    total: str
    subtotal: str | None
    taxes: tuple[TaxTruth, ...]
    paymentMethod: str  # noqa: N815
    change: str | None
    receiptType: str  # noqa: N815
    language: str
    receiptNumber: str  # noqa: N815
    items: tuple[ItemTruth, ...]
    degradation: str
    seed: int

    def to_json(self) -> str:
        """Indented JSON, keys in the order above, ending in a newline."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def state_truth(ticket: Ticket, style: Style, degradation: str, seed: int) -> ReceiptTruth:
    """The truth of this ticket as printed in this style."""
    merchant, basket = ticket.merchant, ticket.basket
    subtotal = subtotal_of(ticket, style)
    moment = ticket.moment if style.time_pattern == "seconds" else ticket.moment.replace(second=0)
    return ReceiptTruth(
        merchant=merchant.name,
        address=f"{merchant.street}, {merchant.city}",
        phone=merchant.phone if style.shows_phone else None,
        siret=merchant.siret if style.shows_siret else None,
        vatNumber=merchant.vat_number if style.shows_vat_number else None,
        date=ticket.day.isoformat(),
        time=moment.isoformat("seconds" if style.time_pattern == "seconds" else "minutes"),
        currency=ticket.currency,
        total=str(basket.total),
        subtotal=None if subtotal is None else str(subtotal),
        taxes=_taxes(ticket, style),
        paymentMethod=ticket.payment.method,
        change=None if ticket.payment.change is None else str(ticket.payment.change),
        receiptType=ticket.receipt_type,
        language=ticket.language,
        receiptNumber=ticket.number,
        items=_items(ticket, style),
        degradation=degradation,
        seed=seed,
    )


def _taxes(ticket: Ticket, style: Style) -> tuple[TaxTruth, ...]:
    if style.tax_layout is None:
        return ()
    return tuple(
        TaxTruth(str(tax.rate), str(tax.base), str(tax.amount)) for tax in ticket.basket.taxes
    )


def _items(ticket: Ticket, style: Style) -> tuple[ItemTruth, ...]:
    return tuple(
        ItemTruth(
            description=printed_description(style, bought),
            quantity=str(bought.quantity),
            unit=bought.unit,
            unitPrice=str(bought.unit_price),
            amount=str(bought.amount),
            discount=str(bought.discount),
        )
        for bought in ticket.basket.purchases
    )
