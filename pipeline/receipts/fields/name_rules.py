"""How much a row at the head of a ticket looks like the merchant's name, by rules."""

import re
from dataclasses import dataclass
from statistics import median

from pipeline.receipts.fields.calendar_text import find_dates
from pipeline.receipts.fields.head_patterns import (
    COMPANY_FORM,
    CONTACT,
    DOCUMENT,
    GREETING,
    LEGAL_FORM,
    OWNER,
    REGISTRATION,
    TRADES,
)
from pipeline.receipts.fields.text import Row

_HEADLINE = 1.5  # letters this much larger than usual are a name, even BRASSERIE DU QUAI
_PROMINENT = 0.5
_SIGN = 0.3  # outweighs a legal form, or an address right below, on the row under it
_WORDS_ON_SIGN = 4
_SCRAWL, _OVERLAP = 1.3, 0.1  # shares of the usual height of a row, and of its own

_ADDRESS = re.compile(
    r"\b(?:JALAN|JLN|LOT|LORONG|TAMAN|PERSIARAN|BANDAR|KAMPUNG|RUE|AVENUE|BD|BOULEVARD|PLACE|ROUTE"
    r"|CHEMIN|IMPASSE|ALLEE|QUAI|COURS|CEDEX|STREET|ROAD|LANE|SQUARE|DRIVE|HIGHWAY|SUITE|FLOOR|UNIT"
    r"|LEVEL|BLOCK|BLK|BATU|STRASSE|PLATZ|CALLE|PLAZA|PASEO|VIA|PIAZZA|CORSO|RUA|AVENIDA|ZAC|ZI"
    r"|SELANGOR|JOHOR|KUALA LUMPUR|SHAH ALAM|PETALING)\b|STRASSE\b|\b(?:ST|RD|AVE|AV|BLVD)\b\.?,?$"
    r"|\bC(?:ENTRE|\.?C\.?) COMM?\.?(?:ERCIAL)?\b|\bCC [A-Z]|\bSHOPPING CENT(?:RE|ER)\b"
    r"|\bRETAIL PARK\b"
    r"|^(?:SHOP|STORE|MAGASIN|FILIAA?LE?|LOJA|TIENDA|NEGOZIO) ?(?:N[O°]?|NR|#)?[.: ]*\d+$"
    r"|^NO[.,: ]{0,2}\d|^\d{3,} ?-|^[A-Z]?-?\d{4,5} [A-Z]"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$|\b[A-Z]{2} \d{5}(?:-\d{4})?$"
)
_STAMP = re.compile(r"^\W*(?:POSTED|PAID|PAYE|PROMO|ORIGINAL|VOID|APPROVED|CANCELLED|ANNULE)\W*$")
_INITIALS = re.compile(r"^[A-Z] ?& ?[A-Z]$")  # H&M
_ASIDE = re.compile(r"^\(.*\)$")


@dataclass(frozen=True)
class PrintSizes:
    """The usual size of a letter on this ticket, in pixels."""

    height: float
    letter_width: float

    def prominence(self, row: Row) -> float:
        """How much larger than usual a row is printed: double height, double width or both."""
        return max(row.height / self.height, row.letter_width / self.letter_width)


def measure_print(rows: tuple[Row, ...]) -> PrintSizes:
    """The medians over the rows of a ticket."""
    return PrintSizes(
        median(row.height for row in rows) or 1.0, median(row.letter_width for row in rows) or 1.0
    )


def rate_name(row: Row, head: list[Row], sizes: PrintSizes) -> float:
    """About 0.5 for a plain row at the top, 1 and more for a name; -1 for what is none."""
    text = row.folded
    if not may_be_name(row, sizes):
        return -1.0
    place = head.index(row)
    score = 0.5 - 0.06 * place
    score += _rate_words(text) - 0.5 * (place > 0 and bool(OWNER.search(text)))
    if not any(map(_is_company, head)):
        score += _SIGN * (place == 0 and _is_shop_sign(row, head, sizes))
        score += _SIGN * _is_repeated_below(row, head)
    score += _PROMINENT * min(1.0, max(0.0, sizes.prominence(row) - 1.0))
    below = [_is_particulars(other) for other in head[place + 1 : place + 3]]
    score += 0.25 if below[:1] == [True] else 0.12 * any(below)  # a slogan may stand between
    if not any(char.isupper() for char in row.line.text):
        score -= 0.4  # a name pencilled or stamped on the ticket, or a slogan
    elif is_sentence(row):
        score -= 0.3
    return (
        score
        - 0.5 * bool(GREETING.search(text))
        - 0.3 * (place > 0 and _follows_particulars(row, head))
    )


def _rate_words(text: str) -> float:
    """For its legal form and its trade; a row that says nothing but trades describes the shop."""
    form = 0.7 if COMPANY_FORM.search(text) else 0.2 * bool(LEGAL_FORM.search(text))
    rest = TRADES.sub("", text)
    names_trade = rest != text and any(char.isalpha() for char in rest)
    return form + 0.25 * names_trade


def _is_company(row: Row) -> bool:
    return bool(COMPANY_FORM.search(row.folded))


def _is_shop_sign(row: Row, head: list[Row], sizes: PrintSizes) -> bool:
    """A few words at the very top, as a shop's sign says them, and no scrawl over other rows."""
    overlap = row.line.box[3] - head[1].line.box[1] if len(head) > 1 else 0.0
    runs_below = row.height > _SCRAWL * sizes.height and overlap > _OVERLAP * row.height
    return len(row.line.words) <= _WORDS_ON_SIGN and not is_sentence(row) and not runs_below


def _is_repeated_below(row: Row, head: list[Row]) -> bool:
    """Boots above BOOTS UK LIMITED: the sign, and then the company that has its name from it."""
    below = (other.folded for other in head[head.index(row) + 1 :])
    return any(text.startswith(f"{row.folded} ") for text in below)


def may_be_name(row: Row, sizes: PrintSizes) -> bool:
    """Letters enough, and not an address, a contact, a number, a date or the document's title."""
    text = row.folded
    has_form = bool(LEGAL_FORM.search(text))
    if _STAMP.match(text) or row.letter_share < 0.5:
        return False
    if sum(char.isalpha() for char in text) < 3 and not _INITIALS.match(text):
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


def is_sentence(row: Row) -> bool:
    """Written as a slogan is: most words after the first begin small."""
    words = [word for word in row.line.text.split() if word[:1].isalpha()]
    return len(words) >= 2 and 2 * sum(word[0].islower() for word in words[1:]) > len(words) - 1
