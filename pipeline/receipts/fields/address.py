"""The merchant's address: the run of rows at the head that fitted weights take for one."""

import re

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.head_model import find_best_block, score_rows
from pipeline.receipts.fields.head_rows import cut_head, describe_head
from pipeline.receipts.fields.misread_letters import mend_letters
from pipeline.receipts.fields.misread_places import mend_numbers, mend_place_words
from pipeline.receipts.fields.text import Row, locate_spans

_FEWEST_LETTERS = 6
_FEWEST_SIGNS = 3  # a part with fewer is dirt between two rows
_TAKEN = -20.0
_CONTACT_TAIL = re.compile(
    r"[\s,;(|-]*\b(?:TEL|TÉL|PHONE|FAX|H/?P|FON|TLF|TELF|E-?MAIL)\b.*\d.*$"
    r"|[\s,;|-]+(?:WWW\.|HTTPS?:).*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:HQ )?ADD(?:RESS)?|ADRESSE?|DIRECCION|INDIRIZZO|MORADA)\s*[:.]\s*", re.IGNORECASE
)
_MARGIN = " *=_:;,#~|'\"`·-"


def find_address(
    rows: tuple[Row, ...], language: str | None, merchant: TextField | None
) -> TextField | None:
    """Street, district and town joined by commas, in the order printed; None where none is.

    No row of `merchant` is part of it; `language` tells which letters are misread.
    """
    head = cut_head(rows)
    scores = score_rows(describe_head(rows), "address")
    free = [
        score if merchant is None or not _is_within(row, merchant) else _TAKEN
        for row, score in zip(head, scores, strict=True)
    ]
    parts = [(head[at], _clean(head[at].line.text, language)) for at in find_best_block(free)]
    parts = [(row, text) for row, text in parts if sum(c.isalnum() for c in text) >= _FEWEST_SIGNS]
    value = _join([text for _, text in parts])
    if sum(char.isalpha() for char in value) < _FEWEST_LETTERS:
        return None
    box, read = locate_spans([(row.line, 0, len(row.line.text)) for row, _ in parts])
    return TextField(value, 0.8 * read, box, head[0].page)


def _is_within(row: Row, merchant: TextField) -> bool:
    if merchant.box is None or merchant.page != row.page:
        return False
    middle = (row.line.box[1] + row.line.box[3]) / 2
    return merchant.box[1] < middle < merchant.box[3]


def _clean(text: str, language: str | None) -> str:
    without = _LEAD.sub("", _CONTACT_TAIL.sub("", text).strip()).strip(_MARGIN)
    return mend_place_words(mend_letters(mend_numbers(without), language))


def _join(parts: list[str]) -> str:
    return ", ".join(part.rstrip(" .,;") for part in parts[:-1] if part) + (
        ", " + parts[-1] if len(parts) > 1 else "".join(parts)
    )
