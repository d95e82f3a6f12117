"""One row of the item block: its words, quantity and price, and the amount at its end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from pipeline.receipts.document import Box
from pipeline.receipts.fields.text import Row, fold, locate
from pipeline.receipts.items.lexemes import Kind, Lexeme, read_lexemes
from pipeline.receipts.items.quantities import Measure, find_measure

_WORD = re.compile(r"[A-Z]{3}")
_RUN = {Kind.NUMBER, Kind.TIMES, Kind.UNIT, Kind.CURRENCY, Kind.PER, Kind.PERCENT, Kind.MARK}
_LONG_CODE = 5
_BARCODE = 8
_SHORT_CODE = 3
_LARGEST_LEADING_COUNT = 99
_LONGEST_TAX_CODE = 2
_COLUMN_GAP = 1.9
"""A count stands apart from the name by this many letters; a number in the name does not."""


class RowKind(Enum):
    """What a row of the item block gives."""

    PRICED = "name and amount"
    BARE = "amount without name"
    MEASURE = "quantity and price only"
    NAME = "name only"
    OTHER = "nothing"


@dataclass(frozen=True)
class ItemRow:
    """A row as an item may use it.

    `lead` is a count before the name, sure where a times sign follows it; `code` is an article
    number; `name_start_px` to `name_end_px` is where the name stands.
    """

    row: Row
    kind: RowKind
    name: str
    code: str
    lead: Decimal | None
    is_lead_sure: bool
    measure: Measure | None
    amount: Decimal | None
    amount_text: str
    amount_box: Box | None
    amount_confidence: float
    name_start_px: float
    name_end_px: float
    numbers_start_px: float

    @property
    def has_words(self) -> bool:
        """Does the name hold a word and not only an article number?"""
        return _has_word(self.name)


def parse_row(
    row: Row, mark: str, *, text: str | None = None, counts_in_column: bool = False
) -> ItemRow:
    """The parts of a row; `counts_in_column` where the heading announces quantities.

    `text` is the row's text with errors mended, of the same length.
    """
    lexemes = read_lexemes(text or row.line.text, mark)
    at = _find_amount(lexemes)
    amount = lexemes[at] if at is not None else None
    head = lexemes[:at] if at is not None else _drop_marks(lexemes)
    start = _start_of_run(head)
    value = amount.value if amount else None
    measure = find_measure(head[start:], value)
    cut = start + measure.first if measure else start
    if measure and not _stands_apart(row, head, cut, counts_in_column):
        measure, cut = None, len(head)
    if measure is None:
        cut = _end_of_name(head, start)
    lead, code, words = _split_head(head[:cut])
    words = _drop_flag(row, _drop_trailing_code(words))
    name = _join_words(row.line.text, words)
    kind = _choose_kind(name, amount, measure)
    box, confidence = locate(row.line, amount.start, amount.end) if amount else (None, 1.0)
    return ItemRow(
        row=row, kind=kind, name=name, code=code, lead=lead,
        is_lead_sure=lead is not None and _is_times(head, words), measure=measure, amount=value,
        amount_text=amount.text if amount else "", amount_box=box, amount_confidence=confidence,
        name_start_px=_left_of(row, words), name_end_px=_right_of(row, words),
        numbers_start_px=_left_of(row, lexemes[cut:]),
    )  # fmt: skip


def _drop_trailing_code(words: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Without an article number and its flag behind the name: GV WHL MLK 007874235187 F."""
    end = len(words)
    if end > 2 and words[end - 1].kind is Kind.MARK:
        end -= 1
    is_code = end > 1 and _is_article_number(words[end - 1], _BARCODE)
    return words[: end - 1] if is_code else words


