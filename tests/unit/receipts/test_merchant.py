import pytest

from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page

REST = "12 HIGH STREET\nLEEDS LS1 4AB\nTEL 0113 496 0000\n14/03/2024\nBREAD 1.20\nTOTAL 1.20"


def merchant_of(head: str, *large: str) -> str | None:
    merchant = extract_fields((write_page(f"{head}\n{REST}", large=large),)).merchant
    return None if merchant is None else merchant.value


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("CORNER SHOP", "CORNER SHOP"),
        ("WELCOME TO\nCORNER SHOP", "CORNER SHOP"),
        ("tan woon yann\nCORNER TRADING SDN BHD", "CORNER TRADING SDN BHD"),
        ("CORNER TRADING SDN BHD (123456-X)", "CORNER TRADING SDN BHD"),
        ("GREEN LEAF\nCORNER SHOP LTD\n(CO. REG. NO: 12345)", "CORNER SHOP LTD"),
        ("*** TAX INVOICE ***\nCORNER SHOP", "CORNER SHOP"),
        ("CORNER SHOP\nfresh and local since always", "CORNER SHOP"),
        ("0113 496 0000\nCORNER SHOP", "CORNER SHOP"),
        ("HARBOUR LIGHTS SON BHD", "HARBOUR LIGHTS SDN BHD"),
        ("PHARMACIE DES QUATRE VENTS", "PHARMACIE DES QUATRE VENTS"),
    ],
)
def test_the_name_is_taken_from_the_head(head: str, name: str) -> None:
    assert merchant_of(head) == name


def test_a_name_over_two_rows_is_put_together() -> None:
    assert merchant_of("LA TABLE DES\nMARRONNIERS") == "LA TABLE DES MARRONNIERS"
    assert merchant_of("BRASSERIE DU\nQUAI", "BRASSERIE", "QUAI") == "BRASSERIE DU QUAI"
    assert merchant_of("WESTERN EASTERN\nSDN BHD") == "WESTERN EASTERN SDN BHD"


def test_large_print_names_the_merchant() -> None:
    assert merchant_of("GOOD MORNING LEEDS\nALBERTINE", "ALBERTINE") == "ALBERTINE"


def test_an_address_alone_is_no_merchant() -> None:
    assert merchant_of("") is None
