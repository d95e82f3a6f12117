"""Fuel tickets: volume, price per litre and amount stand on rows of their own, each labelled."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline.receipts.document import ReceiptFields
from pipeline.receipts.fields.text import Row
from pipeline.receipts.items.assemble import Draft
from pipeline.receipts.items.lexemes import find_decimal_mark
from pipeline.receipts.items.parse import ItemRow, parse_row
from pipeline.receipts.items.quantities import L_PER_US_GALLON, Measure

_NUMBER = r"(?<![\d.,])(?P<number>\d{1,3}[.,]\d{2,4})(?![\d.,])"
_LITRE = r"(?:L|LT|LTR|LTRS|LITRES?|LITERS?|LITROS?|LITRI|GAL|GALLONS?)\b\.?"
_CURRENCY = r"(?:EUR|EURO|RM|GBP|USD|CHF|[€£$])?"
_OTHER = _NUMBER.replace("number", "other")
_VOLUME_WORDS = r"(?:VOLUME|LITRES|LITROS|LITRI|GALLONS|MENGE)"
_PRICE_WORDS = r"(?:PRIX|PRICE|PRECIO|PREZZO|PRECO|PREIS|P\.?U)"
_VOLUME = re.compile(rf"{_NUMBER}\s?{_LITRE}|{_VOLUME_WORDS}\b\D*?{_OTHER}")
_PRICE = re.compile(rf"{_NUMBER}\s?{_CURRENCY}\s?/\s?{_LITRE}|{_PRICE_WORDS}\b\D*?{_OTHER}")
_NAMES = re.compile(
    r"SP ?9[58]|SANS PLOMB|GAZOLE|GASOIL|DIESEL|SUPER|UNLEADED|PREMIUM|REGULAR|\bGPL|\bLPG|"
    r"ADBLUE|BENZIN|GASOLINA|GASOLEO|SIN PLOMO|PETROL|\bRON ?9|FUEL|\bE ?(?:5|10|85)\b|ETHANOL"
)
_SLACK = Decimal("0.02")


def measure_fuel(
    rows: Sequence[Row], drafts: Sequence[Draft], fields: ReceiptFields
) -> list[Draft]:
    """The drafts with volume and price where both multiply to the amount of one of them.

    A ticket whose only amount is the total gets its one item from them.
    """
    measure = _find_measure(rows, [draft.amount for draft in drafts])
    if measure is not None:
        for draft in drafts:
            if _multiplies(measure, draft.amount) and draft.measure is None:
                draft.measure = measure
        return list(drafts)
    if drafts or fields.total is None:
        return list(drafts)
    total = fields.total.value
    measure = _find_measure(rows, [total])
    named = next((row for row in rows if measure and _NAMES.search(row.folded)), None)
    if measure is None or named is None:
        return []
    source = parse_row(named, find_decimal_mark(row.line.text for row in rows))
    return [Draft(_clean(source), total, source, [source], measure)]


def _find_measure(rows: Sequence[Row], amounts: Sequence[Decimal]) -> Measure | None:
    volumes = list(_read_all(_VOLUME, rows))
    prices = list(_read_all(_PRICE, rows))
    for volume, is_gallons in volumes:
        for price, _ in prices:
            if any(abs(volume * price - amount) <= _SLACK for amount in amounts):
                return _make(volume, price, is_gallons)
    return None


def _make(volume: Decimal, price: Decimal, is_gallons: bool) -> Measure:
    if is_gallons:
        mill = Decimal("0.001")
        volume = (volume * L_PER_US_GALLON).quantize(mill)
        price = (price / L_PER_US_GALLON).quantize(mill)
    return Measure(volume, "l", price, 0)


def _read_all(pattern: re.Pattern[str], rows: Iterable[Row]) -> Iterable[tuple[Decimal, bool]]:
    for row in rows:
        for found in pattern.finditer(row.folded):
            number = found["number"] or found["other"]
            yield Decimal(number.replace(",", ".")), "GAL" in row.folded


def _multiplies(measure: Measure, amount: Decimal) -> bool:
    product = measure.product
    return product is not None and abs(product - amount) <= _SLACK


def _clean(source: ItemRow) -> str:
    """Without what looks like an amount whose point was lost."""
    return re.sub(r"(?:\s+(?:RM|EUR|[€£$]))?(?:\s+\d{1,3} \d{2})?(?:\s+[A-Z])?$", "", source.name)
