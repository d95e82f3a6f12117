"""Puts amounts back beside their labels where a curl or crease moved a column by one row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.receipts.document import Word
from pipeline.receipts.fields.amounts import amounts_of, label_rows
from pipeline.receipts.fields.labels import Role, label_row
from pipeline.receipts.fields.money import find_amounts, has_broken_amount
from pipeline.receipts.fields.tax_rows import is_tax_heading
from pipeline.receipts.fields.text import Row
from pipeline.receipts.ocr.rows import make_line

_FEW_LETTERS = 4  # a currency and a tax code; more is a thing sold
_MONEY_ROLES = frozenset(
    {Role.TOTAL, Role.SUBTOTAL, Role.TAX, Role.PAID, Role.CHANGE, Role.ROUNDING, Role.TIP}
)


@dataclass(frozen=True)
class _Piece:
    """A row in two: the words that name an amount, and those of the amount; either may be empty."""

    at: int
    label: tuple[Word, ...]
    amount: tuple[Word, ...]
    wants_amount: bool


def realign_rows(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows with amounts and labels paired in their order where that makes the sums close.

    Where every label of a block has lost its amount to the row above or below, there are still as
    many amounts as labels. Rows are unchanged unless payment, change and total then agree better.
    """
    blocks = [block for block in _list_blocks(rows) if _is_torn(block)]
    if not blocks:
        return rows
    best, best_score = rows, _score(rows)
    for leaves_first in (False, True):
        moved = _pair_blocks(rows, blocks, leaves_first=leaves_first)
        score = _score(moved)
        if score > best_score:
            best, best_score = moved, score
    return best


def _list_blocks(rows: tuple[Row, ...]) -> Iterable[list[_Piece]]:
    """Runs of rows that hold a label, an amount, or one of each."""
    block: list[_Piece] = []
    for at, row in enumerate(rows):
        piece = _split(at, row)
        if piece is not None:
            block.append(piece)
            continue
        yield block
        block = []
    yield block


def _split(at: int, row: Row) -> _Piece | None:
    label, amounts = label_row(row), find_amounts(row)
    if len(amounts) > 1 or is_tax_heading(row):
        return None
    if label is None:
        is_lone = bool(amounts) and sum(c.isalpha() for c in row.folded) <= _FEW_LETTERS
        return _Piece(at, (), row.line.words, wants_amount=False) if is_lone else None
    if label.role not in _MONEY_ROLES and label.role is not Role.COUNT:
        return None
    words = row.line.words
    start = _find_start(words, amounts[0].box[0]) if amounts else len(words)
    wants = label.role in _MONEY_ROLES and not has_broken_amount(row)
    return _Piece(at, words[:start], words[start:], wants)


def _find_start(words: Sequence[Word], left: float) -> int:
    """The first word of the amount that begins at `left` pixels."""
    return next((i for i, word in enumerate(words) if word.box[0] >= left), len(words))


def _is_torn(block: list[_Piece]) -> bool:
    """Does a label lack its amount while another row has one too many?"""
    lacks = any(piece.wants_amount and not piece.amount for piece in block)
    return lacks and any(piece.amount and not piece.wants_amount for piece in block)


def _pair_blocks(
    rows: tuple[Row, ...], blocks: list[list[_Piece]], *, leaves_first: bool
) -> tuple[Row, ...]:
    words = {at: row.line.words for at, row in enumerate(rows)}
    for block in blocks:
        words.update(_pair(block, leaves_first=leaves_first))
    kept = [(row.page, words[at]) for at, row in enumerate(rows) if words[at]]
    return tuple(Row(page, index, make_line(text)) for index, (page, text) in enumerate(kept))


def _pair(block: list[_Piece], *, leaves_first: bool) -> dict[int, tuple[Word, ...]]:
    """Words by row where amounts go to labels in their order; nothing where numbers differ."""
    wanting = [piece for piece in block if piece.wants_amount]
    giving = [piece for piece in block if piece.amount]
    if leaves_first and giving and not giving[0].label:
        giving = giving[1:]
    elif len(giving) == len(wanting) + 1 and not giving[-1].label:
        giving = giving[:-1]
    if len(giving) != len(wanting):
        return {}
    placed = {piece.at: piece.label for piece in giving}
    for to, source in zip(wanting, giving, strict=True):
        placed[to.at] = (*to.label, *source.amount)
    return placed


def _score(rows: tuple[Row, ...]) -> int:
    """How many relations between total, subtotal, payment and change hold."""
    labelled = label_rows(rows)
    totals = set(amounts_of(labelled, Role.TOTAL))
    paid, change = amounts_of(labelled, Role.PAID), amounts_of(labelled, Role.CHANGE)
    settled = {p - c for p in paid for c in change if c}
    return (
        4 * bool(totals & settled)
        + 2 * bool(totals & set(paid))
        + 2 * bool(totals & set(amounts_of(labelled, Role.SUBTOTAL)))
        + bool(totals)
    )
