from decimal import Decimal

import pytest

from pipeline.receipts.document import PAYMENT_METHODS, AmountField, ReceiptFields
from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page


def read(text: str) -> ReceiptFields:
    return extract_fields((write_page(text),))


def value_of(field: AmountField | None) -> Decimal | None:
    return None if field is None else field.value


@pytest.mark.parametrize(
    "rows",
    [
        "SOUS-TOTAL  8,00\nTOTAL TTC  9,00",
        "TOTAL HT  8,00\nTVA  1,00\nTOTAL TTC  9,00",
        "SUBTOTAL  8.00\nTOTAL  9.00",
        "TOTAL HT  7,50\nSOUS TOTAL  8,00\nTOTAL  9,00",
        "ZWISCHENSUMME  8,00\nSUMME  9,00",
        "SUBTOTALE  8,00\nTOTALE  9,00",
    ],
)
def test_the_subtotal_is_the_row_that_says_so(rows: str) -> None:
    fields = read(f"CORNER SHOP\n{rows}")
    assert value_of(fields.subtotal) == Decimal("8.00")
    assert fields.subtotal and fields.subtotal.box and 0.5 < fields.subtotal.confidence < 1


def test_the_headings_of_a_tax_table_are_no_subtotal() -> None:
    text = "MARKT\nSUMME  9,12\nSTEUER %  NETTO  STEUER  BRUTTO\nA= 19,0%  5,24  1,00  6,24"
    assert read(text).subtotal is None


@pytest.mark.parametrize(
    "row",
    ["TIP  2.00", "POURBOIRE  2,00", "GRATUITY  2.00", "TRINKGELD  2,00", "PROPINA  2,00",
     "MANCIA  2,00", "GORJETA  2,00"],
)  # fmt: skip
def test_a_tip_is_read_in_six_languages(row: str) -> None:
    assert value_of(read(f"DINER\nTOTAL  20.00\n{row}\nVISA  22.00").tip) == Decimal("2.00")


def test_suggested_tips_are_none() -> None:
    assert read("DINER\nTOTAL  20.00\nSUGGESTED TIP  3.00\nTIP 18%  3.60").tip is None


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        ("CASH  20.00\nCHANGE  11.00", "11.00"),
        ("ESPECES  9,00\nRENDU  0,00", "0.00"),
        ("BAR  20,00\nRÜCKGELD  -11,00", "11.00"),
        ("EFECTIVO  20,00\nCAMBIO  11,00", "11.00"),
        ("CONTANTE  20,00\nRESTO  11,00", "11.00"),
        ("DINHEIRO  20,00\nTROCO  11,00", "11.00"),
    ],
)
def test_change_is_what_was_given_back(rows: str, change: str) -> None:
    assert value_of(read(f"CORNER SHOP\nTOTAL  9.00\n{rows}").change) == Decimal(change)


def test_change_is_surer_where_it_is_what_was_paid_less_the_total() -> None:
    proven = read("CORNER SHOP\nTOTAL  9.00\nCASH  20.00\nCHANGE  11.00").change
    odd = read("CORNER SHOP\nTOTAL  9.00\nCASH  20.00\nCHANGE  17.00").change
    assert proven and odd and proven.confidence > odd.confidence


@pytest.mark.parametrize(
    ("row", "method"),
    [
        ("CARTE BANCAIRE  9,00", "card"), ("CB SANS CONTACT  9,00", "card"), ("VISA  9.00", "card"),
        ("EC-KARTE  9,00", "card"), ("TARJETA  9,00", "card"), ("BANCOMAT  9,00", "card"),
        ("MULTIBANCO  9,00", "card"), ("CONTACTLESS  9.00", "card"), ("CREDIT CARD  9.00", "card"),
        ("PAGAMENTO ELETTRONICO  9,00", "card"),
        ("ESPÈCES  9,00", "cash"), ("CASH  9.00", "cash"), ("BAR  9,00", "cash"),
        ("EFECTIVO  9,00", "cash"), ("PAGAMENTO CONTANTE  9,00", "cash"),
        ("DINHEIRO  9,00", "cash"),
        ("CHÈQUE  9,00", "cheque"), ("TITRE RESTAURANT  9,00", "voucher"),
        ("CARTE CADEAU  9,00", "voucher"), ("APPLE PAY  9.00", "mobile"),
        ("VIREMENT  9,00", "transfer"),
    ],
)  # fmt: skip
def test_the_payment_method_is_known_by_its_words(row: str, method: str) -> None:
    found = read(f"CORNER SHOP\nTOTAL  9.00\n{row}").payment_method
    assert found and found.value == method and method in PAYMENT_METHODS
    assert found.box is not None and found.page == 1


def test_the_larger_part_names_the_payment() -> None:
    text = "BISTROT\nTOTAL  29,00\nTICKET RESTAURANT  9,00\nCB  20,00"
    found = read(text).payment_method
    assert found and found.value == "card"


def test_change_means_cash_where_no_method_is_legible() -> None:
    found = read("CORNER SHOP\nTOTAL  9.00\nxxxx  20.00\nCHANGE  11.00").payment_method
    assert found and found.value == "cash"


def test_a_ticket_that_names_no_payment_has_none() -> None:
    assert read("CORNER SHOP\nBREAD  9.00\nTOTAL  9.00").payment_method is None
