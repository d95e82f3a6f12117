"""The merchant: the prominent name at the head of a ticket, before address, numbers and date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.receipts.document import Box, TextField, Word
from pipeline.receipts.fields.calibration import estimate, to_log_odds
from pipeline.receipts.fields.head_model import score_rows
from pipeline.receipts.fields.head_patterns import LEGAL_FORM, OWNER, TRADES
from pipeline.receipts.fields.head_rows import describe_head
from pipeline.receipts.fields.labels import Role, label_row
from pipeline.receipts.fields.misread_letters import mend_letters
from pipeline.receipts.fields.money import find_amounts
from pipeline.receipts.fields.name_rules import (
    PrintSizes,
    is_sentence,
    may_be_name,
    measure_print,
    rate_name,
)
from pipeline.receipts.fields.text import Row, fold, locate

_HEAD_ROWS = 12
_SAFE_ROWS = 3  # what says TOTAL above them is a name
_LARGE = 1.25  # letters this much larger than the ticket's median are a heading
_WEAKEST_NAME = 0.2
_TIP = 0.05  # of 0.02 to 1 the best over merchants held out: more harms there, less elsewhere

_CLOSING_FORM = re.compile(
    r"(?:\bS[DO0]N\.? ?[B8]HD\b|\b[S5]/[B8]\b|\bPTE\.? ?LTD\b|\bLTD\b|\bLIMITED\b"
    r"|\bGMBH\b(?: ?& ?CO\.? ?KG(?:AA)?\b)?)\.?",
    re.IGNORECASE,
)
_NUMBER_NOTE = re.compile(
    r"\s*[(\[{](?=[^)\]}]*\d)[^()\[\]{}]*[)\]}]?\s*$"  # (519537-X), (CO. REG. NO: 1234)
    r"|\s+(?:CO\.?|COMPANY|GST|REG|ROC)\.?\s?(?:REG|NO|ID)\b.*$"
    r"|\s+(?:#\s?|N[°º]\s?)\d+\s*$"  # TIM HORTONS #2214
    r"|\s+\d{4,}\s?-\s?[A-Z]\s*$|\s+[A-Z]\s?-\s?\d{7,}\s*$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:\d{5,}\s+|[A-Za-z]+\s?:\s*)")
_MISREAD_FORMS = (
    (re.compile(r"\bS[DO0B]N(\.? ?)[B83]HD\b"), r"SDN\1BHD"),
    (re.compile(r"(?<=\()([A-Z]{1,2})[I1l|\]}]\s?(?=S[DO0]N\b)"), r"\1) "),  # (KLISDN
    (re.compile(r"\b5/[B8]\b|\bS/8"), "S/B"),
)
_DIGIT_IN_WORD = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_FEW_LETTERS = 6
_STAMP_HEIGHT, _STAMP_OFFSET = 1.4, 0.3  # shares of the height of the row's letters
_OPEN_START = re.compile(r"^(?:&|ET|AND|DE|DU|DES|OF|DI|DEL|UND|Y|E)\b(?!\.)|^&")
_OPEN_END = re.compile(
    r"(?:\b(?:DE|DU|DES|LA|LE|LES|L'|D'|ET|AU|AUX|A|THE|OF|AND|FOR|IN|AT|DEL|DI|DA|VON|UND)|[&\-/,])$"
)


@dataclass(frozen=True)
class _Name:
    """A row as a name: what the rules give it, and what the fitted weights think of it."""

    row: Row
    score: float
    log_odds: float

    @property
    def weight(self) -> float:
        """The rules decide; the weights tip the scales between rows of nearly equal score."""
        return self.score + _TIP * max(-5.0, min(5.0, self.log_odds))


def find_merchant(rows: tuple[Row, ...], language: str | None = None) -> TextField | None:
    """The name with its legal form, without registration numbers; None where no row looks so.

    `language` tells which letters are misread.
    """
    weighed = weigh_merchant(rows, language, score_rows(describe_head(rows), "merchant"))
    if weighed is None:
        return None
    field, features = weighed
    return replace(field, confidence=estimate("merchant_confidence", features))


def weigh_merchant(
    rows: tuple[Row, ...], language: str | None, log_odds: Sequence[float]
) -> tuple[TextField, dict[str, float]] | None:
    """The merchant, and what tells how sure it is; `log_odds` of each row of the head."""
    head = _cut_head(rows)
    if not head:
        return None
    sizes = measure_print(rows)
    odds_of = {id(row): odds for row, odds in zip(rows, log_odds, strict=False)}
    names = [_Name(row, rate_name(row, head, sizes), odds_of[id(row)]) for row in head]
    best = max(names, key=lambda name: name.weight)
    if best.weight <= _WEAKEST_NAME:
        best = max(names, key=lambda name: name.log_odds)
        if best.log_odds <= 0:
            return None
    parts = _join_neighbours(best.row, head, sizes)
    text = mend_letters(" ".join(_clean(part) for part in parts).strip(), language)
    if not text:
        return None
    read = sum(part.line.confidence for part in parts) / len(parts)
    field = TextField(text, read, _hull(parts), parts[0].page)
    return field, _list_evidence(best, names, parts, text)


def _list_evidence(
    best: _Name, names: list[_Name], parts: list[Row], text: str
) -> dict[str, float]:
    rival = max((n.weight for n in names if n.row not in parts), default=-1.0)
    words = [word for part in parts for word in part.line.words]
    letters = sum(char.isalpha() for char in text)
    return {
        "weight": best.weight,
        "lead": min(2.0, best.weight - max(rival, 0.0)),
        "log_odds": max(-4.0, min(4.0, best.log_odds)),
        "read": to_log_odds(sum(word.confidence for word in words) / len(words)),
        "worst_word": to_log_odds(min(word.confidence for word in words)),
        "is_joined": float(len(parts) > 1),
        "has_form": float(bool(LEGAL_FORM.search(fold(text)))),
        "has_trade": float(bool(TRADES.search(fold(text)))),
        "few_letters": float(letters < _FEW_LETTERS),
        "strange_signs": float(any(not (c.isalnum() or c in " &.,'’-()/@") for c in text)),
        "digit_in_word": float(bool(_DIGIT_IN_WORD.search(text))),
    }


def _cut_head(rows: tuple[Row, ...]) -> list[Row]:
    """The rows of the first page down to the first that sells, sums up or dates."""
    head: list[Row] = []
    for row in rows[:_HEAD_ROWS]:
        if row.page != rows[0].page:
            break
        if find_amounts(row) or (len(head) >= _SAFE_ROWS and _announces_total(row)):
            if head:
                break
            continue  # the torn-off end of the ticket before
        head.append(row)
    return head


def _announces_total(row: Row) -> bool:
    label = label_row(row)
    return label is not None and label.role is Role.TOTAL and label.weight > 0.5


def _join_neighbours(row: Row, head: list[Row], sizes: PrintSizes) -> list[Row]:
    """The rows of one name that was too long for the paper."""
    parts = [row]
    at = head.index(row)
    while at + 1 < len(head) and _continues(parts[-1], head[at + 1], sizes):
        at += 1
        parts.append(head[at])
    at = head.index(row)
    while at > 0 and _continues(head[at - 1], parts[0], sizes):
        at -= 1
        parts.insert(0, head[at])
    return parts


def _continues(upper: Row, lower: Row, sizes: PrintSizes) -> bool:
    """Does the lower row go on with the name of the upper one?"""
    if not (may_be_name(upper, sizes) and may_be_name(lower, sizes)):
        return False
    if _NUMBER_NOTE.search(upper.line.text) or _CLOSING_FORM.search(upper.folded):
        return False
    if OWNER.search(lower.folded) and LEGAL_FORM.search(lower.folded):
        return False
    if upper.line.text.isupper() != lower.line.text.isupper() or is_sentence(lower):
        return False
    ratio = lower.height / max(1.0, upper.height)
    pitch = lower.letter_width / max(1.0, upper.letter_width)
    gap = lower.line.box[1] - upper.line.box[3]
    if not (0.7 < ratio < 1.4 and 0.7 < pitch < 1.4) or gap > 1.2 * max(lower.height, upper.height):
        return False
    return (
        bool(_OPEN_END.search(upper.folded) or _OPEN_START.search(lower.folded))
        or _is_form_only(lower)
        or min(sizes.prominence(upper), sizes.prominence(lower)) > _LARGE
    )


def _is_form_only(row: Row) -> bool:
    """Nothing but 'SDN BHD' or one word before it: the tail of the name above."""
    match = LEGAL_FORM.search(row.folded)
    if match is None or len(row.folded[: match.start()].split()) > 1:
        return False
    return not (match.start() == 0 and any(map(str.isalpha, row.folded[match.end() :])))


def _clean(row: Row) -> str:
    text = " ".join(word.text for word in _drop_stamps(row))
    for misread, form in _MISREAD_FORMS:
        text = misread.sub(form, text)
    closing = _CLOSING_FORM.search(text)
    if closing:
        text = text[: closing.end()]
    text = text.strip(" *-=_:;,#~|'\"")
    without = _LEAD.sub("", _NUMBER_NOTE.sub("", text)).strip(" *-=_:;,#~|'\"")
    return without if len(without) >= 3 else text


def _drop_stamps(row: Row) -> list[Word]:
    """The words without those of a stamp: much taller than the others, and not on their line."""
    words = row.line.words
    middle = median((word.box[1] + word.box[3]) / 2 for word in words)
    printed = [
        word
        for word in words
        if word.box[3] - word.box[1] < _STAMP_HEIGHT * row.height
        or abs((word.box[1] + word.box[3]) / 2 - middle) < _STAMP_OFFSET * row.height
    ]
    return printed if 2 * len(printed) > len(words) else list(words)


def _hull(rows: list[Row]) -> Box:
    boxes = [locate(row.line, 0, len(_clean(row)))[0] for row in rows]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
