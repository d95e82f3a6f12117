"""The words of a receipt's values: what a type, a payment, a language or a category is called."""

from collections.abc import Mapping
from typing import Any

from dashboard.language import N_, current_language, t
from dashboard.widgets.formats import show_language
from pipeline.reports.texts import Texts

TYPES = {
    "retail": N_("Shop"),
    "restaurant": N_("Restaurant"),
    "pharmacy": N_("Pharmacy"),
    "fuel": N_("Fuel"),
    "hotel": N_("Hotel"),
    "transport": N_("Transport"),
    "other": N_("Other"),
}
PAYMENTS = {
    "card": N_("Card"),
    "cash": N_("Cash"),
    "cheque": N_("Cheque"),
    "voucher": N_("Voucher"),
    "transfer": N_("Transfer"),
    "mobile": N_("Mobile"),
    "other": N_("Other"),
}
# Units as the store has them; a litre and a kilogram are written the same everywhere.
UNITS = {"pcs": N_("pcs"), "kg": N_("kg"), "l": N_("l")}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "receiptType": TYPES,
    "paymentMethod": PAYMENTS,
    "unit": UNITS,
}
_LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")


def list_choices(name: str) -> list[tuple[str, str]] | None:
    """What the field of this name can be, each with its word; None where it can be anything."""
    if name == "language":
        return [(code, show_language(code)) for code in _LANGUAGES]
    words = _WORDS.get(name)
    return None if words is None else [(value, t(word)) for value, word in words.items()]


def say_choice(name: str, value: Any) -> str:
    """The value of a field that is chosen from a list, in words; any other as it is."""
    if name == "language":
        return show_language(str(value))
    word = _WORDS.get(name, {}).get(str(value))
    return t(word) if word else str(value)


def say_category(name: str) -> str:
    """The name of a category or sub-group of footprint factors; its source has it in French."""
    return name_category(name, current_language())


def name_category(name: str, language: str) -> str:
    """The same in the language that is asked for."""
    return Texts(language).category(name)
