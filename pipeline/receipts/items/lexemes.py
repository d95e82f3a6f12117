"""The words of an item row by what they can be: number, times sign, unit, tax mark, text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from pipeline.receipts.fields.money import CURRENCY_CODES, undo_confusions
from pipeline.receipts.fields.text import fold


class Kind(Enum):
    """What a word on an item row can be."""

    NUMBER = "number"
    TIMES = "times"
    UNIT = "unit"
    PER = "per"
    CURRENCY = "currency"
    PERCENT = "percent"
    CODE = "code"
    MARK = "mark"
    TEXT = "text"


@dataclass(frozen=True)
class Lexeme:
    """A word or a part of one; `value` and `decimals` of numbers, `unit` of units and per-units.

    `start` and `end` are places in the line's text.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: Decimal = Decimal(0)
    decimals: int = 0
    unit: str = ""

    @property
    def is_money(self) -> bool:
        """A number with cents."""
        return self.kind is Kind.NUMBER and self.decimals == 2


_PIECES = {"PC", "PCS", "PCE", "PCES", "UNIT", "UNITS", "UNITE", "UNITES", "NOS", "ST", "STK",
           "STUCK", "EA", "EACH", "UD", "UDS", "UN", "UNI", "PZ", "PZA", "NR", "QTY", "PACK", "PKT",
           "SET", "PIECE", "PIECES", "UND", "BOX", "BTL"}  # fmt: skip
_MEASURES = {"KG": "kg", "KGS": "kg", "KILO": "kg", "G": "g", "GR": "g", "LB": "lb", "LBS": "lb",
             "L": "l", "LT": "l", "LTR": "l", "LTRS": "l", "LITRE": "l", "LITRES": "l",
             "LITER": "l", "LITERS": "l", "LITROS": "l", "LITRI": "l", "GAL": "gal",
             "K9": "kg"}  # fmt: skip
UNIT_WORDS = {**dict.fromkeys(_PIECES, "pcs"), **_MEASURES}

