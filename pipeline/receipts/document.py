"""Plain data between the receipt stages: pages, words, lines, fields. No I/O, no libraries.

Every box is (x0, y0, x1, y1) in pixels of the upright page picture, origin top left.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

Box = tuple[float, float, float, float]

RECEIPT_TYPES = ("retail", "restaurant", "pharmacy", "fuel", "hotel", "transport", "other")
PAYMENT_METHODS = ("card", "cash", "cheque", "voucher", "transfer", "mobile", "other")
UNITS = ("pcs", "kg", "l")


@dataclass(frozen=True)
class Word:
    """One word as an OCR engine read it; confidence in 0..1."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True)
class Line:
    """Words on one printed row, left to right; confidence is their length-weighted mean."""

    text: str
    box: Box
    confidence: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class PageText:
    """What one engine read on one page; `page` counts from 1, sizes in pixels."""

    page: int
    width: int
    height: int
    engine: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TextField:
    """A text value with where it was read; confidence in 0..1."""

    value: str
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class DateField:
    """A calendar date with where it was read."""

    value: date
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class TimeField:
    """A wall-clock time with where it was read."""

    value: time
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class AmountField:
    """Money with its ISO 4217 currency (None when the ticket does not say)."""

    value: Decimal
    currency: str | None
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class TaxLine:
    """One rate of a tax table; `rate` in percent, `base` without tax; None where not printed."""

    rate: Decimal | None
    base: Decimal | None
    amount: Decimal | None
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class ReceiptFields:
    """Everything the field stage understood; None means not found, never guessed.

    `payment_method` is one of PAYMENT_METHODS, `receipt_type` one of RECEIPT_TYPES. The VAT number
    is that of any country (TVA, GST, USt-IdNr, partita IVA); the SIRET is French.
    """

    merchant: TextField | None = None
    address: TextField | None = None
    phone: TextField | None = None
    siret: TextField | None = None
    vat_number: TextField | None = None
    date: DateField | None = None
    time: TimeField | None = None
    total: AmountField | None = None
    subtotal: AmountField | None = None
    tip: AmountField | None = None
    change: AmountField | None = None
    taxes: tuple[TaxLine, ...] = ()
    currency: TextField | None = None
    payment_method: TextField | None = None
    receipt_type: TextField | None = None
    receipt_number: TextField | None = None
    language: TextField | None = None


@dataclass(frozen=True)
class LineItem:
    """One thing sold. `amount` is as printed, before `discount` (0 or more, in the same currency).

    `quantity` is 1 and `unit_price` None where the ticket prints neither. `unit` is one of UNITS.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    amount: Decimal
    discount: Decimal
    confidence: float
    box: Box | None
    page: int


@dataclass(frozen=True)
class ItemList:
    """The line items of a ticket, and what their arithmetic says.

    `is_reconciled`: amounts less discounts sum to the subtotal or total. `difference` is that sum
    less the nearest of both; None where neither was read. `changed` tells the places where another
    reading than the first was taken to make the sum close.
    """

    items: tuple[LineItem, ...]
    is_reconciled: bool
    difference: Decimal | None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """All that was understood of a ticket."""

    fields: ReceiptFields
    items: ItemList
