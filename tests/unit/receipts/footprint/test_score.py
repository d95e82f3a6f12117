import pytest

from pipeline.receipts.footprint.score import grade_of, label_bonus, score_of
from tests.unit.receipts.footprint.buying import shipped_book


@pytest.mark.parametrize(
    ("factor_id", "kg_co2e", "score"),
    [
        ("agribalyse:6201", 27.1, 5),  # beef steak
        ("agribalyse:36017", 6.82, 35),  # chicken breast
        ("agribalyse:16400", 7.79, 40),  # butter
        ("agribalyse:20047_1", 0.70, 97),  # tomato
    ],
)
def test_known_foods_have_their_published_score(factor_id: str, kg_co2e: float, score: int) -> None:
    factor = shipped_book().get(factor_id)
    assert factor is not None
    assert factor.ef_mpt is not None
    assert factor.kg_co2e == pytest.approx(kg_co2e, abs=0.011)
    assert score_of(factor.ef_mpt, factor.kind) == score


def test_drinks_are_scored_on_their_own_scale() -> None:
    milk_mpt = 0.12136
    assert score_of(milk_mpt, "drink") == 57
    assert score_of(milk_mpt, "food") == 96


@pytest.mark.parametrize("kind", ["food", "drink"])
def test_a_score_stays_between_0_and_100(kind: str) -> None:
    assert score_of(0.0, kind) == 100
    assert score_of(1e-300, kind) == 100
    assert score_of(50.0, kind) == 0


@pytest.mark.parametrize(
    ("description", "points"),
    [
        ("YAOURT NATURE", 0),
        ("YAOURT NATURE BIO", 15),
        ("CAROTTES AB 1KG", 15),
        ("LAIT DEMETER", 20),
        ("CABILLAUD MSC", 10),
        ("CAFE BIO MAX HAVELAAR", 20),
        ("ORG WHOLE MILK", 15),
        ("BIOTECH SPRAY", 0),
    ],
)
def test_labels_on_the_line_add_points_up_to_20(description: str, points: int) -> None:
    assert label_bonus(description) == points


def test_a_label_lifts_the_score_from_zero_but_never_above_100() -> None:
    assert score_of(50.0, "food", "STEAK BIO") == 15
    assert score_of(0.05, "food", "CAROTTES BIO") == 100


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (100, "A+"), (90, "A+"), (89, "A"), (75, "A"), (74, "B"), (60, "B"), (59, "C"),
        (45, "C"), (44, "D"), (30, "D"), (29, "E"), (15, "E"), (14, "F"), (0, "F"),
    ],
)  # fmt: skip
def test_grades_begin_where_the_method_says(score: int, grade: str) -> None:
    assert grade_of(score) == grade
