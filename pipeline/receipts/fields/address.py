"""The merchant's address: the run of rows at the head that fitted weights take for one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.calibration import estimate, to_log_odds
from pipeline.receipts.fields.head_model import find_best_block, score_rows
from pipeline.receipts.fields.head_patterns import GREETING, OWNER
from pipeline.receipts.fields.head_rows import cut_head, describe_head
from pipeline.receipts.fields.misread_letters import mend_letters
from pipeline.receipts.fields.misread_places import mend_numbers, mend_place_words
from pipeline.receipts.fields.place_words import POSTCODE_AND_TOWN
from pipeline.receipts.fields.text import Row, fold, locate_spans

_FEWEST_LETTERS = 6
_FEWEST_SIGNS = 3  # a part with fewer is dirt between two rows
_FEWEST_TO_KNOW = 4
_LIFTED = 0.5
_ESTATE = re.compile(
    r"^(?:Z\.?[AI]\.?C?\.?|C\.?C\.?|CENTRE COMM\w*\.?|CENTRO COMM?ERCIALE?"
    r"|PARC (?:D.)?ACTIVITES?|EKZ) "
    r"|\b(?:SHOPPING CENT(?:RE|ER)|RETAIL PARK|STATION|AIRPORT|EINKAUFSZENTRUM)$"
)
_TAKEN = -20.0
_CONTACT_TAIL = re.compile(
    r"[\s,;(|-]*\b(?:TEL|TÉL|PHONE|FAX|H/?P|FON|TLF|TELF|E-?MAIL)\b.*\d.*$"
    r"|[\s,;|-]+(?:WWW\.|HTTPS?:).*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:HQ )?ADD(?:RESS)?|ADRESSE?|DIRECCION|INDIRIZZO|MORADA)\s*[:.]\s*", re.IGNORECASE
)
_BRANCH = re.compile(
    r"^(?:FILIAA?LE?|SHOP|STORE|MAGASIN|LOJA|TIENDA|NEGOZIO)\W*(?:N[O°]?|NR)?\W*\d+$|^CHEZ "
)
_SALE = re.compile(r"[A-Z] +\d{1,4}[.,]\d{2}$")
_PHONE = re.compile(r"^\W*\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}\W*$")
_MARGIN = " *=_:;,#~|'\"`·-"


def find_address(
    rows: tuple[Row, ...], language: str | None, merchant: TextField | None
) -> TextField | None:
    """Street, district and town joined by commas, in the order printed; None where none is.

    No row of `merchant` is part of it; `language` tells which letters are misread.
    """
    weighed = weigh_address(rows, language, merchant, score_rows(describe_head(rows), "address"))
    if weighed is None:
        return None
    field, features = weighed
    return replace(field, confidence=estimate("address_confidence", features))


def weigh_address(
    rows: tuple[Row, ...],
    language: str | None,
    merchant: TextField | None,
    log_odds: Sequence[float],
) -> tuple[TextField, dict[str, float]] | None:
    """The address, and what tells how sure it is; `log_odds` of each row of the head."""
    head = cut_head(rows)
    free = [
        _TAKEN if _is_no_place(row) or (merchant and _names(row, merchant)) else odds
        for row, odds in zip(head, log_odds, strict=True)
    ]
    free = _lift_places(head, free)
    block = find_best_block(free)
    parts = [(head[at], _clean(head[at].line.text, language)) for at in block]
    parts = [(row, text) for row, text in parts if sum(c.isalnum() for c in text) >= _FEWEST_SIGNS]
    value = _join([text for _, text in parts])
    if sum(char.isalpha() for char in value) < _FEWEST_LETTERS:
        return None
    box, read = locate_spans([(row.line, 0, len(row.line.text)) for row, _ in parts])
    evidence = _list_evidence(free, block, [row for row, _ in parts])
    return TextField(value, read, box, head[0].page), evidence


def _list_evidence(
    log_odds: Sequence[float], block: range, parts: Sequence[Row]
) -> dict[str, float]:
    outside = [log_odds[at] for at in (block.start - 1, block.stop) if 0 <= at < len(log_odds)]
    words = [word for row in parts for word in row.line.words]
    return {
        "weakest": _limit(min(log_odds[at] for at in block)),
        "best_outside": _limit(max(outside, default=-5.0)),
        "read": to_log_odds(sum(word.confidence for word in words) / len(words)),
        "worst_word": to_log_odds(min(word.confidence for word in words)),
        "one_row": float(len(parts) == 1),
        "has_postcode": float(any(POSTCODE_AND_TOWN.search(row.folded) for row in parts)),
    }


def _limit(log_odds: float) -> float:
    return max(-5.0, min(5.0, log_odds))


def _is_no_place(row: Row) -> bool:
    """What stands close to an address and is none: owner, branch, slogan, telephone, a sale."""
    text = row.folded
    is_note = OWNER.search(text) or GREETING.search(text) or _BRANCH.search(text)
    return bool(is_note or _PHONE.search(text) or _SALE.search(text))


def _lift_places(head: Sequence[Row], log_odds: Sequence[float]) -> list[float]:
    """A shopping centre or an industrial estate belongs to the street right below it."""
    below = [*log_odds[1:], _TAKEN]
    return [
        max(odds, _LIFTED)
        if odds > _TAKEN and next_odds > 0 and _ESTATE.search(row.folded)
        else odds
        for row, odds, next_odds in zip(head, log_odds, below, strict=True)
    ]


def _names(row: Row, merchant: TextField) -> bool:
    """Is it the name, or a row that says it again: COOP PRONTO BERN BAHNHOF below COOP?"""
    name = fold(merchant.value)
    says_again = len(name) >= _FEWEST_TO_KNOW and f" {name} " in f" {row.folded} "
    return says_again or _is_within(row, merchant)


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
