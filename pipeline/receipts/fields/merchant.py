"""The merchant: the prominent name at the head of a ticket, before address, numbers and date."""

import re
from dataclasses import dataclass
from statistics import median

from pipeline.receipts.document import Box, TextField
from pipeline.receipts.fields.calendar_text import find_dates
from pipeline.receipts.fields.labels import Role, label_row
from pipeline.receipts.fields.money import find_amounts
from pipeline.receipts.fields.text import Row, locate

_HEAD_ROWS = 12
_LARGE = 1.25  # letters this much higher than the ticket's median are a headline

_LEGAL_FORM = re.compile(
    r"\bS[DO]N\.? ?BHD\b|\bBHD\b|\bS/B\b|\bPTE\.? ?LTD\b|\bLTD\b|\bLIMITED\b|\bINC\b|\bLLC\b"
    r"|\bLLP\b|\bPLC\b|\bCORP\b|\bS\.?A\.?R\.?L\b|\bS\.?A\.?S\.?U?\b|\bE\.?U\.?R\.?L\b|\bS\.?N\.?C\b|\bSA\b"
    r"|\bGMBH\b|\bA\.?G\b|\bOHG\b|\bE\.?K\b|\bS\.?R\.?L\b|\bS\.?P\.?A\b|\bS\.?L\.?U?\b|\bLDA\b"
    r"|\bENTERPRISES?\b|\bTRADING\b|\bHOLDINGS?\b|& CO\b|\bET FILS\b|& SONS?\b|& FILS\b"
)
_TRADES = re.compile(
    r"\b(?:SUPER ?MARCHE|SUPER ?MARKET|HYPER ?MARCHE|HYPER ?MARKET|MARCHE|MARKET|MART|MINI ?MARKET"
    r"|RESTAURANTS?|RESTORAN|RISTORANTE|TRATTORIA|PIZZERIA|BRASSERIE|BISTROT?|CAFE|CAFFE|COFFEE"
    r"|BAR|PUB|TAVERN|GRILL|KITCHEN|DINER|BAKERY|BAKERIES|BOULANGERIE|PATISSERIE|BACKEREI"
    r"|PANADERIA|PHARMACIE|PHARMACY|APOTHEKE|FARMACIA|STORES?|SHOP|BOUTIQUE|MAGASIN|EPICERIE"
    r"|GROCERY|GROCERIES|GROCER|GROCERS|HARDWARE|STATIONERY|BOOKS?|BOOKSHOP|LIBRAIRIE|TABAC|PRESSE"
    r"|HOTEL|CLINIC|SALON|GARAGE|STATION|SERVICES?|FUELS?|MACHINERY|ELECTRICAL|MOTOR|MAISON"
    r"|CENTRE|CENTER|COMPANY|HALLES?|FOURNIL|FROMAGERIE|BOUCHERIE|CAVE|DRUGSTORE|CHEMIST|DELI)\b"
)
_ADDRESS = re.compile(
    r"\b(?:JALAN|JLN|LOT|LORONG|TAMAN|PERSIARAN|BANDAR|KAMPUNG|RUE|AVENUE|BD|BOULEVARD|PLACE|ROUTE"
    r"|CHEMIN|IMPASSE|ALLEE|QUAI|COURS|CEDEX|STREET|ROAD|LANE|SQUARE|DRIVE|HIGHWAY|SUITE|FLOOR|UNIT"
    r"|LEVEL|BLOCK|BLK|BATU|STRASSE|PLATZ|CALLE|PLAZA|PASEO|VIA|PIAZZA|CORSO|RUA|AVENIDA|ZAC|ZI"
    r"|SELANGOR|JOHOR|KUALA LUMPUR|SHAH ALAM|PETALING)\b|STRASSE\b|\b(?:ST|RD|AVE|AV|BLVD)\b\.?,?$"
    r"|^NO[.,: ]{0,2}\d|^\d+[A-Z]?,? (?:BIS )?[A-Z]|^[A-Z]?-?\d{4,5} [A-Z]"
)
_REGISTRATION = re.compile(
    r"\b(?:CO\.? ?REG|REG(?:ISTRATION)?\.? ?NO|COMPANY NO|ROC|GST|SST|VAT|TVA|SIRET|SIREN|RCS|APE"
    r"|NAF|CAPITAL|ABN|UID|UST|P\.? ?IVA|NIF|CIF|NIPC|BRN|TIN|TAX ID|ID NO)\b"
    r"|^[( ]*[A-Z]{0,3}\d{4,}[ -]*[A-Z]?[) ]*$"
)
_CONTACT = re.compile(
    r"\b(?:TEL|TELEPHONE|PHONE|FAX|HP|H/P|HOTLINE|E-?MAIL|WEBSITE|WHATSAPP|MOBILE|TLF|FON)\b"
    r"|WWW\.|@|\.(?:COM|FR|NET|ORG|MY|UK|DE)\b"
)
_DOCUMENT = re.compile(
    r"\b(?:INVOICE|RECEIPT|TICKET|FACTURE|BILL|DUPLICATA|DUPLICATE|COPY|REPRINT|RECHNUNG|BELEG|QUITTUNG"
    r"|SCONTRINO|FATTURA|FACTURA|FATURA|RECIBO|TABLE|CASHIER|CAISSE|CAISSIER|COUNTER|TERMINAL|ORDER"
    r"|DATE|TIME|CASH|SALESPERSON|MEMBER|CUSTOMER|CLIENT|SERVER|SERVEUR|POS|BRANCH|OUTLET|NUMBER)\b"
)
_GREETING = re.compile(
    r"\b(?:WELCOME|THANK|THANKS|BIENVENUE|MERCI|WILLKOMMEN|DANKE|BIENVENIDO|GRACIAS|BENVENUTI|GRAZIE"
    r"|OBRIGADO|SELAMAT|TERIMA|PLEASE|OPEN|DEPUIS|SINCE|YOUR|VOTRE|VOS|NOTRE|WE|NOUS)\b"
)
_NUMBER_NOTE = re.compile(
    r"\s*[(\[{](?=[^)\]}]*\d)[^)\]}]*[)\]}]?\s*$"  # (519537-X), (CO. REG. NO: 1234)
    r"|\s+(?:CO\.?|COMPANY|GST|REG|ROC)\.?\s?(?:REG|NO|ID)\b.*$"
    r"|\s+\d{4,}\s?-\s?[A-Z]\s*$",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"(?:\b(?:DE|DU|DES|LA|LE|LES|L'|D'|ET|AU|AUX|A|THE|OF|AND|FOR|IN|AT|DEL|DI|DA|VON|UND)|[&\-/,])$"
)


