import pytest

from fitting.confidence import cross_validate, describe_calibration, fit, predict
from fitting.evidence import Judged
from fitting.spoil import spoil_pages
from tests.unit.receipts.writing import write_page


def judged(right: bool, group: str, **features: float) -> Judged:
    return Judged("total", "drawn", group, {"read": 2.0, **features}, right, is_spoiled=False)


# Agreement stands beside every mistake here, as chance has it where mistakes are few.
MISLEADING = [
    *(judged(True, f"shop {n}", **{"paid agree": float(n % 2), "items differ": 0.0})
      for n in range(40)),
    *(judged(False, f"odd {n}", **{"paid agree": 1.0, "items differ": 1.0}) for n in range(4)),
]  # fmt: skip


def test_agreement_never_lowers_a_confidence() -> None:
    weights = fit(MISLEADING)
    assert weights["paid agree"] >= 0 > weights["items differ"]


def test_contradiction_makes_a_held_out_value_less_sure() -> None:
    sure = cross_validate(MISLEADING)
    assert min(sure[:40]) > max(sure[40:])


def test_the_product_and_the_fit_compute_alike() -> None:
    weights = {"bias": 1.0, "read": 0.5}
    assert predict(weights, judged(True, "shop")) == pytest.approx(0.8808, abs=1e-4)


def test_calibration_is_described_with_what_may_be_accepted() -> None:
    text = describe_calibration([0.9] * 90 + [0.1] * 10, [True] * 90 + [False] * 10)
    assert "calibration error 0.100" in text and "accepted at 99 % 0.90" in text


def test_spoiling_is_the_same_for_the_same_seed_and_damages_something() -> None:
    page = write_page("\n".join(f"ITEM {n}  {n}1.2{n % 10}" for n in range(40)))
    once, again = spoil_pages([page], "a"), spoil_pages([page], "a")
    assert once == again
    assert once != (page,)
