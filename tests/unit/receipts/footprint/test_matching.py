import json
from pathlib import Path

import pytest

from pipeline.receipts.footprint.matching import LEAST_CONFIDENCE
from tests.unit.receipts.footprint.buying import shipped_book

HERE = Path(__file__).parent


def subgroup_of(text: str, language: str | None = "fr", receipt_type: str = "retail") -> str:
    match = shipped_book().match(text, language, receipt_type)
    if match is None or match.confidence < LEAST_CONFIDENCE:
        return "unknown"
    return match.entry.factor.subcategory


@pytest.mark.parametrize("name", ["ticket_lines", "ticket_lines_held_out"])
def test_four_of_five_ticket_lines_find_their_subgroup(name: str) -> None:
    lines = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    right = [
        subgroup_of(line["text"], line["language"], line["receipt"]) == line["subgroup"]
        for line in lines
    ]
    assert sum(right) / len(right) >= 0.8


def test_every_label_is_a_subgroup_of_the_table() -> None:
    known = {*shipped_book().categories, "unknown"}
    for name in ("ticket_lines", "ticket_lines_held_out"):
        lines = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
        assert {line["subgroup"] for line in lines} <= known


@pytest.mark.parametrize(
    "text", ["NAIL POLISH RED", "WOOD SCREW 4X40", "NOTE BOOK A5", "SAFETY PIN", "AIR ADAPTOR"]
)
def test_goods_are_no_food(text: str) -> None:
    match = shipped_book().match(text, "en", "retail")
    if match is not None and match.confidence >= LEAST_CONFIDENCE:
        assert match.entry.factor.kind == "product"


@pytest.mark.parametrize(
    "text", ["CONSIGNE", "REMISE 10%", "ARRONDI", "TOTAL", "XK-2231/B", "NE3555", "**", "ZORGLUB"]
)
def test_what_says_nothing_is_not_guessed(text: str) -> None:
    assert subgroup_of(text) == "unknown"


@pytest.mark.parametrize(
    ("text", "subgroup"),
    [
        ("YA0URT NATURE", "produits laitiers frais et assimilés"),
        ("PAINMIECOMPLET", "pains et viennoiseries"),
        ("CAMENBERT", "fromages"),
        ("5TEAK HACHE", "viandes crues"),
        ("LESSIVELIQUIDE", "entretien de la maison"),
    ],
)
def test_misread_letters_and_lost_spaces_are_forgiven(text: str, subgroup: str) -> None:
    assert subgroup_of(text) == subgroup


def test_the_first_word_leads_a_french_line_and_the_last_an_english_one() -> None:
    assert subgroup_of("TARTE CITRON") == "gâteaux et pâtisseries"
    assert subgroup_of("LEMON TART", "en") == "gâteaux et pâtisseries"


def test_a_word_means_what_it_means_in_the_language_of_the_ticket() -> None:
    assert subgroup_of("POT 5KG", "en") == "pommes de terre et autres tubercules"
    assert subgroup_of("POT MIEL", "fr") == "sucres, miels et assimilés"
    assert subgroup_of("THE", "fr") == "boissons sans alcool"


def test_what_is_raw_in_a_shop_is_cooked_at_a_table() -> None:
    assert subgroup_of("MAGRET DE CANARD") == "viandes crues"
    assert subgroup_of("MAGRET DE CANARD", "fr", "restaurant") == "viandes cuites"


def test_a_language_that_is_not_known_hinders_no_match() -> None:
    assert subgroup_of("CHICKEN BREAST", None) == "viandes crues"
    assert subgroup_of("FILET DE POULET", None) == "viandes crues"


def test_brands_and_marks_do_not_matter() -> None:
    plain = shipped_book().match("BEURRE DOUX", "fr", "retail")
    branded = shipped_book().match("BEURRE DOUX PRESIDENT AOP", "fr", "retail")
    assert plain is not None
    assert branded is not None
    assert branded.confidence == plain.confidence


def test_a_person_finds_factors_by_words_of_either_language() -> None:
    book = shipped_book()
    assert book.find("lait entier", 3)[0].subcategory == "laits"
    assert book.find("whole milk", 3)[0].id == book.find("lait entier", 3)[0].id
    assert len(book.find("fromage", 5)) == 5
    assert book.find("qwertz", 5) == []


def test_a_factor_is_got_by_its_id() -> None:
    factor = shipped_book().get("agribalyse:16400")
    assert factor is not None
    assert (factor.name_fr, factor.name_en) == ("Beurre", "Butter")
    assert (factor.source, factor.year) == ("ADEME AGRIBALYSE 3.1.1", 2023)
    assert shipped_book().get("agribalyse:nothing") is None


@pytest.mark.parametrize(
    "text", ["", " ", "A" * 20_000, "1X" * 9_000, "BEURRE" * 3_000, "\u202e\x00☕ 10 %", "🧀🧀🧀"]
)
def test_no_text_is_too_strange(text: str) -> None:
    match = shipped_book().match(text, None, None)
    assert match is None or 0 <= match.confidence <= 1