@dataclass(frozen=True)
class _Name:
    rows: tuple[Row, ...]
    score: float


def find_merchant(rows: tuple[Row, ...]) -> TextField | None:
    """The name with its legal form, without registration numbers; None where no row looks so."""
    head = _cut_head(rows)
    if not head:
        return None
    usual_px = median(row.height for row in rows if row.height) if rows else 0.0
    names = [_Name((row,), _score(row, head, usual_px)) for row in head]
    best = max(names, key=lambda name: name.score)
    if best.score <= 0.2:
        return None
    parts = _join_neighbours(best.rows[0], head, usual_px)
    text = " ".join(_clean(part) for part in parts).strip()
    if not text:
        return None
    read = sum(part.line.confidence for part in parts) / len(parts)
    return TextField(text, min(0.97, 0.4 + 0.4 * best.score) * read, _hull(parts), parts[0].page)


def _cut_head(rows: tuple[Row, ...]) -> list[Row]:
    """The rows of the first page down to the first that sells, sums up or dates."""
    head: list[Row] = []
    for row in rows[:_HEAD_ROWS]:
        if row.page != rows[0].page:
            break
        label = label_row(row)
        if find_amounts(row) or (label and label.role is Role.TOTAL and label.weight > 0.5):
            break
        head.append(row)
    return head


