"""The words of the samples: products with prices, and the parts merchants are invented from."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

RECEIPT_TYPES = ("supermarket", "restaurant", "pharmacy", "bakery", "fuel")
COUNTRIES = ("fr", "gb", "us")


@dataclass(frozen=True)
class Product:
    """Something a shop sells; prices in cents, or in thousandths a litre for fuel."""

    label: str
    low_price: int
    high_price: int
    rate: Decimal
    unit: str


@dataclass(frozen=True)
class MerchantWords:
    """The parts that the merchants of one country are put together from."""

    heads: dict[str, tuple[str, ...]]
    tails: dict[str, tuple[str, ...]]
    slogans: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    phones: tuple[str, ...]
    cashiers: tuple[str, ...]
    footers: tuple[str, ...]


def _read_json(name: str) -> Any:
    return json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def load_products(language: str, receipt_type: str) -> tuple[Product, ...]:
    """Products of one kind of shop; `language` is "fr" or "en"."""
    rows = _read_json(f"products_{language}.json")[receipt_type]
    return tuple(
        Product(label, low, high, Decimal(rate), unit or "piece")
        for label, low, high, rate, unit in rows
    )


@cache
def load_merchant_words(country: str) -> MerchantWords:
    """Name, street and footer parts of one of COUNTRIES."""
    words = _read_json(f"merchants_{country}.json")
    lists = ("slogans", "streets", "cities", "phones", "cashiers", "footers")
    return MerchantWords(
        heads={kind: tuple(words[kind]["heads"]) for kind in RECEIPT_TYPES},
        tails={kind: tuple(words[kind]["tails"]) for kind in RECEIPT_TYPES},
        **{name: tuple(words[name]) for name in lists},
    )
