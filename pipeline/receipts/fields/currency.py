"""The currency: a sign or code beside money, else what country the ticket comes from."""

import re
from collections import Counter

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.money import (
    CURRENCY_CODES,
    CURRENCY_SIGNS,
    find_amounts,
    find_doubtful_amounts,
)
from pipeline.receipts.fields.text import Row, locate

_SIGN = re.compile(r"[€£₤]|(?<![A-Z])US\$|\$|(?<![A-Za-z])RM(?![A-Za-z])")
_CODE = re.compile(rf"(?<![A-Za-z])({'|'.join(sorted(CURRENCY_CODES))})(?![A-Za-z])")

_COUNTRY_SIGNS: dict[str, tuple[str, ...]] = {
    "EUR": (
        r"\bSIRE[TN]\b", r"\bR\.?C\.?S\b", r"\bTVA INTRA", r"\bFR ?\d{2} ?\d{3} ?\d{3} ?\d{3}\b",
        r"\bT\.?T\.?C\b", r"\bTVA\b", r"\bMWST\b", r"\bUST-?ID", r"\bP\.? ?IVA\b", r"\bN\.?I\.?F\b",
        r"\bEUROS?\b", r"\bCODE APE\b", r"\bGMBH\b", r"\bSCONTRINO\b", r"\bS\.?A\.?R\.?L\b",
    ),
    "MYR": (
        r"\bSDN\.? ?BHD\b", r"\bMALAYSIA\b", r"\bJALAN\b", r"\bJLN\b", r"\bSELANGOR\b",
        r"\bKUALA LUMPUR\b", r"\bJOHOR\b", r"\bTAMAN\b", r"\bPETALING JAYA\b", r"\bPENANG\b",
    ),
    "GBP": (
        r"\bVAT (?:REG )?(?:NO\.? ?:? ?)?GB\b", r"\bGB ?\d{9}\b", r"\bUNITED KINGDOM\b",
        r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b", r"\bLONDON\b",
    ),
    "CHF": (r"\bCHE-?\d{3}", r"\bSCHWEIZ\b", r"\bSUISSE\b", r"\bSVIZZERA\b"),
    "CAD": (
        r"\b(?:TPS|TVQ|HST|PST)\b", r"\bINTERAC\b", r"\b[A-Z]\d[A-Z] \d[A-Z]\d\b",
        r"\b(?:ON|QC|BC|AB|MB|SK|NS|NB)\b,? [A-Z]\d[A-Z]", r"\bCANADA\b",
    ),
    "USD": (r"\b[A-Z]{2} \d{5}(?:-\d{4})?$", r"\bSALES TAX\b", r"\bU\.?S\.?A\b"),
}  # fmt: skip
_DOLLAR_COUNTRIES = {
    "CAD": r"\bCANADA\b|\b(?:TPS|TVQ|HST|PST|QST)\b|\b[A-Z]\d[A-Z] \d[A-Z]\d$",
    "AUD": r"\bAUSTRALIA\b|\bABN\b",
    "SGD": r"\bSINGAPORE\b",
    "NZD": r"\bNEW ZEALAND\b|\bAUCKLAND\b",
}  # fmt: skip


def find_currency(rows: tuple[Row, ...]) -> TextField | None:
    """ISO 4217 code, read (0.7 to 0.99) or inferred from the country (0.6 at most), or None."""
    read, mentions = _read_currency(rows)
    inferred = _infer_currency(rows)
    # A lone sign may be a misread letter: S and $ differ by a stroke.
    if read and inferred and mentions == 1 and read.value != inferred.value:
        return inferred
    return read or inferred


def _read_currency(rows: tuple[Row, ...]) -> tuple[TextField | None, int]:
    seen: Counter[str] = Counter()
    places: dict[str, tuple[Row, int, int]] = {}
    for row in rows:
        for code, start, end in _list_mentions(row):
            seen[code] += 1
            places.setdefault(code, (row, start, end))
    if not seen:
        return None, 0
    (code, count), *others = seen.most_common(2)
    row, start, end = places[code]
    box, confidence = locate(row.line, start, end)
    share = count / (count + sum(number for _, number in others))
    if code == "USD":
        code = _which_dollar(rows)
    sure = confidence * share * (0.99 if count > 1 else 0.85)
    return TextField(code, sure, box, row.page), count


def _list_mentions(row: Row) -> list[tuple[str, int, int]]:
    """Signs anywhere; codes only beside money or where a row says little else."""
    text = row.line.text
    signs = [(CURRENCY_SIGNS[m[0]], m.start(), m.end()) for m in _SIGN.finditer(text)]
    if find_amounts(row) or find_doubtful_amounts(row) or len(row.tokens) <= 3:
        signs += [(m[1], m.start(), m.end()) for m in _CODE.finditer(text.upper())]
    return signs


def _which_dollar(rows: tuple[Row, ...]) -> str:
    for code, pattern in _DOLLAR_COUNTRIES.items():
        if any(re.search(pattern, row.folded) for row in rows):
            return code
    return "USD"


def _infer_currency(rows: tuple[Row, ...]) -> TextField | None:
    hits = {
        code: sum(any(re.search(p, row.folded) for row in rows) for p in patterns)
        for code, patterns in _COUNTRY_SIGNS.items()
    }
    ranked = sorted(hits, key=lambda code: -hits[code])
    first, second = ranked[0], ranked[1]
    if hits[first] == 0 or hits[first] == hits[second]:
        return None
    page = rows[0].page
    return TextField(first, min(0.6, 0.3 + 0.1 * (hits[first] - hits[second])), None, page)
