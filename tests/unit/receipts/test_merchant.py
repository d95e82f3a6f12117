from dataclasses import replace

import pytest

from pipeline.receipts.document import Word
from pipeline.receipts.fields import extract_fields
from pipeline.receipts.ocr.rows import make_line
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


def test_a_company_abroad_keeps_the_whole_of_its_legal_form() -> None:
    assert merchant_of("BACKEREI HUBER GMBH & CO. KG") == "BACKEREI HUBER GMBH & CO. KG"
    assert merchant_of("GREEN LEAF (KLISDN BHD") == "GREEN LEAF (KL) SDN BHD"


def test_the_torn_off_end_of_another_ticket_is_not_the_head() -> None:
    assert merchant_of("0% 4.00 0.10\nTHANK YOU AND COME AGAIN\nCORNER SHOP") == "CORNER SHOP"


def test_a_name_that_sounds_like_a_place_is_still_a_name() -> None:
    assert merchant_of("LA TABLE DE LA PLACE HAUTE") == "LA TABLE DE LA PLACE HAUTE"


def test_a_v_read_as_u_is_put_right() -> None:
    assert merchant_of("COOPERATIUE BELLEUUE", "COOPERATIUE") == "COOPERATIVE BELLEVUE"


def test_a_letter_read_twice_is_dropped() -> None:
    page = write_page(f"TRADING CO\n{REST}")
    name, letter = page.lines[0].words[0], page.lines[0].words[1]
    right = name.box[2]
    echo = Word("G", (right - 10, name.box[1], right + 2, name.box[3]), 0.9)
    twice = make_line([name, echo, letter])
    merchant = extract_fields((replace(page, lines=(twice, *page.lines[1:])),)).merchant
    assert merchant and merchant.value == "TRADING CO"


def test_a_stamp_over_the_name_is_no_part_of_it() -> None:
    page = write_page(f"CORNER TRADING CO\n{REST}")
    words = page.lines[0].words
    stamp = Word("POSTED", (words[-1].box[2] + 20, -30, words[-1].box[2] + 200, 10), 0.9)
    stamped = make_line([*words, stamp])
    merchant = extract_fields((replace(page, lines=(stamped, *page.lines[1:])),)).merchant
    assert merchant and merchant.value == "CORNER TRADING CO"


def test_a_name_read_with_doubt_is_less_sure() -> None:
    page = write_page(f"CORNER TRADING CO\n{REST}")
    doubted = make_line([replace(word, confidence=0.4) for word in page.lines[0].words])
    sure = extract_fields((page,)).merchant
    unsure = extract_fields((replace(page, lines=(doubted, *page.lines[1:])),)).merchant
    assert sure and unsure and unsure.confidence < sure.confidence


def test_a_name_that_holds_the_word_total_is_a_name() -> None:
    assert merchant_of("STATION TOTALENERGIES", "STATION") == "STATION TOTALENERGIES"


def test_a_tax_number_behind_the_name_is_left_out() -> None:
    assert merchant_of("SUPERMERCADOS SOL, S.A. A-46103834") == "SUPERMERCADOS SOL, S.A."


@pytest.mark.parametrize(
    ("head", "sign"),
    [
        ("Boots\nBOOTS UK LIMITED", "Boots"),
        ("BRASSERIE DU THEATRE\nSARL LESCAUT", "BRASSERIE DU THEATRE"),
        ("Backerei Hofmann\nInh. Karl Hofmann e.K.", "Backerei Hofmann"),
        ("TRATTORIA DA GINO\ndi Bianchi Luigi & C. S.n.c.", "TRATTORIA DA GINO"),
        ("AU PAIN D'ANTAN\nBoulangerie Patisserie\nM. et Mme Garnier", "AU PAIN D'ANTAN"),
        ("ARAL Tankstelle\nService Kruger GmbH", "ARAL Tankstelle"),
        ("PRET A MANGER\nShop 88", "PRET A MANGER"),
        ("B&Q\nB&Q plc Old Kent Road", "B&Q"),
        ("DECATHLON\nCentre Commercial Carre Senart", "DECATHLON"),
        ("Tim Hortons #2214", "Tim Hortons"),
    ],
)
def test_the_sign_is_the_merchant_and_not_the_company_or_owner_below(head: str, sign: str) -> None:
    assert merchant_of(head) == sign


def test_where_shops_trade_under_the_companys_name_it_is_the_merchant() -> None:
    assert merchant_of("MBB 26\nCORNER VIEW ENTERPRISE") == "CORNER VIEW ENTERPRISE"


def test_a_stamp_above_the_name_is_no_name() -> None:
    assert merchant_of("POSTED\nCORNER SHOP") == "CORNER SHOP"
