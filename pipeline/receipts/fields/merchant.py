"""The merchant: the prominent name at the head of a ticket, before address, numbers and date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.receipts.document import Box, TextField, Word
from pipeline.receipts.fields.calendar_text import find_dates
from pipeline.receipts.fields.calibration import estimate, to_log_odds
from pipeline.receipts.fields.head_model import score_rows
from pipeline.receipts.fields.head_patterns import (
    CONTACT,
    DOCUMENT,
    GREETING,
    LEGAL_FORM,
    REGISTRATION,
    TRADES,
)
from pipeline.receipts.fields.head_rows import describe_head
from pipeline.receipts.fields.labels import Role, label_row
from pipeline.receipts.fields.misread_letters import mend_letters
from pipeline.receipts.fields.money import find_amounts
from pipeline.receipts.fields.text import Row, fold, locate

_HEAD_ROWS = 12
_SAFE_ROWS = 3  # what says TOTAL above them is a name
_LARGE = 1.25  # letters this much larger than the ticket's median are a heading
_HEADLINE = 1.5  # and these are a name, even one that sounds like a street: BRASSERIE DU QUAI
_PROMINENT = 0.5
_WEAKEST_NAME = 0.2
_TIP = 0.05  # of 0.02 to 1 the best over merchants held out: more harms there, less elsewhere

_CLOSING_FORM = re.compile(
    r"(?:\bS[DO0]N\.? ?[B8]HD\b|\b[S5]/[B8]\b|\bPTE\.? ?LTD\b|\bLTD\b|\bLIMITED\b"
    r"|\bGMBH\b(?: ?& ?CO\.? ?KG(?:AA)?\b)?)\.?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:JALAN|JLN|LOT|LORONG|TAMAN|PERSIARAN|BANDAR|KAMPUNG|RUE|AVENUE|BD|BOULEVARD|PLACE|ROUTE"
    r"|CHEMIN|IMPASSE|ALLEE|QUAI|COURS|CEDEX|STREET|ROAD|LANE|SQUARE|DRIVE|HIGHWAY|SUITE|FLOOR|UNIT"
    r"|LEVEL|BLOCK|BLK|BATU|STRASSE|PLATZ|CALLE|PLAZA|PASEO|VIA|PIAZZA|CORSO|RUA|AVENIDA|ZAC|ZI"
    r"|SELANGOR|JOHOR|KUALA LUMPUR|SHAH ALAM|PETALING)\b|STRASSE\b|\b(?:ST|RD|AVE|AV|BLVD)\b\.?,?$"
    r"|^NO[.,: ]{0,2}\d|^\d{3,} ?-|^[A-Z]?-?\d{4,5} [A-Z]"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$|\b[A-Z]{2} \d{5}(?:-\d{4})?$"
)
_NUMBER_NOTE = re.compile(
    r"\s*[(\[{](?=[^)\]}]*\d)[^()\[\]{}]*[)\]}]?\s*$"  # (519537-X), (CO. REG. NO: 1234)
    r"|\s+(?:CO\.?|COMPANY|GST|REG|ROC)\.?\s?(?:REG|NO|ID)\b.*$"
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
_ASIDE = re.compile(r"^\(.*\)$")
_OPEN_START = re.compile(r"^(?:&|ET|AND|DE|DU|DES|OF|DI|DEL|UND|Y|E)\b|^&")
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


@dataclass(frozen=True)
class _PrintSizes:
    """The usual size of a letter on this ticket, in pixels."""

    height: float
    letter_width: float

    def prominence(self, row: Row) -> float:
        """How much larger than usual a row is printed: double height, double width or both."""
        return max(row.height / self.height, row.letter_width / self.letter_width)


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
    sizes = _measure_print(rows)
    odds_of = {id(row): odds for row, odds in zip(rows, log_odds, strict=False)}
    names = [_Name(row, _score(row, head, sizes), odds_of[id(row)]) for row in head]
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


def _measure_print(rows: tuple[Row, ...]) -> _PrintSizes:
    return _PrintSizes(
        median(row.height for row in rows) or 1.0, median(row.letter_width for row in rows) or 1.0
    )


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


def _score(row: Row, head: list[Row], sizes: _PrintSizes) -> float:
    text = row.folded
    if not _may_be_name(row, sizes):
        return -1.0
    place = head.index(row)
    score = 0.5 - 0.06 * place
    score += 0.7 * bool(LEGAL_FORM.search(text)) + 0.25 * bool(TRADES.search(text))
    score += _PROMINENT * min(1.0, max(0.0, sizes.prominence(row) - 1.0))
    below = [_is_particulars(other) for other in head[place + 1 : place + 3]]
    score += 0.25 if below[:1] == [True] else 0.12 * any(below)  # a slogan may stand between
    if not any(char.isupper() for char in row.line.text):
        score -= 0.4  # a name pencilled or stamped on the ticket, or a slogan
    elif _is_sentence(row):
        score -= 0.3
    return (
        score
        - 0.5 * bool(GREETING.search(text))
        - 0.3 * (place > 0 and _follows_particulars(row, head))
    )


def _may_be_name(row: Row, sizes: _PrintSizes) -> bool:
    """Letters enough, and not an address, a contact, a number, a date or the document's title."""
    text = row.folded
    has_form = bool(LEGAL_FORM.search(text))
    if sum(char.isalpha() for char in text) < 3 or row.letter_share < 0.5:
        return False
    if _ASIDE.match(text) or CONTACT.search(text) or find_dates(row.line.text):
        return False
    if has_form or sizes.prominence(row) > _HEADLINE:
        return not DOCUMENT.search(text) or has_form
    if TRADES.search(text) and not any(char.isdigit() for char in text):
        return not (REGISTRATION.search(text) or DOCUMENT.search(text))  # BISTROT DE LA PLACE
    return not (_ADDRESS.search(text) or REGISTRATION.search(text) or DOCUMENT.search(text))


def _is_particulars(row: Row) -> bool:
    """A row that follows a name: registration, address or telephone."""
    return any(p.search(row.folded) for p in (REGISTRATION, _ADDRESS, CONTACT))


def _follows_particulars(row: Row, head: list[Row]) -> bool:
    return any(_is_particulars(before) for before in head[: head.index(row)])


def _is_sentence(row: Row) -> bool:
    """Written as a slogan is: most words after the first begin small."""
    words = [word for word in row.line.text.split() if word[:1].isalpha()]
    return len(words) >= 2 and 2 * sum(word[0].islower() for word in words[1:]) > len(words) - 1


def _join_neighbours(row: Row, head: list[Row], sizes: _PrintSizes) -> list[Row]:
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


def _continues(upper: Row, lower: Row, sizes: _PrintSizes) -> bool:
    """Does the lower row go on with the name of the upper one?"""
    if not (_may_be_name(upper, sizes) and _may_be_name(lower, sizes)):
        return False
    if _NUMBER_NOTE.search(upper.line.text) or _CLOSING_FORM.search(upper.folded):
        return False
    if upper.line.text.isupper() != lower.line.text.isupper() or _is_sentence(lower):
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
    """Nothing but 'SDN BHD' or one word with it: the tail of the name above."""
    match = LEGAL_FORM.search(row.folded)
    return match is not None and len(row.folded[: match.start()].split()) <= 1


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