def _drop_flag(row: Row, words: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Without a letter that stands apart behind the name: MILK 2%       F."""
    if len(words) < 2 or words[-1].kind is not Kind.MARK or len(words[-1].text) > 1:
        return words
    gap = _left_of(row, words[-1:]) - _right_of(row, words[:-1])
    return words[:-1] if gap > _COLUMN_GAP * row.letter_width else words


def _is_times(head: Sequence[Lexeme], words: Sequence[Lexeme]) -> bool:
    """Is there a times sign before the name: 3X JUS ORANGE?"""
    before = [lexeme for lexeme in head if words and lexeme.end <= words[0].start]
    return any(lexeme.kind is Kind.TIMES for lexeme in before)


def _join_words(text: str, words: Sequence[Lexeme]) -> str:
    """The name as printed; nothing where there are only marks."""
    if all(lexeme.kind is Kind.MARK for lexeme in words):
        return ""
    return text[words[0].start : words[-1].end].strip(" .:-*#|=_'^+")


def _find_amount(lexemes: Sequence[Lexeme]) -> int | None:
    """The last number with cents, where only tax marks or a currency follow and it is no price."""
    for at in range(len(lexemes) - 1, -1, -1):
        lexeme = lexemes[at]
        if lexeme.is_money:
            return None if _is_unit_price(lexemes, at) else at
        if lexeme.kind is Kind.PER or not _may_follow_amount(lexeme):
            return None
    return None


def _may_follow_amount(lexeme: Lexeme) -> bool:
    if lexeme.kind is Kind.NUMBER:
        return lexeme.decimals == 0 and len(lexeme.text) <= _LONGEST_TAX_CODE
    # SR, ZRL, SR0: the tax codes of some countries have three letters.
    return lexeme.kind is not Kind.PER and (
        lexeme.kind in {Kind.MARK, Kind.CURRENCY, Kind.PERCENT, Kind.TIMES} or len(lexeme.text) <= 3
    )


def _is_unit_price(lexemes: Sequence[Lexeme], at: int) -> bool:
    before = [lexeme for lexeme in lexemes[:at] if lexeme.kind is not Kind.CURRENCY]
    after = [lexeme for lexeme in lexemes[at + 1 :] if lexeme.kind is not Kind.CURRENCY]
    is_per = bool(after) and after[0].kind is Kind.PER
    return is_per or (bool(before) and before[-1].kind is Kind.TIMES)


def _drop_marks(lexemes: Sequence[Lexeme]) -> Sequence[Lexeme]:
    """Without the tax mark at the end of a row that has no amount: TOILET BRUSH *S."""
    end = len(lexemes)
    while end > 1 and lexemes[end - 1].kind is Kind.MARK and lexemes[end - 1].text[0] in "*#.":
        end -= 1
    return lexemes[:end]


def _start_of_run(head: Sequence[Lexeme]) -> int:
    start = len(head)
    while start and (head[start - 1].kind in _RUN or _is_odd_unit(head, start - 1)):
        start -= 1
    return start


def _is_odd_unit(head: Sequence[Lexeme], at: int) -> bool:
    """10.00 PKTS X 13.00: a word between a number and a times sign is what is counted."""
    if not 0 < at < len(head) - 1 or head[at].kind is not Kind.TEXT or len(head[at].text) > 5:
        return False
    return head[at - 1].kind is Kind.NUMBER and head[at + 1].kind is Kind.TIMES


def _end_of_name(head: Sequence[Lexeme], start: int) -> int:
    """Without the currency and the tax mark that stand before an amount."""
    end = len(head)
    while end > max(start, 1) and (
        head[end - 1].kind in {Kind.CURRENCY, Kind.TIMES} or _is_nothing(head[end - 1])
    ):
        end -= 1
    if (
        end > 1
        and head[end - 1].kind is Kind.MARK
        and not any(map(str.isalnum, head[end - 1].text))
    ):
        end -= 1
    return end


def _is_nothing(lexeme: Lexeme) -> bool:
    """The price of what is free: CARAFE D'EAU 0,00 0,00."""
    return lexeme.is_money and lexeme.value == 0


def _stands_apart(row: Row, head: Sequence[Lexeme], cut: int, in_column: bool) -> bool:
    """Is a lone number before the amount a count, and no part of the name (TR BAG 15)?"""
    lone = [lexeme for lexeme in head[cut:] if lexeme.kind not in {Kind.MARK, Kind.TIMES}]
    if len(lone) != 1 or lone[0].kind is not Kind.NUMBER or cut == 0 or lone[0].decimals:
        return True
    if not any(lexeme.kind is Kind.TEXT for lexeme in head[:cut]):
        return True
    gap = _left_of(row, lone) - _right_of(row, head[:cut])
    return in_column or gap > _COLUMN_GAP * row.letter_width


def _split_head(
    head: Sequence[Lexeme],
) -> tuple[Decimal | None, str, Sequence[Lexeme]]:
    """A count and an article number before the name: "2 x", "3", "9556939040116", "#12"."""
    code, lead = "", None
    rest = list(head)
    while rest and rest[0].kind in {Kind.MARK, Kind.PERCENT} and not rest[0].text[0].isalpha():
        rest.pop(0)
    if rest and _is_article_number(rest[0], _LONG_CODE):
        code = rest.pop(0).text
    if len(rest) > 1 and _is_count(rest[0]):
        lead = rest.pop(0).value
        while len(rest) > 1 and rest[0].kind in {Kind.TIMES, Kind.UNIT} and lead:
            if rest[0].kind is Kind.UNIT and rest[0].unit != "pcs":
                break
            rest.pop(0)
    elif len(rest) > 1 and _is_article_number(rest[0], _SHORT_CODE) and rest[0].kind is Kind.NUMBER:
        code = code or rest[0].text
    if len(rest) > 1 and not code and _is_article_number(rest[0], _LONG_CODE):
        code = rest.pop(0).text
    return lead, code, rest


def _is_article_number(lexeme: Lexeme, digits: int) -> bool:
    if lexeme.kind is Kind.CODE:
        return sum(char.isdigit() for char in lexeme.text) >= digits
    return lexeme.kind is Kind.NUMBER and lexeme.decimals == 0 and len(lexeme.text) >= digits


def _is_count(lexeme: Lexeme) -> bool:
    if lexeme.kind is not Kind.NUMBER or not 0 < lexeme.value <= _LARGEST_LEADING_COUNT:
        return False
    return lexeme.value == lexeme.value.to_integral_value() or lexeme.decimals >= 1


def _choose_kind(name: str, amount: Lexeme | None, measure: Measure | None) -> RowKind:
    has_name = _has_word(name)
    if amount is not None:
        return RowKind.PRICED if has_name else RowKind.BARE
    if has_name:
        return RowKind.NAME
    return RowKind.MEASURE if measure is not None else RowKind.OTHER


def _has_word(text: str) -> bool:
    """Three letters in a row, a whole word of two, or more letters than digits."""
    letters = sum(char.isalpha() for char in text)
    if letters >= 4 and letters > sum(char.isdigit() for char in text):
        return True
    return bool(_WORD.search(fold(text))) or any(
        len(word) == 2 and word.isalpha() for word in text.split()
    )


def is_code_like(name: str) -> bool:
    """One word with digits: an article number where another row has the name, else the name."""
    return " " not in name and any(char.isdigit() for char in name)


def _left_of(row: Row, lexemes: Sequence[Lexeme]) -> float:
    if not lexemes:
        return row.line.box[2]
    return locate(row.line, lexemes[0].start, lexemes[0].end)[0][0]


def _right_of(row: Row, lexemes: Sequence[Lexeme]) -> float:
    if not lexemes:
        return row.line.box[0]
    return locate(row.line, lexemes[-1].start, lexemes[-1].end)[0][2]