_CURRENCY = (
    r"US\$|[€£₤$]|(?<![A-Za-z])E(?=\d+[.,]\d{2})"  # the last is a £ misread
    r"|(?<![A-Za-z])(?:R[MN]|EUR|GBP|USD|MYR|CHF|EUROS?)(?![A-Za-z])"
)
_SIGN = r"[-–—−]"
_NUMBER = (
    r"\d{1,3}(?:['’]\d{3})+(?:[.,]\d{2})?|\d{1,3}(?:,\d{3})+\.\d{2}(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+,\d{2}(?!\d)|\d+\s[.,]\s?\d{2}(?!\d)|\d+[.,]\s\d{2}(?!\S)"
    r"|\d+[.,]\d{1,4}(?!\d)|\d+|[.,]\d{2}(?!\d)"
)
_WORD = re.compile(
    rf"(?:(?<!\S)|(?<=\d[xX×*]))(?P<times>[xX×*@])?(?P<sign>{_SIGN}\s?)?(?P<before>(?:{_CURRENCY})\s?[.:]?)?"
    rf"(?P<minus>{_SIGN})?(?P<number>{_NUMBER})(?P<trail>{_SIGN}(?!\S))?"
    rf"(?P<after>(?:{_CURRENCY})(?!\d)|\s(?:{_CURRENCY})(?!\s?\d))?"
    r"(?P<rest>[xX×*](?=\d+[.,]\d{2}(?![\dA-Za-z]))|\S*)|\S+"
)
_GLUED = re.compile(r"^(?P<head>.*[A-Za-z)'’].*?)(?P<at>@)?(?P<number>\d{1,5}[.,]\d{2,4})$")
_TIMES = re.compile(r"^(?:[xX×*@à]|Á|a|por|@\.?)$")
_PER = re.compile(rf"^(?:{_CURRENCY})?/(?P<unit>[A-Za-z]{{1,6}})\.?$")
_MARK = re.compile(r"^[*(#.\-|]*(?:[A-Za-z]|[A-Z][A-Z0-9]|ZRL|[A-Z]{2}\*)?[*)#.|,]*$")
_CODE = re.compile(r"^(?=(?:\D*\d){2})[A-Z0-9][A-Z0-9/\-.]{3,}$")
_LOST_POINT = re.compile(r"(?<=(?<![\d.,])\d) (?=\d{2}€)")
_LEADING_POINT = re.compile(r"(?<=\s)[.](?=\d+[.,]\d{2}(?!\d))")
_HALF_LITRE = re.compile(r"(?<!\d)\d[.,]\dl(?!\w)")
_PER_POUND = re.compile(r"(?<=@ )1 (?P<unit>lb|kg) /(?P<price>\d+\.\d{2})(?!\d)", re.IGNORECASE)
_FILLER = re.compile(r"\b(?:qty|net)\b(?=.*@)|(?<=\d )[pc](?=/l)|(?<=\d)[pc](?=/l)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"^\((?P<number>\d{1,5}[.,]\d{2})\)$")
_GLUED_EURO = re.compile(r"\d[.,]\d{2}€")
_EURO_AS_DIGIT = re.compile(r"(\d[.,]\d{2})[6CE](?=(?: [A-D])?$)")
_LEAST_EUROS = 3
_LONGEST_WORD, _LONGEST_NUMBER = 60, 14
_LONGEST_MARK = 4
_MONEY = re.compile(r"\d([.,])\d{2}(?!\d)")


def mend_euros(texts: Sequence[str]) -> list[str]:
    """1,246 is 1,24€ at the end of a row, where other rows end in amounts with a € that close."""
    if sum(bool(_GLUED_EURO.search(text)) for text in texts) < _LEAST_EUROS:
        return list(texts)
    return [_EURO_AS_DIGIT.sub(r"\1€", text) for text in texts]


def find_decimal_mark(texts: Iterable[str]) -> str:
    """The mark before the cents that most amounts of the ticket have: "," or "."."""
    marks = Counter(mark for text in texts for mark in _MONEY.findall(text))
    return "," if marks[","] > marks["."] else "."


def read_lexemes(text: str, mark: str) -> tuple[Lexeme, ...]:
    """The words of a row, left to right, glued ones parted ("2x", "€/kg", "NOODLE@7.00")."""
    result: list[Lexeme] = []
    for found in _WORD.finditer(_undo_confusions(text)):
        result.extend(_read_word(found, mark))
    return tuple(result)


def _undo_confusions(text: str) -> str:
    """Letters in amounts become digits, but 0,5l stays half a litre."""
    plain = _FILLER.sub(lambda found: " " * len(found[0]), _PER_POUND.sub(_put_price_first, text))
    undone = undo_confusions(_LOST_POINT.sub(".", _LEADING_POINT.sub(" ", plain)))
    for found in _HALF_LITRE.finditer(text):
        undone = undone[: found.start()] + found[0] + undone[found.end() :]
    return undone


def _put_price_first(found: re.Match[str]) -> str:
    return f"{found['price']}/{found['unit']}".ljust(len(found[0]))


def _read_word(found: re.Match[str], mark: str) -> list[Lexeme]:
    text, start, end = found[0], found.start(), found.end()
    if found["number"] is None:
        return _read_text(text, start, mark)
    rest = _read_rest(found["rest"], end - len(found["rest"]))
    if rest is None or _is_pack_size(found):
        return [Lexeme(_kind_of_text(text), text, start, end)]
    if len(found["number"]) > _LONGEST_NUMBER:
        return [Lexeme(Kind.CODE, text, start, end)]
    number = _make_number(found, mark)
    if number.decimals == 0 and any(lexeme.kind is Kind.MARK for lexeme in rest):
        return [Lexeme(_kind_of_text(text), text, start, end)]  # 3A, 100S are no numbers
    head = [Lexeme(Kind.TIMES, found["times"], start, start + 1)] if found["times"] else []
    return [*head, number, *rest]


def _is_pack_size(found: re.Match[str]) -> bool:
    """X12 is a part of a name, x1,50 is a price."""
    return (found["times"] or "@") in "xX×" and found["number"].isdigit()


def _make_number(found: re.Match[str], mark: str) -> Lexeme:
    value, decimals = read_number(found["number"], mark)
    if found["sign"] or found["minus"] or found["trail"]:
        value = -value
    start = found.start() + len(found["times"] or "")
    end = found.end() - len(found["rest"])
    return Lexeme(Kind.NUMBER, found["number"], start, end, value, decimals)


def read_number(text: str, mark: str) -> tuple[Decimal, int]:
    """Value and count of decimals; `mark` tells 1,200 pieces from 1,200 kg."""
    digits = re.sub(r"[\s'’]", "", text)
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return Decimal(digits), 0
    whole, _, decimals = digits.rpartition(marks[-1])
    if len(marks) == 1 and len(decimals) == 3 and marks[0] != mark and whole != "0":
        return Decimal(whole + decimals), 0
    whole = re.sub(r"\D", "", whole) or "0"
    return Decimal(f"{whole}.{decimals}"), len(decimals)


def _read_rest(rest: str, start: int) -> list[Lexeme] | None:
    """What is glued behind a number; None where it makes the whole a word or a code."""
    end, upper = start + len(rest), fold(rest).rstrip(".")
    if not rest:
        return []
    if upper.endswith("*") and upper[:-1] in UNIT_WORDS:
        unit = Lexeme(Kind.UNIT, rest[:-1], start, end - 1, unit=UNIT_WORDS[upper[:-1]])
        return [unit, Lexeme(Kind.TIMES, "*", end - 1, end)]
    if rest == "%":
        return [Lexeme(Kind.PERCENT, rest, start, end)]
    lexeme = _classify(rest, start)
    return [lexeme] if lexeme.kind in {Kind.TIMES, Kind.UNIT, Kind.PER, Kind.MARK} else None


def _make_per(found: re.Match[str], text: str, start: int) -> Lexeme:
    unit = UNIT_WORDS.get(fold(found["unit"]), "pcs")
    return Lexeme(Kind.PER, text, start, start + len(text), unit=unit)


def _read_text(text: str, start: int, mark: str) -> list[Lexeme]:
    bracketed = _IN_BRACKETS.match(text)
    if bracketed:  # bookkeepers' minus
        value, decimals = read_number(bracketed["number"], mark)
        end = start + len(text)
        return [Lexeme(Kind.NUMBER, bracketed["number"], start, end, -value, decimals)]
    glued = _GLUED.match(text) if len(text) <= _LONGEST_WORD else None
    if glued is None or sum(char.isalpha() for char in glued["head"]) < 2:
        return [_classify(text, start)]
    value, decimals = read_number(glued["number"], mark)
    cut, end = start + len(glued["head"]), start + len(text)
    parts = [Lexeme(Kind.TEXT, glued["head"], start, cut)]
    if glued["at"]:
        parts.append(Lexeme(Kind.TIMES, "@", cut, cut + 1))
    number_start = end - len(glued["number"])
    return [*parts, Lexeme(Kind.NUMBER, glued["number"], number_start, end, value, decimals)]


def _classify(text: str, start: int) -> Lexeme:
    end, upper = start + len(text), fold(text).rstrip(".,:")
    per = _PER.match(text)
    if per:
        return _make_per(per, text, start)
    if re.fullmatch(_CURRENCY, text) or upper in CURRENCY_CODES:
        return Lexeme(Kind.CURRENCY, text, start, end)
    if _TIMES.match(text):
        return Lexeme(Kind.TIMES, text, start, end)
    if upper in UNIT_WORDS:
        return Lexeme(Kind.UNIT, text, start, end, unit=UNIT_WORDS[upper])
    return Lexeme(_kind_of_text(text), text, start, end)


def _kind_of_text(text: str) -> Kind:
    if _CODE.match(text) and not re.search(r"[A-Z]{4}", text):
        return Kind.CODE
    if len(text) <= _LONGEST_MARK and not any(char.isalpha() for char in text):
        return Kind.MARK  # 0+0, --, 5/
    return Kind.MARK if _MARK.match(text) else Kind.TEXT
