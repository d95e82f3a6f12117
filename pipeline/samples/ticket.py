"""One purchase at one till: who, when, what, how it was paid. No layout yet."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import ROUND_CEILING, Decimal

from pipeline.samples.basket import Basket, fill_basket
from pipeline.samples.chance import Chance
from pipeline.samples.merchant import Merchant, invent_merchant
from pipeline.samples.vocabulary import load_merchant_words

CURRENCIES = {"fr": "EUR", "gb": "GBP", "us": "USD"}
FIRST_DAY = date(2023, 1, 2)
DAYS_COVERED = 1090  # up to the end of 2025
OPENING_HOURS = {
    "supermarket": (8, 20),
    "restaurant": (12, 22),
    "pharmacy": (9, 19),
    "bakery": (7, 18),
    "fuel": (6, 22),
}


@dataclass(frozen=True)
class Payment:
    """`method` is "card" or "cash"; tendered and change are set for cash only."""

    method: str
    tendered: Decimal | None
    change: Decimal | None
    card_digits: str


@dataclass(frozen=True)
class Ticket:
    """Everything the till knows about one sale."""

    receipt_type: str
    country: str
    merchant: Merchant
    day: date
    moment: time
    number: str
    cashier: str
    till: int
    basket: Basket
    payment: Payment

    @property
    def language(self) -> str:
        """ISO 639-1 code of the printed words."""
        return "fr" if self.country == "fr" else "en"

    @property
    def currency(self) -> str:
        """ISO 4217 code of the money."""
        return CURRENCIES[self.country]


def ring_up(chance: Chance, country: str, receipt_type: str) -> Ticket:
    """Sell something at random in a shop of the given kind."""
    basket = fill_basket(chance, country, receipt_type)
    opening, closing = OPENING_HOURS[receipt_type]
    return Ticket(
        receipt_type=receipt_type,
        country=country,
        merchant=invent_merchant(chance, country, receipt_type),
        day=FIRST_DAY + timedelta(days=chance.whole(0, DAYS_COVERED)),
        moment=time(chance.whole(opening, closing - 1), chance.whole(0, 59), chance.whole(0, 59)),
        number=_receipt_number(chance),
        cashier=chance.pick(load_merchant_words(country).cashiers),
        till=chance.whole(1, 12),
        basket=basket,
        payment=_pay(chance, basket.total),
    )


def _receipt_number(chance: Chance) -> str:
    shape = chance.pick(("six", "four", "dashed", "letter"))
    if shape == "dashed":
        return f"{chance.whole(1, 9):02d}-{chance.digits(5)}"
    if shape == "letter":
        return f"{chance.pick('ABFT')}{chance.digits(6)}"
    return str(chance.whole(1, 9)) + chance.digits(5 if shape == "six" else 3)


def _pay(chance: Chance, total: Decimal) -> Payment:
    digits = chance.digits(4)
    if not chance.happens(0.3):
        return Payment("card", None, None, digits)
    step = chance.pick((1, 5, 10, 10, 20, 50))
    notes = (total / step).to_integral_value(ROUND_CEILING)
    tendered = (notes * step).quantize(Decimal("0.01"))
    return Payment("cash", tendered, tendered - total, digits)
