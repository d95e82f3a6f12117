"""Which product a printed line is: cut words and short forms are found, neighbours are not."""

import pytest

from pipeline.catalog.linking.matching import Candidate, Line, find_product

NAMES = (
    "Vis à bois tête fraisée 4x40 boîte de 100",
    "Peinture murale mate blanche 10L",
    "Peinture murale satinée blanche 2,5L",
    "Crème solaire SPF50 enfant 200ml",
    "Crème solaire SPF30 200ml",
    "Litière agglomérante chat 10L",
    "Pâtée chien bœuf carottes 400g",
    "Creamy almond butter 12oz",
    "Frozen blueberries 3lb",
    "Sparkling water lime 12 pack",
    "Compote pomme sans sucres ajoutés 4x100g",
    "Compote pomme poire 4x100g",
    "Ampoule LED E27 60W",
    "Petits suisses nature 12x60g",
    "Merguez x6",
)
SURE = 0.8


def find(line: Line, *more: Candidate) -> str | None:
    candidates = [Candidate(ref, name) for ref, name in enumerate(NAMES)] + list(more)
    found = find_product(line, candidates)
    if found is None or found.likeness < SURE:
        return None
    return next(one.name for one in candidates if one.ref == found.ref)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("VIS BOIS FRAISEE 4X40", NAMES[0]),
        ("PEINT MUR MATE BLC 10L", NAMES[1]),
        ("CREME SOLAIRE SPF30", NAMES[4]),
        ("LITIERE AGGLO CHAT 10L", NAMES[5]),
        ("ALMOND BTR CREAMY 12OZ", NAMES[7]),
        ("FRZN BLUEBERRIES 3LB", NAMES[8]),
        ("SPRKLNG WATER LIME 12PK", NAMES[9]),
        ("COMPOTE POM POIRE 4X100", NAMES[11]),
        ("PT SUISSES NAT 12X60G", NAMES[13]),
        ("MERGUEZ X6", NAMES[14]),
    ],
)
def test_a_line_finds_its_product(line: str, name: str) -> None:
    assert find(Line(line)) == name


@pytest.mark.parametrize(
    "line",
    ["VIS PLACO 3.5X25", "PEINTURE BOIS GRIS", "PATEE CHAT THON", "FRZN STRAWBERRIES",
     "SPARKLING WATER LEMON", "COMPOTE ABRICOT", "AMPOULE LED GU10", "ALMOND MILK", "CREME",
     "PEINTURE", "CONSIGNE", "TOTAL", "", "12345", "LITIERE SILICE 5L"],
)  # fmt: skip
def test_a_line_of_something_else_finds_nothing(line: str) -> None:
    assert find(Line(line)) is None


def test_a_line_that_may_be_one_of_two_is_linked_to_none() -> None:
    assert find(Line("COMPOTE POMME")) is None
    assert find(Line("CREME SOLAIRE")) is None


def test_the_same_name_twice_is_no_doubt() -> None:
    twin = Candidate(99, NAMES[14])
    assert find(Line("MERGUEZ X6"), twin) == NAMES[14]


def test_another_size_or_a_price_far_away_is_another_product() -> None:
    soap = Candidate(50, "Savon liquide lavande 250ml", 300, "EUR")
    assert find(Line("SAVON LIQ LAVANDE 250ML", "fr", 320, "EUR"), soap) == soap.name
    assert find(Line("SAVON LIQ LAVANDE 1L", "fr", 320, "EUR"), soap) is None
    assert find(Line("SAVON LIQ LAVANDE 250ML", "fr", 4900, "EUR"), soap) is None
    assert find(Line("SAVON LIQ LAVANDE 250ML", "fr", 4900, "JPY"), soap) == soap.name
