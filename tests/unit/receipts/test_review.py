"""When a person is asked, and with which words."""

from decimal import Decimal
from typing import Any

import pytest

from pipeline.receipts.review.reasons import (
    Thresholds,
    items_difference,
    overall_confidence,
    review_reasons,
    say_reasons,
)
from tests.support.readings import amount, item, reading, text

CAREFUL = Thresholds(merchant=0.5, date=0.7, total=0.9)


def codes(fields: dict[str, Any], thresholds: Thresholds = CAREFUL) -> list[str]:
    return [reason["code"] for reason in review_reasons(fields, thresholds)]


def tax(rate: float | None, base: float | None, value: float | None) -> dict[str, Any]:
    return {"rate": rate, "base": base, "amount": value}


def test_a_sure_receipt_that_adds_up_asks_for_nobody() -> None:
    assert codes(reading()) == []


def test_what_is_missing_is_named() -> None:
    fields = reading(merchantName=None, date=None, totalAmount=None)

    assert codes(fields) == ["NO_MERCHANT", "NO_DATE", "NO_TOTAL"]
    assert overall_confidence(fields) == 0


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        (0.45, ["UNSURE_MERCHANT", "UNSURE_DATE", "UNSURE_TOTAL"]),
        (0.65, ["UNSURE_DATE", "UNSURE_TOTAL"]),
        (0.85, ["UNSURE_TOTAL"]),
        (0.9, []),
    ],
)
def test_every_field_has_a_threshold_of_its_own(confidence: float, expected: list[str]) -> None:
    fields = reading(
        merchantName=text("MARCHE", confidence),
        date=text("2026-03-01", confidence),
        totalAmount=amount(7.5, confidence),
    )

    assert codes(fields) == expected


def test_items_are_compared_with_the_nearest_sum() -> None:
    with_subtotal = reading(subtotal=amount(7.5), totalAmount=amount(8.0))
    off = reading(subtotal=amount(7.0), totalAmount=amount(8.2))

    assert codes(with_subtotal) == []
    assert items_difference(off) == Decimal("0.5")
    assert codes(off) == ["ITEMS_DIFFER"]


def test_discounts_count_and_a_cent_of_rounding_does_not() -> None:
    lines = [item(1, "TOMATES", 3.0, discount=0.49), item(2, "PAIN", 5.0)]

    assert codes(reading(items=lines)) == []


def test_a_ticket_without_items_is_not_blamed_for_them() -> None:
    assert codes(reading(items=[])) == []
    assert codes(reading(items=None)) == []


def test_what_the_item_stage_reconciled_in_its_own_way_is_believed() -> None:
    assert codes(reading(totalAmount=amount(9.0), itemsReconciled=True)) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([tax(20.0, 5.0, 1.0), tax(5.5, 1.42, 0.08)], []),
        ([tax(20.0, 5.0, 1.5)], ["TAXES_DIFFER"]),
        ([tax(20.0, 7.0, 1.4)], ["TAXES_DIFFER"]),
        ([tax(20.0, None, 1.5), tax(None, 2.0, 1.0)], []),
        # What bears no tax is often not in the table.
        ([tax(20.0, 1.0, 0.2)], []),
    ],
)
def test_taxes_must_not_contradict_themselves_or_the_total(
    rows: list[dict[str, Any]], expected: list[str]
) -> None:
    assert codes(reading(taxes=rows)) == expected


def test_sums_ask_for_nobody_where_the_setting_says_so() -> None:
    fields = reading(totalAmount=amount(99.0), taxes=[tax(20.0, 5.0, 1.5)])

    assert codes(fields, Thresholds(0.5, 0.5, 0.5, sums=False)) == []


def test_reasons_are_said_with_money_as_it_is_written_there() -> None:
    reasons = review_reasons(reading(totalAmount=amount(1234.5)), CAREFUL)

    assert say_reasons(reasons, "en") == [
        "The total does not match the items: they differ by €1,227.00."
    ]
    assert say_reasons(reasons, "fr")[0].endswith("de 1\u202f227,00\xa0€.")
    without_currency = review_reasons(reading(totalAmount=amount(9.5, currency=None)), CAREFUL)
    assert say_reasons(without_currency, "en")[0].endswith("differ by 2.00.")


def test_a_code_alone_is_said_as_well() -> None:
    assert say_reasons(["UNSURE_TOTAL"], "en") == ["The total is not certain."]
