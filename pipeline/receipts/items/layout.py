"""How a till lays its items out: names above or below prices, departments, room for a word."""

import re
from collections import Counter
from itertools import pairwise

from pipeline.receipts.items.discounts import says_discount
from pipeline.receipts.items.parse import ItemRow, RowKind, is_code_like
from pipeline.receipts.items.region import Block, is_label

_LONGEST_UNIT = 5
_NOTE = re.compile(
    r"^\W*(?:REG(?:ULAR|\.)? PRICE|WAS |PRIX (?:NORMAL|INITIAL|CONSEILLE)|AU LIEU DE|STATT |DONT "
    r"|DAVON|DI CUI|OF WHICH|DE LOS CUALES|PRECIO ANTERIOR|YOU PAY)"
)
_COUNT_COLUMN = 6.0  # four digits and a space on both sides


def names_follow(block: Block) -> bool:
    """Do names stand below their prices? A block that begins with a price and ends in a name."""
    seen = [
        one for one, label in zip(block.rows, block.labels, strict=True)
        if one.kind in {RowKind.BARE, RowKind.NAME, RowKind.PRICED}
        and not is_label(one, label) and not says_discount(one.row)
    ]  # fmt: skip
    bare = [at for at, one in enumerate(seen) if is_bare(one)]
    if not bare:
        return False
    above = sum(at > 0 and seen[at - 1].kind is RowKind.NAME for at in bare)
    below = sum(at + 1 < len(seen) and seen[at + 1].kind is RowKind.NAME for at in bare)
    return below > above


def find_odd_units(block: Block) -> frozenset[str]:
    """Short words that stand alone before several prices below names: 1 WALK 1.60 1.60."""
    seen = Counter(
        one.name
        for above, one in pairwise(block.rows)
        if above.kind is RowKind.NAME and one.kind is RowKind.PRICED and one.lead
        and one.measure is not None and len(one.name) <= _LONGEST_UNIT
    )  # fmt: skip
    return frozenset(name for name, count in seen.items() if count > 1)


def is_bare(one: ItemRow) -> bool:
    """An amount without name; an article number such as E8318 is none."""
    return one.kind is RowKind.BARE or (one.kind is RowKind.PRICED and is_code_like(one.name))


def is_note(one: ItemRow) -> bool:
    """What an amount would have been, or a part of the one above: Regular Price, dont eco-part."""
    return bool(_NOTE.match(one.row.folded))


def is_section(one: ItemRow) -> bool:
    """The heading of a department: '>> CREMERIE', '*** FRUITS ***'."""
    return one.row.line.text.lstrip().startswith((">", "**", "==", "--", "##"))


def has_room(from_px: float, to_px: float, one: ItemRow, margin_letters: float = 2) -> bool:
    """Would the first word of a row have found room there, with a space on both sides?"""
    first = one.row.line.words[0].box
    return first[2] - first[0] + margin_letters * one.row.letter_width <= to_px - from_px


def column_margin(above: ItemRow, one: ItemRow) -> float:
    """Letters between name and numbers that stay free: a column of counts is wider than a count.

    A note in small letters below a name in capitals is no part of it, and gets no such margin.
    """
    alike = above.name.isupper() == one.name.isupper()
    return _COUNT_COLUMN if above.measure is not None and alike else 2.0


def is_only_measure(one: ItemRow) -> bool:
    """39.54 litre Pump # 07: a quantity with a word or two."""
    return one.measure is not None and one.measure.unit != "pcs"
