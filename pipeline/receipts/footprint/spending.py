"""What a line cost in euros without tax: what the monetary factors ask for."""

from decimal import Decimal

from pipeline.receipts.document import LineItem
from pipeline.receipts.footprint.figures import Factor, Purchase

# Units of a currency for one euro: European Central Bank, euro reference rates, mean of 2024.
_PER_EURO = {
    "EUR": "1", "USD": "1.0824", "GBP": "0.84662", "CHF": "0.9526", "MYR": "4.9503",
    "SGD": "1.4458", "AUD": "1.6397", "CAD": "1.4821", "NZD": "1.7880", "JPY": "163.85",
    "CNY": "7.7875", "HKD": "8.4454", "INR": "90.5563", "THB": "38.181", "IDR": "17157.68",
    "PHP": "62.014", "KRW": "1475.40", "PLN": "4.3058", "CZK": "25.120", "HUF": "395.30",
    "RON": "4.9746", "BGN": "1.9558", "SEK": "11.4325", "NOK": "11.6290", "DKK": "7.4589",
    "ISK": "149.31", "TRY": "35.5734", "ZAR": "19.8297", "BRL": "5.8283", "MXN": "19.8314",
    "ILS": "4.0067",
}  # fmt: skip

# Usual rates of VAT in percent inside a price: on food, and on the rest; 0 where prices are shown
# without tax. Those of the euro are the French ones, and finer (see below).
_USUAL_VAT = {
    "EUR": (5.5, 20), "GBP": (0, 20), "USD": (0, 0), "CAD": (0, 0), "CHF": (2.6, 8.1),
    "MYR": (0, 6), "SGD": (9, 9), "AUD": (0, 10), "NZD": (15, 15), "JPY": (8, 10), "INR": (5, 18),
    "SEK": (12, 25), "NOK": (15, 25), "DKK": (25, 25), "PLN": (5, 23), "CZK": (12, 21),
    "HUF": (18, 27), "RON": (9, 19), "BGN": (20, 20), "ISK": (11, 24), "THB": (7, 7),
    "CNY": (9, 13), "ZAR": (0, 15), "TRY": (1, 20), "MXN": (0, 16), "HKD": (0, 0),
    "PHP": (12, 12), "ILS": (17, 17), "IDR": (0, 11),
}  # fmt: skip
_ELSEWHERE_VAT = (5, 10)
_FRENCH_VAT = {
    "repas": 10.0, "hébergement": 10.0, "transports": 10.0, "médicaments et parapharmacie": 10.0,
    "papeterie et livres": 5.5, "boisson alcoolisées": 20.0,
    "confiseries non chocolatées": 20.0,
}  # fmt: skip


def price_eur(item: LineItem, purchase: Purchase) -> float | None:
    """What a line costs in euros as printed; None in a currency without a rate."""
    per_euro = _PER_EURO.get((purchase.currency or "EUR").upper())
    return None if per_euro is None else float(item.amount) / float(per_euro)


def spending_eur(item: LineItem, factor: Factor, purchase: Purchase) -> float | None:
    """Euros without tax that a line cost after its discount; None in a currency without a rate.

    A receipt that does not say its currency is taken to be in euros.
    """
    per_euro = _PER_EURO.get((purchase.currency or "EUR").upper())
    paid = item.amount - item.discount
    if per_euro is None or paid <= 0:
        return None
    without_tax = float(paid) / (1 + _vat_percent(factor, purchase) / 100)
    return without_tax / float(per_euro)


def _vat_percent(factor: Factor, purchase: Purchase) -> float:
    if purchase.vat_rate is not None and Decimal(0) <= purchase.vat_rate <= Decimal(40):
        return float(purchase.vat_rate)
    currency = (purchase.currency or "EUR").upper()
    if currency == "EUR" and factor.subcategory in _FRENCH_VAT:
        return _FRENCH_VAT[factor.subcategory]
    on_food, on_the_rest = _USUAL_VAT.get(currency, _ELSEWHERE_VAT)
    return on_the_rest if factor.kind == "product" else on_food
