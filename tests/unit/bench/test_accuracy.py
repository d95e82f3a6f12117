import pytest

from tests.bench.accuracy import (
    Judged,
    accepted_share,
    calibration_error,
    character_error_rate,
    f1_score,
    match_items,
    same_amount,
    same_text,
)


def test_a_text_matches_whatever_its_case_and_punctuation() -> None:
    assert same_text("Book T.A.K (Taman Daya)", "BOOK TAK  TAMAN DAYA")
    assert not same_text("BOOK", None)


def test_an_amount_matches_to_the_cent() -> None:
    assert same_amount(9.0, "9.00")
    assert not same_amount(9.01, "9.00")


def test_each_item_is_matched_once() -> None:
    counts = match_items([("BREAD", 1.0), ("BREAD", 1.0)], [("BREAD", 1.0), ("MILK", 1.0)])
    assert (counts.found, counts.wanted, counts.matched) == (2, 2, 1)
    assert f1_score([counts]) == pytest.approx((0.5, 0.5, 0.5))


def test_an_item_with_another_amount_does_not_match() -> None:
    assert match_items([("BREAD", 1.0)], [("BREAD", 1.1)]).matched == 0


def test_half_of_the_sure_values_wrong_is_half_an_error() -> None:
    assert calibration_error([Judged(0.95, True), Judged(0.95, False)]) == pytest.approx(0.45)
    assert calibration_error([Judged(1.0, True)]) == pytest.approx(0.0)


def test_what_is_accepted_stops_before_the_first_mistakes() -> None:
    judged = [Judged(0.9, True), Judged(0.8, True), Judged(0.7, False), Judged(0.6, True)]
    assert accepted_share(judged, receipts=5) == (0.4, 0.8)


def test_values_of_one_confidence_are_accepted_together_or_not_at_all() -> None:
    judged = [Judged(0.9, True), Judged(0.9, False)]
    assert accepted_share(judged, receipts=2) == (0.0, 1.0)


def test_the_error_rate_counts_wrong_letters_and_no_spaces() -> None:
    assert character_error_rate("T0TAL 12", "TOTAL12") == pytest.approx(1 / 7)
