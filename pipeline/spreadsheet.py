"""What every Excel file that we write shares: how values look, what Excel takes, and safe text."""

import re
from typing import Literal

Kind = Literal[
    "text", "date", "time", "moment", "money", "price", "number", "kg", "share", "rate", "flag"
]

# What Excel takes on one sheet, the header included, and in one cell.
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
ACCENT = "#0F5C5C"

_FORMATS: dict[Kind, str] = {
    "date": "yyyy-mm-dd",
    "time": "hh:mm",
    "moment": "yyyy-mm-dd hh:mm",
    "number": "General",
    "kg": "#,##0.000",
    "share": "0%",
    "rate": "0.0##%",
}
_MONEY: dict[Kind, str] = {"money": "#,##0.00", "price": "#,##0.00#"}
# XML 1.0 cannot hold these, not even escaped; half of a pair is no character at all.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RICH_START = "<r>"


def number_format(kind: Kind, currency: str | None = None) -> str:
    """The number format of a kind of value; money names its currency where that is a code."""
    if kind not in _MONEY:
        return _FORMATS.get(kind, "General")
    return _MONEY[kind] + currency_suffix(currency)


def currency_suffix(currency: str | None) -> str:
    """What a number format ends with for money of this currency; nothing that is not a code."""
    if currency and currency.isascii() and currency.isalpha() and len(currency) == 3:
        return f" [${currency}]"
    return ""


def clean_text(text: str) -> str:
    """The text as a cell can hold it: no character that XML lacks, no more than Excel takes."""
    if not text.isprintable():
        text = _NOT_XML.sub("", text)
    if len(text) > MAX_TEXT // 2:
        # Excel counts characters beyond U+FFFF as two, and half of one is none.
        text = text.encode("utf-16-le")[: 2 * MAX_TEXT].decode("utf-16-le", "ignore")
    # XlsxWriter takes a text that begins so for markup of its own and writes it as it is.
    return f" {text}" if text.startswith(_RICH_START) else text
