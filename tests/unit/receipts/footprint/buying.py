"""Lines and purchases as the footprint stage gets them."""

from decimal import Decimal
from functools import lru_cache

from pipeline.receipts.document import LineItem
from pipeline.receipts.footprint import FactorBook, Purchase, WeighedLine, weigh


@lru_cache(maxsize=1)
def shipped_book() -> FactorBook:
    return FactorBook()


def line(
    description: str,
    amount: str = "2.00",
    quantity: str = "1",
    unit: str = "pcs",
    discount: str = "0",
) -> LineItem:
    return LineItem(
        description=description,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=None,
        amount=Decimal(amount),
        discount=Decimal(discount),
        confidence=0.9,
        box=None,
        page=1,
    )


def purchase(
    receipt_type: str | None = "retail",
    language: str | None = "fr",
    currency: str | None = "EUR",
    vat_rate: str | None = None,
) -> Purchase:
    rate = None if vat_rate is None else Decimal(vat_rate)
    return Purchase(receipt_type, currency, language, rate)


def weigh_one(item: LineItem, bought: Purchase | None = None) -> WeighedLine | None:
    return weigh([item], bought or purchase(), shipped_book(), {}).lines[0]


def weighed(item: LineItem, bought: Purchase | None = None) -> WeighedLine:
    found = weigh_one(item, bought)
    assert found is not None, f"{item.description} was not weighed"
    return found