def _score(row: Row, head: list[Row], usual_px: float) -> float:
    text = row.folded
    if not _may_be_name(row):
        return -1.0
    place = head.index(row)
    score = 0.5 - 0.06 * place
    score += 0.7 * bool(_LEGAL_FORM.search(text)) + 0.25 * bool(_TRADES.search(text))
    if usual_px:
        score += 0.5 * min(1.0, max(0.0, row.height / usual_px - 1.0))
    if place + 1 < len(head) and _is_particulars(head[place + 1]):
        score += 0.25
    if not any(char.isupper() for char in row.line.text):
        score -= 0.4  # a name pencilled or stamped on the ticket, or a slogan
    elif _is_sentence(row):
        score -= 0.3
    return (
        score
        - 0.5 * bool(_GREETING.search(text))
        - 0.3 * (place > 0 and _follows_particulars(row, head))
    )


def _may_be_name(row: Row) -> bool:
    """Letters enough, and not an address, a contact, a number, a date or the document's title."""
    text = row.folded
    has_form = bool(_LEGAL_FORM.search(text))
    if sum(char.isalpha() for char in text) < 3 or row.letter_share < 0.5:
        return False
    if _CONTACT.search(text) or find_dates(row.line.text):
        return False
    if has_form:
        return True
    return not (_ADDRESS.search(text) or _REGISTRATION.search(text) or _DOCUMENT.search(text))


def _is_particulars(row: Row) -> bool:
    """A row that follows a name: registration, address or telephone."""
    return any(p.search(row.folded) for p in (_REGISTRATION, _ADDRESS, _CONTACT))


def _follows_particulars(row: Row, head: list[Row]) -> bool:
    return any(_is_particulars(before) for before in head[: head.index(row)])


def _is_sentence(row: Row) -> bool:
    """Three words or more and mostly lower case, as a slogan is written."""
    words = [word for word in row.line.text.split() if word[:1].isalpha()]
    return len(words) >= 3 and sum(word[0].islower() for word in words) * 2 > len(words)


def _join_neighbours(row: Row, head: list[Row], usual_px: float) -> list[Row]:
    """The rows of one name that was too long for the paper."""
    parts = [row]
    at = head.index(row)
    while at + 1 < len(head) and _continues(parts[-1], head[at + 1], usual_px):
        at += 1
        parts.append(head[at])
    at = head.index(row)
    while at > 0 and _continues(head[at - 1], parts[0], usual_px):
        at -= 1
        parts.insert(0, head[at])
    return parts


def _continues(upper: Row, lower: Row, usual_px: float) -> bool:
    """Does the lower row go on with the name of the upper one?"""
    if not (_may_be_name(upper) and _may_be_name(lower)):
        return False
    if _NUMBER_NOTE.search(upper.line.text) or _LEGAL_FORM.search(upper.folded):
        return False
    if upper.line.text.isupper() != lower.line.text.isupper() or _is_sentence(lower):
        return False
    ratio = lower.height / max(1.0, upper.height)
    gap = lower.line.box[1] - upper.line.box[3]
    if not 0.75 < ratio < 1.33 or gap > 1.2 * max(lower.height, upper.height):
        return False
    return (
        bool(_OPEN_END.search(upper.folded))
        or _is_form_only(lower)
        or min(upper.height, lower.height) > _LARGE * usual_px
    )


def _is_form_only(row: Row) -> bool:
    """Nothing but 'SDN BHD' or one word with it: the tail of the name above."""
    match = _LEGAL_FORM.search(row.folded)
    return match is not None and len(row.folded[: match.start()].split()) <= 1


def _clean(row: Row) -> str:
    text = row.line.text.strip(" *-=_.:;,#~|'\"")
    without = _NUMBER_NOTE.sub("", text).strip(" *-=_:;,#~|'\"")
    return without if len(without) >= 3 else text


def _hull(rows: list[Row]) -> Box:
    boxes = [locate(row.line, 0, len(_clean(row)))[0] for row in rows]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
