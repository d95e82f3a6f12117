"""The rows that speak of tax: which they are, and the rates and amounts on them."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.receipts.document import Line
from pipeline.receipts.fields.labels import is_items_heading
from pipeline.receipts.fields.money import Amount, find_amounts
from pipeline.receipts.fields.text import Row
from pipeline.receipts.ocr.rows import make_line

_TAX_WORDS = frozenset({
    "TVA", "TAX", "GST", "SST", "VAT", "MWST", "VST", "IVA", "TAXE", "TAXES", "STEVER", "CVOTA",
    "MEHRWERTSTEVER", "IMPOSTA", "TPS", "TVQ", "HST", "IGIC", "BTW",
})  # fmt: skip
_TAX_HEADS = _TAX_WORDS | {"HT"}
_HEADS = _TAX_HEADS | {
    "TTC", "TAVX", "BASE", "NET", "GROSS", "RATE", "NETTO", "BRVTTO", "SATZ", "IMPONIBILE",
    "ALIQUOTA", "ALIQ", "TIPO", "TAXA", "INCIDENCIA", "VALOR", "AMOUNT", "AMT", "GOODS", "TOTAL",
    "CODE", "TOTALE", "IMPORTE", "IMPORTO", "SVMMARY", "ANALYSIS", "EXCL", "INCL", "MONTANT",
    "SALES",
}  # fmt: skip
_NO_TAX = ("SERVICE CHARGE", "SVC CHARGE", "SVC CHG", "TAX INVOICE", "TAX FREE", "DETAXE")
_INITIALS = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b)")

_NUMBER = r"\d{1,2}(?:\s?[.,]\s?\d{1,4})?"
_RATE = re.compile(rf"(?<![\d.,])(?P<rate>{_NUMBER})\s?[%％]")
# OCR reads the percent sign as a letter that it joins to the number: 5.5Z, 20X.
_MISREAD_RATE = re.compile(rf"(?<![\w.,])(?P<rate>{_NUMBER})[ZX](?!\w)")
_MISREAD_DIGITS = re.compile(
    r"(?<![A-Za-z\d])[SOIlB](?=[.,]\d{1,2}\s?%)|(?<=\d)[OQ](?=[.,\d]*\s?%)"
)
_AS_DIGITS = str.maketrans("SOQIlB", "500118")
_LOOSE = re.compile(r"(?<![\w.,])\d{1,2}(?:[.,]\d{1,3})?(?![\w.,])")
_NO_WHOLE = re.compile(r"[.,]\d{2}")
_LOST_POINT = re.compile(r"(?<![\d.,])(\d{1,4}) (\d{2})(?![\d.,%])")


@dataclass(frozen=True)
class TaxRow:
    """A row with its rate (percent), its amounts and the unmarked numbers that may be a rate."""

    row: Row
    rate: Decimal | None
    values: tuple[Decimal, ...]
    loose: tuple[Decimal, ...]
    confidence: float
    in_table: bool
    says_tax: bool
    is_exempt: bool


def read_tax_row(row: Row, *, in_table: bool) -> TaxRow:
    """The numbers of a row as a tax row holds them; negative amounts are none of them."""
    line = _write_zeros(row.line)
    text = _MISREAD_DIGITS.sub(lambda m: m[0].translate(_AS_DIGITS), line.text)
    found = _RATE.search(text) or _MISREAD_RATE.search(text)
    rest = _blank(text, *found.span()) if found else text
    rest = _LOST_POINT.sub(r"\1.\2", rest) if in_table else rest
    amounts = find_amounts(Row(row.page, row.index, replace(line, text=rest)))
    return TaxRow(
        row=row,
        rate=_to_decimal(found["rate"]) if found else None,
        values=tuple(amount.value for amount in amounts if amount.value >= 0),
        loose=() if found else tuple(_to_decimal(m[0]) for m in _LOOSE.finditer(rest)),
        confidence=_mean_confidence(amounts, row),
        in_table=in_table,
        says_tax=_says_tax(row),
        is_exempt=row.says_any(_NO_TAX),
    )


def _write_zeros(line: Line) -> Line:
    """The line with '.65' written as '0.65'."""
    if not any(_NO_WHOLE.fullmatch(word.text) for word in line.words):
        return line
    words = [
        replace(word, text="0" + word.text) if _NO_WHOLE.fullmatch(word.text) else word
        for word in line.words
    ]
    return make_line(words)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _mean_confidence(amounts: tuple[Amount, ...], row: Row) -> float:
    if not amounts:
        return row.line.confidence
    return sum(amount.confidence for amount in amounts) / len(amounts)


def _to_decimal(text: str) -> Decimal:
    """Without zeros at the end: 10,00% is 10, as the rate is called."""
    return Decimal(f"{Decimal(text.replace(' ', '').replace(',', '.')).normalize():f}")


def _says_tax(row: Row) -> bool:
    """Does the row name a tax, rather than a document or a service?"""
    named = not _TAX_WORDS.isdisjoint(_split_words(row)) or row.says_any(_TAX_WORDS)
    return named and not row.says_any(_NO_TAX)


def is_tax_heading(row: Row) -> bool:
    """The headings over a tax table: TAUX HT TVA TTC, RATE NET VAT GROSS, CODE % AMT TAX."""
    if find_amounts(row) or is_items_heading(row):
        return False
    words = _split_words(row)
    return not _TAX_HEADS.isdisjoint(words) and sum(word in _HEADS for word in words) >= 2


def _split_words(row: Row) -> list[str]:
    """The words with their initials joined (T.V.A. is TVA); U is V, which OCR takes for it."""
    return re.split(r"[^A-Z]+", _INITIALS.sub("", row.folded).replace("U", "V"))
