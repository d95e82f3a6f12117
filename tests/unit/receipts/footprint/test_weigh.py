import pytest

from pipeline.receipts.footprint import FactorBook, LineChoice, weigh
from pipeline.receipts.footprint.figures import Factor
from pipeline.receipts.keys import line_key
from tests.unit.receipts.footprint.buying import (
    line,
    purchase,
    shipped_book,
    weigh_one,
    weighed,
)

BUTTER, UNKNOWN = line("BEURRE DOUX 250G", "2.50"), line("ZORGLUB 33", "7.50")


def test_every_figure_tells_its_factor_source_year_and_method() -> None:
    found = weighed(BUTTER)
    assert found.kg_co2e == pytest.approx(0.25 * 7.794)
    assert (found.method, found.factor.source, found.factor.year) == (
        "mass", "ADEME AGRIBALYSE 3.1.1", 2023,
    )  # fmt: skip
    assert found.low < found.kg_co2e < found.high
    assert 0.9 < found.match_confidence <= 1


def test_unknown_is_not_zero_and_coverage_says_so() -> None:
    receipt = weigh([BUTTER, UNKNOWN], purchase(), shipped_book(), {})
    assert receipt.lines[1] is None
    assert receipt.coverage == pytest.approx(0.25)
    assert receipt.kg_co2e == pytest.approx(weighed(BUTTER).kg_co2e)


def test_a_receipt_of_which_nothing_is_known_has_no_sums() -> None:
    receipt = weigh([UNKNOWN], purchase(), shipped_book(), {})
    assert (receipt.kg_co2e, receipt.low, receipt.high, receipt.score) == (None,) * 4
    assert receipt.coverage == 0


def test_a_receipt_without_lines_has_no_coverage() -> None:
    receipt = weigh([], purchase(), shipped_book(), {})
    assert (receipt.lines, receipt.kg_co2e, receipt.coverage) == ((), None, 0.0)


def test_the_receipts_score_is_the_mean_by_mass() -> None:
    beef, tomatoes = line("STEAK BOEUF 100G"), line("TOMATES 900G")
    receipt = weigh([beef, tomatoes, UNKNOWN], purchase(), shipped_book(), {})
    assert receipt.score == round(0.1 * 5 + 0.9 * 97)
    assert receipt.grade == "A"


def test_a_discount_changes_the_money_but_not_the_mass() -> None:
    cheap = line("BEURRE DOUX 250G", "2.50", discount="1.25")
    assert weighed(cheap).kg_co2e == weighed(BUTTER).kg_co2e
    soap = line("GEL DOUCHE", "3.00")
    half = line("GEL DOUCHE", "3.00", discount="1.50")
    assert weighed(half).kg_co2e == pytest.approx(weighed(soap).kg_co2e / 2)


def test_spending_is_counted_without_tax() -> None:
    item = line("GEL DOUCHE", "12.00")
    usual, said = weighed(item), weighed(item, purchase(vat_rate="20"))
    assert usual.method == "spend"
    assert usual.kg_co2e == pytest.approx(10.0 * usual.factor.kg_co2e)
    assert said.kg_co2e == usual.kg_co2e
    untaxed = weighed(item, purchase(vat_rate="0"))
    assert untaxed.kg_co2e == pytest.approx(12.0 * usual.factor.kg_co2e)


def test_other_currencies_are_turned_into_euros_and_unknown_ones_are_not_guessed() -> None:
    item = line("SHAMPOO", "10.82")
    dollars = weighed(item, purchase(language="en", currency="USD"))
    assert dollars.kg_co2e == pytest.approx(10.0 * dollars.factor.kg_co2e, rel=1e-3)
    assert weigh_one(item, purchase(language="en", currency="XTS")) is None


def test_goods_are_counted_by_the_piece() -> None:
    shirts = weighed(line("T-SHIRT COTON", "20.00", quantity="2"))
    assert (shirts.method, shirts.mass_kg, shirts.score) == ("unit", None, None)
    assert shirts.kg_co2e == pytest.approx(10.4)


