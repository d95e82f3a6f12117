from datetime import date, time
from decimal import Decimal

import pytest

from pipeline.receipts.document import ReceiptFields
from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page

FRENCH = """
      SUPERMARCHÉ DES TILLEULS
    12 RUE DE LA RÉPUBLIQUE
    69002 LYON
    TEL : 04 72 00 11 22
    SIRET : 123 456 789 00012
    LE 03/04/2024 A 18H42   CAISSE 03
    BANANES
      1,235 KG X 1,99 €/KG      2,46 €
    LAIT DEMI ÉCRÉMÉ            1,09 €
    CAFÉ MOULU                  4,35 €
    REMISE FIDÉLITÉ            -0,50 €
    3 ARTICLES
    TOTAL HT                    7,01 €
    TVA 5,50 %                  0,39 €
    TOTAL TTC                   7,40 €
    ESPÈCES                    10,00 €
    RENDU MONNAIE               2,60 €
    MERCI DE VOTRE VISITE
"""

ENGLISH = """
    tan woon yann
    HARBOUR TRADING SDN BHD (123456-X)
    NO 12, JALAN MAWAR 3,
    81100 JOHOR BAHRU
    TEL : 07-355 1234
    TAX INVOICE
    DATE : 25/12/2018   TIME : 8:13:39 PM
    QTY  DESCRIPTION     PRICE   AMOUNT
    2    EXERCISE BOOK   3.20    6.40
    1    BALL PEN        2.61    2.61
    TOTAL QTY  3
    SUB TOTAL                   RM 9.01
    TOTAL (INCL GST)            RM 9.01
    ROUNDING                      -0.01
    ROUNDED TOTAL               RM 9.00
    CASH                       RM 10.00
    CHANGE                      RM 1.00
    GST SUMMARY     AMOUNT     TAX
    SR @ 6%          8.50     0.51
    TOTAL            8.50     0.51
    THANK YOU PLEASE COME AGAIN
"""


def extract(text: str, **options: tuple[str, ...]) -> ReceiptFields:
    return extract_fields((write_page(text, **options),))


def test_a_french_ticket_is_understood() -> None:
    fields = extract(FRENCH)
    assert fields.merchant and fields.merchant.value == "SUPERMARCHÉ DES TILLEULS"
    assert fields.date and fields.date.value == date(2024, 4, 3)
    assert fields.time and fields.time.value == time(18, 42)
    assert fields.total and fields.total.value == Decimal("7.40")
    assert fields.total.currency == "EUR"
    assert fields.language and fields.language.value == "fr"
    assert fields.currency and fields.currency.value == "EUR"


def test_an_english_ticket_is_understood() -> None:
    fields = extract(ENGLISH)
    assert fields.merchant and fields.merchant.value == "HARBOUR TRADING SDN BHD"
    assert fields.date and fields.date.value == date(2018, 12, 25)
    assert fields.time and fields.time.value == time(20, 13, 39)
    assert fields.total and fields.total.value == Decimal("9.00")
    assert fields.total.currency == "MYR"
    assert fields.language and fields.language.value == "en"


def test_each_field_tells_where_it_was_read() -> None:
    page = write_page(FRENCH)
    fields = extract_fields((page,))
    total_row = next(line for line in page.lines if line.text.startswith("TOTAL TTC"))
    assert fields.total and fields.total.box == total_row.words[2].box
    assert fields.merchant and fields.merchant.box == page.lines[0].box
    for field in (fields.merchant, fields.date, fields.time, fields.total, fields.currency):
        assert field and field.page == 1 and 0 < field.confidence <= 1


def test_arithmetic_makes_the_total_surer() -> None:
    bare = extract("CORNER SHOP\nBREAD  1.20\nTOTAL  £1.20").total
    proven = extract("CORNER SHOP\nBREAD  1.20\nTOTAL  £1.20\nCASH  5.00\nCHANGE  3.80").total
    assert bare and proven and proven.confidence > bare.confidence


def test_nothing_is_invented() -> None:
    assert extract_fields(()) == ReceiptFields(None, None, None, None, None, None)
    fields = extract("12345678\n99 - 11\nxx")
    assert fields == ReceiptFields(None, None, None, None, None, None)
    assert extract("DELIVERY NOTE\nBread  2\nMilk  3").total is None


def test_a_lone_misread_sign_does_not_beat_the_country() -> None:
    currency = extract(
        ENGLISH.replace("RM", "  ").replace("0.51\n    THANK", "$0.51\n THANK")
    ).currency
    assert currency and currency.value == "MYR"


def test_a_credit_note_has_a_negative_total() -> None:
    total = extract("CORNER SHOP\nBREAD RETURNED  -1.20\nTOTAL PAYABLE  -1.20").total
    assert total and total.value == Decimal("-1.20")


def test_the_total_may_stand_on_the_last_page() -> None:
    first = write_page("GRAND HOTEL\n12 HIGH STREET\nROOM  80.00\nDINNER  20.00")
    second = write_page("TOTAL DUE  £100.00\nVISA  £100.00", page=2)
    total = extract_fields((first, second)).total
    assert total and (total.value, total.page) == (Decimal("100.00"), 2)


@pytest.mark.parametrize(
    ("text", "total", "currency", "language"),
    [
        (
            "BÄCKEREI HUBER GMBH\nHauptstraße 5\n10115 Berlin\n24.12.2023 09:15 Uhr\n"
            "Brot  3,80 EUR\nSUMME  EUR 1.003,80\nBAR  EUR 1.010,00\nRückgeld  EUR 6,20\n"
            "MwSt 7%  0,25\nVielen Dank für Ihren Einkauf",
            "1003.80", "EUR", "de",
        ),
        (
            "RESTAURANTE LA PLAZA S.L.\nCalle Mayor 3\nFecha 24/12/2023 Hora 21:05\n"
            "Menú  12,00 €\nIVA 10%  1,09\nTOTAL A PAGAR  12,00 €\nEfectivo  20,00\n"
            "Cambio  8,00\nGracias por su visita",
            "12.00", "EUR", "es",
        ),
        (
            "TRATTORIA DA GINO SRL\nVia Roma 10\nP.IVA 01234567890\nPizza  8,50\n"
            "TOTALE COMPLESSIVO  8,50\ndi cui IVA  0,77\nPagamento contante  10,00\n"
            "Resto  1,50\nGrazie e arrivederci\n24-12-2023 20:30\nDOCUMENTO COMMERCIALE",
            "8.50", "EUR", "it",
        ),
        (
            "PADARIA CENTRAL LDA\nRua Augusta 7\nContribuinte 500100200\nData 24/12/2023\n"
            "Pão  1,20 €\nValor a pagar  1,20 €\nDinheiro  2,00\nTroco  0,80\n"
            "Obrigado pela sua visita",
            "1.20", "EUR", "pt",
        ),
    ],
)  # fmt: skip
def test_neighbouring_languages_are_understood(
    text: str, total: str, currency: str, language: str
) -> None:
    fields = extract(text)
    assert fields.date and fields.date.value == date(2023, 12, 24)
    assert fields.total and (str(fields.total.value), fields.total.currency) == (total, currency)
    assert fields.language and fields.language.value == language
