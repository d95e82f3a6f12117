from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.receipts.footprint.buying import line, purchase, weigh_one, weighed


@pytest.mark.parametrize(
    ("description", "mass_kg"),
    [
        ("RIZ BASMATI 500G", 0.5),
        ("RIZ BASMATI 500 G", 0.5),
        ("RIZ BASMATI 5OOG", 0.5),
        ("RIZ BASMATI 1KG", 1.0),
        ("RIZ BASMATI 1KG5", 1.5),
        ("RIZ BASMATI 2,5KG", 2.5),
        ("RIZ BASMATI 3X500G", 1.5),
        ("RIZ BASMATI 500GX2", 1.0),
        ("YAOURT NATURE 4X125G", 0.5),
        ("YAOURT NATURE 4X125", 0.5),
        ("YAOURT NATURE X4 125G", 0.5),
        ("NUGGETS POULET X20 400G", 0.4),
        ("EAU DE SOURCE 6X1.5L", 9.0),
        ("EAU DE SOURCE 1,5L X6", 9.0),
        ("EAU DE SOURCE 50CL", 0.5),
        ("EAU DE SOURCE 1L5", 1.5),
        ("JUS D'ORANGE 33CL", 0.33),
        ("COMTE 0,312 KG", 0.312),
        ("TOMATES 0.842KG X 2.49/KG", 0.842),
        ("TOMATES 0.842KG X 2,49", 0.842),
        ("OEUFS PLEIN AIR X12", 0.72),
        ("6 OEUFS FRAIS", 0.36),
        ("AVOCAT PCE", 0.2),
        ("YAOURT NATURE 0% 500G", 0.5),
    ],
)
def test_the_size_is_read_from_the_line(description: str, mass_kg: float) -> None:
    found = weighed(line(description))
    assert found.method == "mass"
    assert found.mass_kg == pytest.approx(mass_kg, rel=0.01)


@pytest.mark.parametrize(
    ("description", "mass_kg"),
    [("BASMATI RICE 1LB", 0.4536), ("BACON 12OZ", 0.340), ("WHOLE MILK 1GAL", 3.9),
     ("EGGS 12PK", 0.72)],
)  # fmt: skip
def test_sizes_of_english_tickets_are_read_too(description: str, mass_kg: float) -> None:
    found = weighed(line(description), purchase(language="en", currency="USD"))
    assert found.mass_kg == pytest.approx(mass_kg, rel=0.01)


def test_the_quantity_multiplies_what_is_printed() -> None:
    assert weighed(line("RIZ BASMATI 500G", quantity="3")).mass_kg == pytest.approx(1.5)


def test_weighed_goods_weigh_what_the_scale_said() -> None:
    assert weighed(line("TOMATES GRAPPE", quantity="0.842", unit="kg")).mass_kg == 0.842
    assert weighed(line("TOMATES GRAPPE", quantity="0.842")).mass_kg == 0.842


def test_a_count_that_is_the_quantity_counts_once() -> None:
    assert weighed(line("2 X BAGUETTE", quantity="2")).mass_kg == pytest.approx(0.5)
    assert weighed(line("OEUFS X6", quantity="2")).mass_kg == pytest.approx(0.72)


def test_litres_weigh_by_the_density_of_what_is_in_them() -> None:
    oil = weighed(line("HUILE DE TOURNESOL 1L"))
    assert oil.mass_kg == pytest.approx(0.92)
    petrol = weighed(line("SP95-E10", quantity="40", unit="l"), purchase("fuel"))
    assert petrol.kg_co2e == pytest.approx(40 * 2.7, rel=0.01)


def test_a_pack_that_is_not_printed_is_a_usual_one_and_less_certain() -> None:
    printed, usual = weighed(line("BEURRE DOUX 250G")), weighed(line("BEURRE DOUX"))
    assert usual.mass_kg == printed.mass_kg == 0.25
    assert usual.high / usual.low > printed.high / printed.low


def test_a_restaurant_serves_portions() -> None:
    served = weighed(line("FRITES"), purchase("restaurant"))
    assert served.mass_kg == pytest.approx(0.15)
    assert weighed(line("VERRE BORDEAUX"), purchase("restaurant")).mass_kg == 0.14
    assert weighed(line("BTL BORDEAUX"), purchase("restaurant")).mass_kg == 0.75


def test_what_was_given_back_is_not_weighed() -> None:
    assert weigh_one(line("BEURRE DOUX 250G", amount="-2.10")) is None


def test_a_size_beyond_reason_is_not_believed() -> None:
    assert weighed(line("BEURRE DOUX 9999KG")).mass_kg == 0.25


def test_fuel_without_litres_is_weighed_by_its_price_a_litre_or_by_what_it_cost() -> None:
    pumped = replace(line("GAZOLE", amount="70.00"), unit_price=Decimal("1.750"))
    assert weighed(pumped, purchase("fuel")).kg_co2e == pytest.approx(40 * 3.1, rel=0.01)
    counted = weighed(line("GAZOLE", amount="70.00", quantity="40.01"), purchase("fuel"))
    assert counted.kg_co2e == pytest.approx(40.01 * 3.1, rel=0.01)
    paid = weighed(line("GAZOLE", amount="70.00"), purchase("fuel"))
    assert (paid.method, paid.factor.unit) == ("spend", "eur")


def test_a_pack_that_would_be_far_too_cheap_is_a_piece() -> None:
    assert weighed(line("BANANE", amount="1.80")).mass_kg == pytest.approx(0.9)
    assert weighed(line("BANANE", amount="0.30")).mass_kg == pytest.approx(0.15)
    assert weighed(line("BANANES 1KG", amount="0.30")).mass_kg == 1.0
    assert weighed(line("OEUFS X12", amount="0.30")).mass_kg == pytest.approx(0.72)
