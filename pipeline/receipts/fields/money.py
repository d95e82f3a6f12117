"""Amounts of money in a row's text: European and English notation, OCR confusions undone."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from pipeline.receipts.document import Box, Line
from pipeline.receipts.fields.text import Row, locate
from pipeline.receipts.ocr.rows import make_line

CURRENCY_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "$": "USD",
    "RM": "MYR",
    "US$": "USD",
    "₤": "GBP",
    "¥": "JPY",
}
CURRENCY_CODES = frozenset({
    "EUR", "GBP", "USD", "MYR", "CHF", "CAD", "AUD", "NZD", "SGD", "JPY", "CNY", "INR", "SEK",
    "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BRL", "MXN", "MAD", "TND", "XOF", "XAF", "THB",
    "IDR", "PHP", "HKD", "KRW", "VND", "ZAR", "TRY", "ILS", "AED",
})  # fmt: skip

_DIGIT = r"[\dOoQDIl|SBZ]"
_CONFUSED = re.compile(rf"(?<![A-Za-z\d]){_DIGIT}{{1,6}}[.,]{_DIGIT}{{2}}(?![A-Za-z\d])")
_AS_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")

_SIGN = r"(?P<sign>[-–—]\s?)?"
_BEFORE = r"(?:(?P<before>US\$|[€£₤$]|RM|[A-Z]{3})\s?[:.]?\s?)?"
_AFTER = r"(?:\s?(?P<after>[€£₤$]|RM|[A-Z]{3})(?![A-Za-z]))?"
_WHOLE = r"(?P<whole>\d{1,3}(?:[.,'’ ]\d{3})+|\d{1,7})"
_MONEY = re.compile(
    rf"(?<![\d/:])(?<!\d[.,-])(?<![A-Za-z]\d){_SIGN}{_BEFORE}(?P<minus>-)?{_WHOLE}"
    rf"\s?[.,]\s?(?P<cents>\d{{2}})(?![\d:])(?!\s?[%/])(?![.,-]\d)(?P<trail>-(?!\d))?{_AFTER}"
)
_SIGN_AS_POINT = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,5})\s?(?P<after>€)\s?(?P<cents>\d{2})(?!\d)"
)
_LOST_POINT = re.compile(r"(?<![\d.,:/-])(?P<whole>\d{1,5}) (?P<cents>\d{2})$")
# 81:33€ and 81.336, where the last is the sign of the euro.
_MISREAD_POINT = re.compile(r"(?<![\d.,:/-])(?P<whole>\d{1,5}):(?P<cents>\d{2})\s?(?P<after>[€£$])")
_MISREAD_SIGN = re.compile(r"(?<![\d.,:/-])(?P<whole>\d{1,5})[.,](?P<cents>\d{2})[6eEcC]$")
_NO_CENTS = re.compile(
    r"(?P<before>US\$|[€£₤$]|RM|EUR|GBP|USD|MYR)\s?(?P<whole>\d{1,6})(?![\d.,/:-])"
)
_CENTLESS = re.compile(  # ISO 4217 gives these no minor unit, or none is in use
    r"(?P<before>¥|JPY|KRW|XOF|XAF|HUF|VND|IDR)\s*"
    r"(?P<whole>\d{1,3}(?:[., ]\d{3})+|\d{1,7})(?![\d.,/:-])"
)

_BROKEN_AMOUNT = re.compile(r"\d\s?[.,]\s?\d?$")

_LABEL_LETTERS = 4

_WORD_GAP = 0.8
"""Words of one number stand closer than this share of the letters' height; columns do not."""


@dataclass(frozen=True)
class Amount:
    """Money as printed; `row` is the index of its row, `confidence` that of its words.

    `is_doubtful` marks a whole number, which may have lost its decimal point, and misread signs.
    """

    value: Decimal
    currency: str | None
    row: int
    page: int
    box: Box
    confidence: float
    is_doubtful: bool = False


def undo_confusions(text: str) -> str:
    """Letters in what is else a price become the digits they look like; the length stays."""
    return _CONFUSED.sub(_digits_of, text)


