from datetime import date
from decimal import Decimal

import pytest

from pipeline.receipts.document import RECEIPT_TYPES
from pipeline.receipts.summary import summarise

DAY = date(2024, 4, 3)


def plain(sentence: str | None) -> str:
    return (sentence or "").replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("receipt_type", "language", "currency", "sentence"),
    [
        ("retail", "fr", "EUR", "Achat chez Le Coin pour 1 025,90 € le 3 avril 2024"),
        ("restaurant", "fr", "EUR", "Repas chez Le Coin pour 1 025,90 € le 3 avril 2024"),
        ("restaurant", "en", "GBP", "Meal at Le Coin for £1,025.90 on 3 April 2024"),
        ("fuel", "en", "USD", "Fuel at Le Coin for $1,025.90 on April 3, 2024"),
        ("retail", "de", "EUR", "Einkauf bei Le Coin für 1.025,90 € am 3. April 2024"),
        ("retail", "es", "EUR", "Compra en Le Coin por 1.025,90 € el 3 de abril de 2024"),
        ("hotel", "it", "EUR", "Soggiorno presso Le Coin per 1.025,90 € il 3 aprile 2024"),
        ("retail", "pt", "EUR", "Compra em Le Coin por 1 025,90 € em 3 de abril de 2024"),
    ],
)
def test_a_receipt_is_told_in_one_sentence_of_its_language(
    receipt_type: str, language: str, currency: str, sentence: str
) -> None:
    told = summarise("Le Coin", Decimal("1025.90"), currency, DAY, receipt_type, language)
    assert plain(told) == sentence


def test_what_is_unknown_is_left_out() -> None:
    assert plain(summarise("Le Coin", None, "EUR", None, None, "fr")) == "Achat chez Le Coin"
    assert plain(summarise(None, Decimal("3.5"), None, None, "retail", "fr")) == "Achat pour 3,50"
    assert summarise(None, None, "EUR", DAY, "retail", "fr") is None


def test_a_language_that_we_do_not_write_is_told_in_english() -> None:
    told = summarise("Toko", Decimal(3), "EUR", None, "retail", "nl")
    assert plain(told) == "Purchase at Toko for €3.00"


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "pt"])
def test_every_type_has_a_word_in_every_language(language: str) -> None:
    for receipt_type in RECEIPT_TYPES:
        assert summarise("Toko", Decimal(3), "EUR", DAY, receipt_type, language)
