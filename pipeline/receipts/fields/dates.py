"""The date and time of the purchase among all the dates and times of a ticket."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from pipeline.receipts.document import DateField, TimeField
from pipeline.receipts.fields.calendar_text import WrittenDate, find_dates, find_times
from pipeline.receipts.fields.text import Row, locate

_DATE_WORDS = ("DATE", "DATUM", "FECHA", "DATA", "LE", "DATED", "TARIKH", "INV DATE", "BILL DATE")
_PURCHASE_WORDS = (
    "DATE D ACHAT", "ACHETE", "ACHAT", "BUCHUNGSDATUM", "GEBUCHT", "KAUFDATUM", "BOOKED",
    "PURCHASED", "DATE OF PURCHASE", "ISSUED", "INVOICE DATE", "RECHNUNGSDATUM", "FAIT A",
    "FACTURE DU", "EMIS", "FECHA DE COMPRA", "DATA ACQUISTO", "DATA DE COMPRA", "DATE DE FACTURE",
)  # fmt: skip
_OTHER_DATE_WORDS = (
    "EXPIRY", "EXPIRES", "EXP", "EXP DATE", "VALID", "VALABLE", "VALIDITE", "JUSQU AU", "UNTIL",
    "BIRTH", "DUE DATE", "ECHEANCE", "BEST BEFORE", "DELIVERY", "LIVRAISON", "PRINTED ON", "SINCE",
    "DEPUIS", "EFFECTIVE", "PROMO", "OFFER", "OFFRE", "GULTIG", "SCADENZA", "GARANTIE", "UPDATED",
    "OUTWARD", "HINFAHRT", "RUCKFAHRT", "DEPART", "DEPARTURE", "ARRIVAL", "ARRIVEE", "SALIDA",
    "PARTENZA", "PARTIDA", "IDA", "VOLTA", "ABFAHRT", "ANREISE", "ABREISE", "TRAVEL DATE",
    "CHECK IN", "VERSION", "DUE", "VALIDADE", "CADUCA", "RETURN BY", "LAST", "WINNER", "DRAW",
)  # fmt: skip
_TIME_WORDS = ("TIME", "HEURE", "UHRZEIT", "HORA", "ORA", "MASA", "UHR")
_HOURS_WORDS = (
    "OPEN", "OPENING", "HOURS", "HORAIRES", "OUVERT", "OUVERTURE", "OFFNUNGSZEITEN", "HORARIO",
    "ORARIO", "DAILY", "MON", "LUNDI", "SAMEDI", "DELIVERY", "FROM",
)  # fmt: skip


@dataclass(frozen=True)
class _Candidate:
    written: WrittenDate
    row: Row
    score: float


def find_date(
    rows: tuple[Row, ...], currency: str | None, language: str | None
) -> DateField | None:
    """The day of purchase; day before month unless the ticket shows otherwise."""
    candidates = _list_candidates(rows)
    month_first = _is_month_first([c.written for c in candidates], currency, language)
    readings = [(c, value) for c in candidates if (value := _read(c.written, month_first))]
    if not readings:
        return None
    counts = Counter(value for _, value in readings)
    best, value = max(
        readings, key=lambda pair: (pair[0].score + 0.1 * (counts[pair[1]] - 1), -pair[0].row.index)
    )
    box, read = locate(best.row.line, best.written.start, best.written.end)
    confidence = min(0.99, best.score + 0.1 * (counts[value] - 1)) * read
    confidence *= _certainty_of_order(best.written, [c.written for c in candidates])
    return DateField(value, confidence, box, best.row.page)


def _list_candidates(rows: tuple[Row, ...]) -> list[_Candidate]:
    candidates: list[_Candidate] = []
    for row in rows:
        after_word = row.index > 0 and _is_date_label(rows[row.index - 1])
        with_compact = row.says("DATE")
        found = find_dates(row.line.text, with_compact=with_compact)
        candidates += [_Candidate(written, row, _score(row, after_word)) for written in found]
    return candidates


def _is_date_label(row: Row) -> bool:
    return len(row.tokens) <= 2 and row.says_any(_DATE_WORDS)


def _score(row: Row, after_word: bool) -> float:
    score = 0.8
    if after_word or row.says_any(_DATE_WORDS):
        score += 0.1
    if any(found.is_clear for found in find_times(row.line.text)):
        score += 0.1
    if row.says_any(_PURCHASE_WORDS):
        score += 0.1
    if row.says_any(_OTHER_DATE_WORDS):
        score -= 0.4
    if len(find_dates(row.line.text)) > 1:  # from … to …
        score -= 0.2
    return score


def _read(written: WrittenDate, month_first: bool) -> date | None:
    return written.read(month_first) or written.read(not month_first)


def _is_month_first(dates: list[WrittenDate], currency: str | None, language: str | None) -> bool:
    """Evidence first (a number over 12), then the only large country that writes so."""
    open_dates = [written for written in dates if not written.month_is_known]
    if any(written.first > 12 for written in open_dates):
        return False
    if any(written.second > 12 for written in open_dates):
        return True
    return currency == "USD" and language in (None, "en")


def _certainty_of_order(written: WrittenDate, dates: list[WrittenDate]) -> float:
    """Less sure where 03/04 could be either and no other date of the ticket tells."""
    if written.month_is_known or max(written.first, written.second) > 12:
        return 1.0
    told = any(not d.month_is_known and max(d.first, d.second) > 12 for d in dates)
    return 1.0 if told or written.first == written.second else 0.92


def find_time(rows: tuple[Row, ...], day: DateField | None) -> TimeField | None:
    """The time of purchase: beside the date, or said to be one; else the only clear one."""
    scored = []
    for row in rows:
        for found in find_times(_blank_dates(row.line.text)):
            near = day is not None and _stands_by(row, rows, day)
            named = row.says_any(_TIME_WORDS)
            if not found.is_clear and not named:
                continue
            score = 0.4 + 0.35 * near + 0.3 * named + 0.1 * found.is_clear
            score -= 0.4 * (row.says_any(_HOURS_WORDS) and not near)
            scored.append((score, -row.index, row, found))
    if not scored:
        return None
    score, _, row, found = max(scored, key=lambda entry: entry[:2])
    if score < 0.4:
        return None
    box, read = locate(row.line, found.start, found.end)
    return TimeField(found.value, min(0.98, score) * read, box, row.page)


def _blank_dates(text: str) -> str:
    """The text with its dates blanked, which would read as times, and its positions kept."""
    for written in find_dates(text):
        text = text[: written.start] + " " * (written.end - written.start) + text[written.end :]
    return text


def _stands_by(row: Row, rows: tuple[Row, ...], day: DateField) -> bool:
    """On the date's row, or on the one above or below."""
    neighbours = rows[max(0, row.index - 1) : row.index + 2]
    return any(other.page == day.page and _holds(other, day) for other in neighbours)


def _holds(row: Row, day: DateField) -> bool:
    return day.box is not None and row.line.box[1] <= day.box[1] and row.line.box[3] >= day.box[3]
