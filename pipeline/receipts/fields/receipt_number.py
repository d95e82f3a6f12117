"""The number of the receipt itself: what follows TICKET N°, INVOICE NO, BON-NR. and the like."""

import re

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.text import Row, locate_spans

_NUMBER = r"(?P<number>(?=[A-Z\d/-]*\d)[A-Z\d][A-Z\d/-]{0,24})"
_MARK = r"(?:[\s-]?(?:N[°ºO]?|NUM(?:ERO)?|NR|NUMBER|NO|#|ID)\b)?\s?[°º]?\s?[.:#=]*\s?[:#]?\s?"
_STRICT_MARK = (
    r"[\s.-]{0,2}(?:(?:N[°ºO]|NUM(?:ERO)?|NR|NUMBER|NO|N)[.:°º ]{1,4}|[#:]\s?){1,2}\s?[:#]?\s?"
)
_KINDS = (
    (0.95, r"N[°ºO*] ?TICKET|TICKET(?: CLIENT)?", _MARK),
    (0.95, r"(?:TAX )?INVOICE|INV|RECEIPT|RECPT|RCPT|(?:CASH )?BILL|DOCUMENTO?|DOC"
           r"|NOTE|ADDITION", _STRICT_MARK),
    (0.95, r"FACTURE|RECU|FACTURA(?: SIMPLIFICADA)?|FRA\.? ?SIMPL(?:IFICADA|\.)?"
           r"|FATURA(?:[- ]RECIBO)?(?: SIMPLIFICADA)?(?: F[SRT])?"
           r"|RECHNUNGS?|BELEG|BON|QUITTUNG|SCONTRINO|RICEVUTA|FATTURA|RECIBO", _MARK),
    (0.92, r"INVOICE|RECEIPT|BILL", r"\s+(?=(?:[A-Z]{1,3}-?)?\d{4})"),
    (0.9, r"CHECK|CHK|CHQ|TRANS(?:ACTION)?|TRN|TRX|TK|SLIP|CASH SALES?|SALES", _MARK),
    (0.7, r"ORDER|COMMANDE|OPERATION|REF(?:ERENCE)?|BESTELLUNG|PEDIDO", _STRICT_MARK),
)  # fmt: skip
_PATTERNS = tuple(
    (weight, re.compile(rf"(?<![A-Z])(?:{words}){mark}{_NUMBER}(?![\d.,:€%])"))
    for weight, words, mark in _KINDS
)
_DATE = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})$|20\d{2}[/.-]\d{1,2}[/.-]\d{1,2}$|\d{1,2}[:H]\d{2}$"
)
_AS_DIGITS = str.maketrans("OQIL|SB", "0011158")
_MISREAD = re.compile(r"(?<=\d)[OQIL|SB](?=\d)")
_FEWEST = 2


def find_receipt_number(rows: tuple[Row, ...]) -> TextField | None:
    """The number as printed, without its label; the first of the surest kind of label."""
    best: tuple[float, Row, re.Match[str]] | None = None
    for row in rows:
        for weight, pattern in _PATTERNS:
            match = pattern.search(row.folded)
            is_better = match is not None and (best is None or weight > best[0])
            if match is not None and is_better and _is_number(match["number"]):
                best = (weight, row, match)
    if best is None:
        return None
    weight, row, match = best
    start, end = _place(row, match)
    box, read = locate_spans([(row.line, start, end)])
    return TextField(_tidy(match["number"]), weight * read, box, row.page)


def _is_number(text: str) -> bool:
    return len(text) >= _FEWEST and not _DATE.match(text)


def _place(row: Row, match: re.Match[str]) -> tuple[int, int]:
    """Where the number stands in the row as it was read: folding may change its length."""
    at = row.line.text.upper().find(match["number"])
    start = at if at >= 0 else match.start("number")
    return start, start + len(match["number"])


def _tidy(number: str) -> str:
    """A letter between two digits is one of those that OCR makes of digits."""
    return _MISREAD.sub(lambda found: found[0].translate(_AS_DIGITS), number.strip("-/"))
