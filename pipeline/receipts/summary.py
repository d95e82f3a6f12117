"""One sentence about a receipt in its own language, for lists, mails and search results."""

from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

_DEFAULT_LANGUAGE = "en"

_DEEDS: dict[str, dict[str, str]] = {
    "fr": {"retail": "Achat", "restaurant": "Repas", "pharmacy": "Achat en pharmacie",
           "fuel": "Plein de carburant", "hotel": "Séjour à l’hôtel", "transport": "Trajet",
           "other": "Achat"},
    "en": {"retail": "Purchase", "restaurant": "Meal", "pharmacy": "Pharmacy purchase",
           "fuel": "Fuel", "hotel": "Hotel stay", "transport": "Trip", "other": "Purchase"},
    "de": {"retail": "Einkauf", "restaurant": "Essen", "pharmacy": "Apothekeneinkauf",
           "fuel": "Tankfüllung", "hotel": "Hotelaufenthalt", "transport": "Fahrt",
           "other": "Einkauf"},
    "es": {"retail": "Compra", "restaurant": "Comida", "pharmacy": "Compra de farmacia",
           "fuel": "Repostaje", "hotel": "Estancia de hotel", "transport": "Trayecto",
           "other": "Compra"},
    "it": {"retail": "Acquisto", "restaurant": "Pasto", "pharmacy": "Acquisto di farmacia",
           "fuel": "Rifornimento", "hotel": "Soggiorno", "transport": "Viaggio",
           "other": "Acquisto"},
    "pt": {"retail": "Compra", "restaurant": "Refeição", "pharmacy": "Compra de farmácia",
           "fuel": "Abastecimento", "hotel": "Estadia", "transport": "Viagem", "other": "Compra"},
}  # fmt: skip

_PIECES: dict[str, tuple[str, str, str]] = {
    "fr": (" chez {}", " pour {}", " le {}"),
    "en": (" at {}", " for {}", " on {}"),
    "de": (" bei {}", " für {}", " am {}"),
    "es": (" en {}", " por {}", " el {}"),
    "it": (" presso {}", " per {}", " il {}"),
    "pt": (" em {}", " por {}", " em {}"),
}


def summarise(
    merchant: str | None,
    total: Decimal | None,
    currency: str | None,
    day: date | None,
    receipt_type: str | None,
    language: str | None,
) -> str | None:
    """What was bought where, for how much and when: 'Achat chez Super Marché pour 25,99 €'.

    What is unknown is left out; None where neither merchant nor total is known. `currency` is an
    ISO 4217 code, `language` an ISO 639-1 code (English where it is none of the six we write).
    """
    if not merchant and total is None:
        return None
    tongue = language if language in _DEEDS else _DEFAULT_LANGUAGE
    locale = _choose_locale(tongue, currency)
    where, for_what, when = _PIECES[tongue]
    deeds = _DEEDS[tongue]
    sentence = deeds.get(receipt_type or "other", deeds["other"])
    if merchant:
        sentence += where.format(merchant)
    if total is not None:
        sentence += for_what.format(_write_amount(total, currency, locale))
    if day is not None:
        sentence += when.format(format_date(day, "long", locale=locale))
    return sentence


def _choose_locale(language: str, currency: str | None) -> Locale:
    """English dates and money as the money's country writes them: only dollars come month first."""
    if language == "en":
        return Locale.parse("en_US" if currency == "USD" else "en_GB")
    return Locale.parse(f"{language}_PT" if language == "pt" else language)


def _write_amount(total: Decimal, currency: str | None, locale: Locale) -> str:
    if currency is None:
        return format_decimal(total, "#,##0.00", locale=locale)
    return format_currency(total, currency, locale=locale)
