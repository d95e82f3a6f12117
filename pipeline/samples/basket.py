"""What was bought and what it costs: quantities, discounts, taxes. Exact arithmetic, no text."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from pipeline.samples.chance import Chance
from pipeline.samples.vocabulary import Product, load_products

CENT = Decimal("0.01")
MOST_LINES = 22
# How many lines a ticket of each kind carries, at least and at most.
LINE_COUNTS = {
    "supermarket": (3, MOST_LINES),
    "restaurant": (2, 11),
    "pharmacy": (2, 7),
    "bakery": (2, 6),
    "fuel": (1, 1),
}
DISCOUNT_LABELS = {
    "fr": ("REMISE", "REMISE IMMEDIATE", "2EME A -50%", "LOT 3 POUR 2", "PROMO", "REDUC. FIDELITE"),
    "en": ("DISCOUNT", "MULTIBUY SAVING", "2ND HALF PRICE", "3 FOR 2", "PRICE CUT", "CLUB SAVING"),
}
DEPOSIT_LABELS = {"fr": "CONSIGNE BOUTEILLE", "en": "BOTTLE DEPOSIT"}


@dataclass(frozen=True)
class Purchase:
    """One bought thing: `amount` is before `discount`, which is what is taken off (0 if none)."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    discount: Decimal
    discount_label: str
    rate: Decimal

    @property
    def net(self) -> Decimal:
        """What this line adds to the total."""
        return self.amount - self.discount


@dataclass(frozen=True)
class Tax:
    """One row of the tax table: rate in percent, base without tax, tax amount."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Basket:
    """All that was bought in one go; taxes are inside the prices."""

    purchases: tuple[Purchase, ...]
    taxes: tuple[Tax, ...]
    total: Decimal


def fill_basket(chance: Chance, country: str, receipt_type: str) -> Basket:
    """Buy at random in one kind of shop; the purchases' net sums to `total` exactly."""
    language = "fr" if country == "fr" else "en"
    count = _line_count(chance, receipt_type)
    products = chance.sample(load_products(language, receipt_type), count)
    purchases = [_buy(chance, product, receipt_type, language) for product in products]
    if receipt_type == "supermarket" and count < MOST_LINES and chance.happens(0.12):
        purchases.append(_deposit(chance, language, purchases[0].rate))
    if country == "us":
        # The American towns of the samples are in states without a sales tax: prices are final.
        purchases = [replace(purchase, rate=Decimal(0)) for purchase in purchases]
    total = sum((purchase.net for purchase in purchases), Decimal(0))
    return Basket(tuple(purchases), tax_table(purchases), total)


def _line_count(chance: Chance, receipt_type: str) -> int:
    low, high = LINE_COUNTS[receipt_type]
    # The smaller of two throws: short tickets are the more common ones.
    return min(chance.whole(low, high), chance.whole(low, high + 3), high)


def _buy(chance: Chance, product: Product, receipt_type: str, language: str) -> Purchase:
    if product.unit == "L":
        return _buy_fuel(chance, product)
    price = Decimal(_shop_price(chance, product, receipt_type)).scaleb(-2)
    quantity = _quantity(chance, product, receipt_type)
    amount = (price * quantity).quantize(CENT, ROUND_HALF_UP)
    label, discount = _discount(chance, quantity, price, amount, receipt_type, language)
    return Purchase(
        product.label, quantity, product.unit, price, amount, discount, label, product.rate
    )


def _shop_price(chance: Chance, product: Product, receipt_type: str) -> int:
    price = chance.whole(product.low_price, product.high_price)
    if receipt_type == "restaurant":
        price = price // 10 * 10 + chance.pick((0, 0, 0, 5))
    elif price > 100 and chance.happens(0.7):
        # Shelf prices end in 9, 5 or 0 far more often than chance would have it.
        price = price // 10 * 10 + chance.pick((0, 5, 9, 9))
    return min(max(price, product.low_price), product.high_price)


def _quantity(chance: Chance, product: Product, receipt_type: str) -> Decimal:
    if product.unit == "kg":
        return Decimal(chance.whole(112, 1680)).scaleb(-3)
    more_than_one = {"restaurant": 0.4, "bakery": 0.45}.get(receipt_type, 0.22)
    return Decimal(chance.whole(2, 4) if chance.happens(more_than_one) else 1)


def _buy_fuel(chance: Chance, product: Product) -> Purchase:
    price = Decimal(chance.whole(product.low_price, product.high_price)).scaleb(-3)
    litres = Decimal(chance.whole(1200, 5800)).scaleb(-2)
    amount = (price * litres).quantize(CENT, ROUND_HALF_UP)
    return Purchase(product.label, litres, "L", price, amount, Decimal("0.00"), "", product.rate)


def _discount(
    chance: Chance,
    quantity: Decimal,
    price: Decimal,
    amount: Decimal,
    receipt_type: str,
    language: str,
) -> tuple[str, Decimal]:
    likely = {"supermarket": 0.14, "pharmacy": 0.08}.get(receipt_type, 0.03)
    if amount < 1 or not chance.happens(likely):
        return "", Decimal("0.00")
    plain, immediate, second_half, three_for_two, promo, club = DISCOUNT_LABELS[language]
    if quantity == 2:
        return second_half, (price / 2).quantize(CENT, ROUND_HALF_UP)
    if quantity == 3:
        return three_for_two, price.quantize(CENT)
    share = Decimal(chance.pick((10, 15, 20, 25, 30))) / 100
    label = chance.pick((plain, immediate, promo, club))
    return label, (amount * share).quantize(CENT, ROUND_HALF_UP)


def _deposit(chance: Chance, language: str, rate: Decimal) -> Purchase:
    price, bottles = Decimal("0.25"), Decimal(chance.whole(1, 4))
    label = DEPOSIT_LABELS[language]
    return Purchase(label, bottles, "piece", price, price * bottles, Decimal("0.00"), "", rate)


def tax_table(purchases: list[Purchase]) -> tuple[Tax, ...]:
    """One row a rate: base = gross / (1 + rate), rounded to the cent, and tax = gross - base.

    Bases and amounts add up to the total exactly because only one of the two is rounded.
    """
    rows = []
    for rate in sorted({purchase.rate for purchase in purchases}):
        gross = sum((bought.net for bought in purchases if bought.rate == rate), Decimal(0))
        base = (gross / (1 + rate / 100)).quantize(CENT, ROUND_HALF_UP)
        rows.append(Tax(rate, base, gross - base))
    return tuple(rows)
