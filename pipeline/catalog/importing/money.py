"""Prices and numbers as people of several countries write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from pipeline.catalog.importing.mapping import DecimalMark
from pipeline.catalog.importing.table import Cell
from pipeline.catalog.product import MAX_PRICE_CENTS

SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "US$": "USD",
    "CA$": "CAD",
    "A$": "AUD",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "Fr": "CHF",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "euro": "EUR",
    "euros": "EUR",
}
# Signs that other currencies have too, which a column or the whole table may say.
_DOLLARS = frozenset({"CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL"})
_SHARED = {"$": _DOLLARS, "¥": frozenset({"CNY"})}
_BY_SYMBOL = {symbol.casefold(): code for symbol, code in SYMBOLS.items()}

# Spaces of every width, and the apostrophes that group thousands in Switzerland.
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]")
_PRICE = re.compile(r"(?P<before>[^\d,.+-]*)(?P<number>[+-]?[\d,.]*\d)(?:,-|,–|\.-)?(?P<after>\D*)")
# 12 90 is no 1290: what stands behind a space are three digits.
_BROKEN_GROUP = re.compile(r"\d[\s\u00a0\u2007\u2009\u202f'’]+(?!\d{3}(?!\d))\d")
_WITH_TAX = re.compile(r"(ttc|ht)$", re.IGNORECASE)
_CENTS_BEHIND_SYMBOL = re.compile(r"(\d+)€(\d{2})")
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)")


class AmountError(ValueError):
    """The cell holds no amount; `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Price:
    """Cents, and the currency where the cell names one; `may_be`: others that its sign means."""

    cents: int
    currency: str | None
    may_be: frozenset[str] = field(default=frozenset(), compare=False)


def read_price(cell: Cell, decimal: DecimalMark | None) -> Price:
    """`12,90 €`, `1 299.00`, `1.299,00`, `EUR 12`, or a number of the table's own.

    `decimal` decides what the text alone leaves open: 1.299. Raises AmountError PRICE_INVALID,
    PRICE_AMBIGUOUS, PRICE_NEGATIVE or CURRENCY_UNKNOWN.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Price(_to_cents(Decimal(str(cell))), None)
    if not isinstance(cell, str):
        raise AmountError("PRICE_INVALID")
    if _BROKEN_GROUP.search(cell):
        raise AmountError("PRICE_INVALID")
    text = _WITH_TAX.sub("", _SPACES.sub("", cell))
    text = _CENTS_BEHIND_SYMBOL.sub(r"\1,\2€", text)
    found = _PRICE.fullmatch(text)
    if found is None:
        raise AmountError("PRICE_INVALID")
    currency, may_be = _read_named([part for part in (found["before"], found["after"]) if part])
    amount = _read_grouped(found["number"], decimal)
    return Price(_to_cents(amount), currency, may_be)


def read_currency(cell: Cell) -> str:
    """The ISO 4217 code of a code or symbol. Raises AmountError CURRENCY_UNKNOWN."""
    if isinstance(cell, str):
        text = cell.strip()
        code = _BY_SYMBOL.get(text.casefold()) or text.upper()
        if code in known_currencies():
            return code
    raise AmountError("CURRENCY_UNKNOWN")


def read_number(cell: Cell) -> float | int:
    """A number with either decimal mark, ungrouped. Raises AmountError NUMBER_INVALID."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _storable(cell)
    text = _SPACES.sub("", cell) if isinstance(cell, str) else ""
    if not _PLAIN.fullmatch(text) or len(text) > 30:
        raise AmountError("NUMBER_INVALID")
    if text.lstrip("+-").isdigit():
        return _storable(int(text))
    return float(text.replace(",", "."))


def find_decimal_mark(cell: Cell) -> DecimalMark | None:
    """The mark that this price certainly uses before its cents."""
    if not isinstance(cell, str):
        return None
    found = re.search(r"([.,])(\d{1,2})(?!\d)(?!.*\d[.,])", _SPACES.sub("", cell))
    return None if found is None else ("," if found[1] == "," else ".")


@lru_cache(maxsize=1)
def known_currencies() -> frozenset[str]:
    """Every code of ISO 4217 that CLDR knows, those of the past as well."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


def _read_named(parts: Sequence[str]) -> tuple[str | None, frozenset[str]]:
    """The currency that stands around an amount, and others that it may be: $12 CAD names one."""
    named = {read_currency(part): _SHARED.get(part, frozenset()) for part in parts}
    sure = {code: others for code, others in named.items() if others.isdisjoint(named)}
    if len(sure) > 1:
        raise AmountError("PRICE_INVALID")
    return next(iter(sure.items()), (None, frozenset()))


def _storable(number: float | int) -> float | int:
    # Beyond it a number of JSON is not the same number everywhere.
    if abs(number) > 2**53:
        raise AmountError("NUMBER_INVALID")
    return number


def _read_grouped(text: str, decimal: DecimalMark | None) -> Decimal:
    marks = [character for character in text if character in ",."]
    mark: str | None = marks[-1] if marks else None
    if mark and (len(set(marks)) == 1 and _groups_thousands(text, mark, decimal)):
        mark = None
    elif mark and (len(set(marks)) == 1 and len(marks) > 1):
        raise AmountError("PRICE_INVALID")
    whole, _, cents = text.rpartition(mark) if mark else (text, "", "")
    if not re.fullmatch(r"[+-]?(\d*|\d{1,3}([.,]\d{3})+)", whole) or (mark and mark in whole):
        raise AmountError("PRICE_INVALID")
    try:
        return Decimal(re.sub("[.,]", "", whole) + "." + (cents or "0"))
    except InvalidOperation:
        raise AmountError("PRICE_INVALID") from None


def _groups_thousands(text: str, mark: str, decimal: DecimalMark | None) -> bool:
    """Whether the only kind of mark in `text` stands between thousands."""
    if not re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(\{mark}\d{{3}})+", text):
        return False
    if text.count(mark) > 1 or (decimal and decimal != mark):
        return True
    if decimal == mark:
        return False
    raise AmountError("PRICE_AMBIGUOUS")


def _to_cents(amount: Decimal) -> int:
    if not amount.is_finite() or abs(amount) > MAX_PRICE_CENTS / 100:
        raise AmountError("PRICE_INVALID")
    if amount < 0:
        raise AmountError("PRICE_NEGATIVE")
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