def test_the_range_widens_from_a_mass_to_a_guess_to_a_price() -> None:
    def width(description: str) -> float:
        found = weighed(line(description))
        return found.high / found.low

    assert width("BEURRE DOUX 250G") < width("BEURRE DOUX") < width("GEL DOUCHE")


def test_the_range_widens_with_poor_data() -> None:
    good, poor = weighed(line("STEAK BOEUF 1KG")), weighed(line("AIL SEC 1KG"))
    assert good.factor.dqr is not None
    assert poor.factor.dqr is not None
    assert poor.factor.dqr > good.factor.dqr
    assert poor.high / poor.low > good.high / good.low


def test_what_a_person_chose_wins() -> None:
    item = line("ZORGLUB 500G")
    choice = LineChoice("agribalyse:16400", None)
    found = weigh([item], purchase(), shipped_book(), {line_key(item.description): choice}).lines[0]
    assert found is not None
    assert found.is_chosen
    assert found.match_confidence == 1
    assert found.kg_co2e == pytest.approx(0.5 * 7.794)


@pytest.mark.parametrize("category", ["fromages", "lait et produits laitiers", "vêtements"])
def test_a_chosen_category_stands_for_its_median(category: str) -> None:
    item = line("ZORGLUB")
    choices = {line_key(item.description): LineChoice(None, category)}
    found = weigh([item], purchase(), shipped_book(), choices).lines[0]
    assert found is not None
    assert category in {found.factor.category, found.factor.subcategory}


def test_every_category_of_the_book_can_be_chosen() -> None:
    item = line("ZORGLUB")
    for category in shipped_book().categories:
        choices = {line_key(item.description): LineChoice(None, category)}
        assert weigh([item], purchase(), shipped_book(), choices).lines[0] is not None, category


def test_a_choice_that_no_longer_exists_is_as_none() -> None:
    choices = {line_key(UNKNOWN.description): LineChoice("gone:1", None)}
    assert weigh([UNKNOWN], purchase(), shipped_book(), choices).lines == (None,)


def test_a_green_apple_among_screws_is_no_apple() -> None:
    hardware = [line("WOOD SCREW", "2"), line("CLAW HAMMER", "9"), line("DRILL BIT", "4"),
                line("PAINT BRUSH", "3"), line("APPLE GREEN GLOSS KOTE", "15")]  # fmt: skip
    bought = purchase(language="en", currency="GBP")
    found = weigh(hardware, bought, shipped_book(), {}).lines[-1]
    assert found is None or found.factor.kind == "product"


@pytest.mark.parametrize(
    ("receipt_type", "subgroup"),
    [
        ("hotel", "hébergement"),
        ("transport", "transports"),
        ("pharmacy", "médicaments et parapharmacie"),
        ("restaurant", "repas"),
    ],
)
def test_a_line_without_known_words_is_weighed_by_what_is_sold_there(
    receipt_type: str, subgroup: str
) -> None:
    found = weighed(line("ZORGLUB", "11.00"), purchase(receipt_type))
    assert (found.method, found.factor.subcategory) == ("spend", subgroup)


def test_an_imported_figure_replaces_the_shipped_one_and_new_foods_are_found() -> None:
    def food(code: str, name: str, kg_co2e: float) -> Factor:
        return Factor(
            id=f"agribalyse:{code}", name_fr=name, name_en=None, category="matières grasses",
            subcategory="beurres", kind="food", unit="kg", kg_co2e=kg_co2e, ef_mpt=0.7, dqr=2.0,
            source="ADEME AGRIBALYSE 3.2", year=2024,
        )  # fmt: skip

    book = FactorBook([food("16400", "Beurre à 82% MG, doux", 6.0), food("1", "Smorgul", 3.0)])
    butter = weigh([BUTTER], purchase(), book, {}).lines[0]
    assert butter is not None
    assert butter.kg_co2e == pytest.approx(1.5)
    assert butter.factor.source == "ADEME AGRIBALYSE 3.2"
    new = weigh([line("SMORGUL 1KG")], purchase(), book, {}).lines[0]
    assert new is not None
    assert new.kg_co2e == pytest.approx(3.0)