def _digits_of(found: re.Match[str]) -> str:
    token = found[0]
    return token.translate(_AS_DIGITS) if any(c.isdigit() for c in token) else token


def find_amounts(row: Row) -> tuple[Amount, ...]:
    """The amounts with cents of a row, left to right; rates, dates and weights are none."""
    text = undo_confusions(row.line.text)
    found = [_read_match(row, match) for match in _MONEY.finditer(text)]
    if not found:
        found = [_read_match(row, match) for match in _SIGN_AS_POINT.finditer(text)]
    return tuple(found)


def split_columns(row: Row) -> tuple[Row, ...]:
    """The parts of a row that holds several labels each with its amount, else the row itself."""
    words = row.line.words
    ends: list[int] = []
    at = 0
    for index, word in enumerate(words):
        at += len(word.text) + 1
        rest = " ".join(later.text for later in words[index + 1 :])
        # "CASH 20.00 CHANGE 5.00", but neither "12.50 EUR" nor "2 x 1.20 2.40".
        starts_label = sum(char.isalpha() for char in rest.split(" ")[0]) >= _LABEL_LETTERS
        if starts_label and _MONEY.search(rest) and _ends_with_money(row.line.text[: at - 1]):
            ends.append(index + 1)
    cuts = [0, *ends, len(words)]
    if len(cuts) == 2:
        return (row,)
    return tuple(
        Row(row.page, row.index, make_line(words[start:end])) for start, end in pairwise(cuts)
    )


def _ends_with_money(text: str) -> bool:
    return any(match.end() == len(text) for match in _MONEY.finditer(text))


def find_doubtful_amounts(row: Row) -> tuple[Amount, ...]:
    """What may be money where a label promises some: its point or sign misread, or no cents."""
    text = undo_confusions(row.line.text)
    lost = _LOST_POINT.search(text)
    if lost and _is_one_number(row.line, lost.start("whole"), lost.end("cents")):
        return (_read_match(row, lost),)
    misread = _MISREAD_POINT.search(text) or _MISREAD_SIGN.search(text)
    if misread:
        return (replace(_read_match(row, misread), is_doubtful=True),)
    found = [*_CENTLESS.finditer(text)] or [*_NO_CENTS.finditer(text)]
    return tuple(_read_match(row, match) for match in found)


def has_broken_amount(row: Row) -> bool:
    """Does the row end in an amount that lost digits, such as '25. 0'? It needs no other then."""
    return _BROKEN_AMOUNT.search(row.line.text) is not None


def _read_match(row: Row, match: re.Match[str]) -> Amount:
    parts = match.groupdict()
    start, end = match.start("whole"), match.end("cents" if parts.get("cents") else "whole")
    whole = parts["whole"]
    if " " in whole and not _is_one_number(row.line, start, end):
        start = match.start("whole") + whole.rindex(" ") + 1
        whole = whole.rsplit(" ", 1)[1]
    digits = re.sub(r"\D", "", whole)
    value = Decimal(f"{digits}.{parts.get('cents') or '00'}")
    negative = any(parts.get(name) for name in ("sign", "minus", "trail"))
    box, confidence = locate(row.line, start, end)
    return Amount(
        value=-value if negative else value,
        currency=_currency_of(parts),
        row=row.index,
        page=row.page,
        box=box,
        confidence=confidence,
        is_doubtful=not parts.get("cents"),
    )


def _currency_of(parts: dict[str, str | None]) -> str | None:
    for name in ("before", "after"):
        sign = parts.get(name) or ""
        if sign in CURRENCY_SIGNS:
            return CURRENCY_SIGNS[sign]
        if sign in CURRENCY_CODES:
            return sign
    return None


def _is_one_number(line: Line, start: int, end: int) -> bool:
    at, last_right = 0, None
    for word in line.words:
        if at < end and at + len(word.text) > start:
            height = word.box[3] - word.box[1]
            if last_right is not None and word.box[0] - last_right > _WORD_GAP * height:
                return False
            last_right = word.box[2]
        at += len(word.text) + 1
    return True
