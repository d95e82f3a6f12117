"""The values that a person may write into a receipt, checked and brought into their JSON form.

Every refusal is an InvalidRequestError whose `field` is the path that was edited.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from babel.core import get_global

from pipeline.errors import InvalidRequestError
from pipeline.receipts.document import PAYMENT_METHODS, RECEIPT_TYPES, UNITS
from pipeline.receipts.review.effective import AMOUNTS
from pipeline.storable import is_storable

JsonObject = dict[str, Any]

LONGEST_TEXT = 300
LARGEST_AMOUNT = Decimal("1e10")
LARGEST_QUANTITY = Decimal("1e6")
MOST_TAXES = 20
MOST_PAGES = 1000
EARLIEST_YEAR = 1970

CHOICES = {"paymentMethod": PAYMENT_METHODS, "receiptType": RECEIPT_TYPES}
PATTERNS = {
    "siret": (re.compile(r"\d{14}"), "12345678901234"),
    "vatNumber": (re.compile(r"[A-Z0-9+*-]{4,20}"), "FR12345678901"),
    "language": (re.compile(r"[a-z]{2}"), "fr"),
}
TEXTS = ("merchantName", "merchantAddress", "merchantPhone", "receiptNumber")
SINGLE_FIELDS = frozenset({"date", "time", "currency", *TEXTS, *AMOUNTS, *CHOICES, *PATTERNS})
ITEM_PARTS = ("description", "quantity", "unit", "unitPrice", "amount", "discount")
_NEEDED_PARTS = ("description", "amount")
_TAX_PARTS = ("rate", "base", "amount")


def field_value(name: str, value: Any) -> str | float:
    """The value of the single field `name` as the contract writes it: text, ISO date, number."""
    if name in AMOUNTS:
        return amount_value(name, value)
    if name in CHOICES:
        return choice_value(name, value, CHOICES[name])
    if name in PATTERNS:
        return _pattern(name, value)
    special = {"date": _date, "time": _time, "currency": _currency}
    return special.get(name, _text)(name, value)


def item_value(path: str, part: str, value: Any) -> str | float | None:
    """The value of one part of a line item; only the price of a unit may be missing."""
    if part == "description":
        return _text(path, value)
    if part == "unit":
        return _choice(path, _text(path, value), UNITS, ", ".join(UNITS))
    if part == "unitPrice":
        return None if value is None else amount_value(path, value, decimals=3)
    if part == "discount" and value is None:
        return 0.0
    if part == "quantity":
        return _number(path, value, Decimal("0.001"), LARGEST_QUANTITY, decimals=3)
    lowest = Decimal(0) if part == "discount" else -LARGEST_AMOUNT
    return _number(path, value, lowest, LARGEST_AMOUNT, decimals=2)


def new_item(path: str, value: Any) -> JsonObject:
    """A line item that a person adds, with the parts that were not given as 1 piece without more.

    Raises InvalidRequestError EDIT_INCOMPLETE without description or amount.
    """
    parts = _object(path, value, ITEM_PARTS)
    for part in _NEEDED_PARTS:
        if parts.get(part) is None:
            raise _refuse("EDIT_INCOMPLETE", path, "needs a description and an amount")
    given: JsonObject = {"quantity": 1, "unit": "pcs", "unitPrice": None, "discount": 0, **parts}
    return {part: item_value(f"{path}/{part}", part, given[part]) for part in ITEM_PARTS}


def tax_rows(path: str, value: Any) -> list[JsonObject]:
    """The whole tax table: {rate, base, amount}, each a number or null."""
    if not isinstance(value, list) or len(value) > MOST_TAXES:
        raise _refuse("EDIT_NO_LIST", path, f"is a list of at most {MOST_TAXES} rows")
    return [_tax_row(path, row) for row in value]


def place_value(path: str, given: Any) -> tuple[Any, JsonObject]:
    """The value, and {box, page} where it was picked on the picture, else nothing."""
    if not isinstance(given, Mapping) or "value" not in given:
        return given, {}
    box, page = given.get("box"), given.get("page", 1)
    is_box = isinstance(box, list | tuple) and len(box) == 4 and all(map(_is_number, box))
    if not (is_box or box is None) or not isinstance(page, int) or not 1 <= page <= MOST_PAGES:
        raise _refuse("EDIT_NO_BOX", path, "has a box of four numbers, and a page")
    if box is None:
        return given["value"], {}
    return given["value"], {"box": [round(float(side), 1) for side in box], "page": page}


def choice_value(path: str, value: Any, known: tuple[str, ...]) -> str:
    """One of `known`. Raises InvalidRequestError EDIT_NO_CHOICE."""
    return _choice(path, _text(path, value), known, ", ".join(known))


def text_value(path: str, value: Any) -> str:
    """Text of some words. Raises InvalidRequestError EDIT_NO_TEXT or EDIT_TOO_LONG."""
    return _text(path, value)


def amount_value(path: str, value: Any, decimals: int = 2) -> float:
    """An amount of money; text and numbers are taken, so that no cent is lost on the way."""
    return _number(path, value, -LARGEST_AMOUNT, LARGEST_AMOUNT, decimals=decimals)


def _tax_row(path: str, value: Any) -> JsonObject:
    row = _object(path, value, _TAX_PARTS)
    rate, base, amount = (row.get(part) for part in _TAX_PARTS)
    return {
        "rate": None if rate is None else _number(path, rate, Decimal(0), Decimal(100), decimals=3),
        "base": None if base is None else amount_value(path, base),
        "amount": None if amount is None else amount_value(path, amount),
    }


def _is_number(side: Any) -> bool:
    return isinstance(side, int | float) and not isinstance(side, bool) and isfinite(side)


def _object(path: str, value: Any, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _refuse("EDIT_NO_OBJECT", path, "is an object")
    for name in value:
        if name not in known:
            raise unknown_field(f"{path}/{name}")
    return value


def _number(path: str, value: Any, lowest: Decimal, highest: Decimal, *, decimals: int) -> float:
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _refuse("EDIT_NO_NUMBER", path, "is a number such as 12.50")
    if not lowest <= number <= highest:
        limits = {"lowest": float(lowest), "highest": float(highest)}
        raise _refuse("EDIT_OUT_OF_RANGE", path, f"is between {lowest} and {highest}", **limits)
    if number != round(number, decimals):
        raise _refuse("EDIT_TOO_FINE", path, f"has {decimals} decimals", decimals=decimals)
    return float(number)


def _text(path: str, value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or not is_storable(text):
        raise _refuse("EDIT_NO_TEXT", path, "is text")
    if len(text) > LONGEST_TEXT:
        raise _refuse("EDIT_TOO_LONG", path, "is too long", limit=LONGEST_TEXT)
    return text


def _date(path: str, value: Any) -> str:
    try:
        day = date.fromisoformat(_text(path, value))
    except ValueError:
        raise _refuse("EDIT_NO_DATE", path, "is a day such as 2026-03-31") from None
    if day.year < EARLIEST_YEAR:
        raise _refuse("EDIT_NO_DATE", path, "is a day such as 2026-03-31")
    return day.isoformat()


def _time(path: str, value: Any) -> str:
    try:
        moment = time.fromisoformat(_text(path, value))
    except ValueError:
        raise _refuse("EDIT_NO_TIME", path, "is a time such as 18:42") from None
    if moment.tzinfo is not None or moment.microsecond:
        raise _refuse("EDIT_NO_TIME", path, "is a time such as 18:42")
    return moment.isoformat("seconds" if moment.second else "minutes")


def _pattern(name: str, value: Any) -> str:
    pattern, example = PATTERNS[name]
    text = "".join(_text(name, value).split())
    text = text.lower() if name == "language" else text.upper()
    if not pattern.fullmatch(text):
        raise _refuse("EDIT_OTHER_SHAPE", name, f"looks like {example}", example=example)
    return text


def _choice(path: str, value: str, known: Any, named: str) -> str:
    if value not in known:
        raise _refuse("EDIT_NO_CHOICE", path, f"is one of {named}", choices=named)
    return value


def _currency(path: str, value: Any) -> str:
    known: Mapping[str, Any] = get_global("all_currencies")
    return _choice(path, _text(path, value).upper(), known, "EUR, USD, GBP")


def unknown_field(path: str) -> InvalidRequestError:
    """The refusal of a path that names nothing that can be edited."""
    return InvalidRequestError(
        "EDIT_UNKNOWN_FIELD",
        f"There is no {path} on a receipt that can be edited.",
        params={"field": path[:100]},
    )


def _refuse(code: str, path: str, rule: str, **params: str | float) -> InvalidRequestError:
    return InvalidRequestError(code, f"{path} {rule}.", params={"field": path, **params})
