"""What may be asked of a report."""

import json
from dataclasses import replace
from datetime import date

import pytest

from pipeline.errors import InvalidRequestError
from pipeline.reports.order import (
    DEFAULT_SECTIONS,
    ReportFilter,
    ReportOrder,
    check_order,
    read_order,
)
from pipeline.reports.period import Period

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
ORDER = ReportOrder("pdf", MARCH)


def test_an_order_survives_the_ledger() -> None:
    order = ReportOrder(
        "excel",
        MARCH,
        ReportFilter("Café", "meat", "completed", "anna", needs_review=False),
        "fr",
        "Achats de mars",
        ("lines",),
        compare=False,
        email_to=("anna@example.org",),
        delivery="link",
        skip_empty=True,
    )
    assert read_order(json.loads(json.dumps(order.to_json()))) == order
    dummy = ReportOrder("dummy", None)
    assert read_order(json.loads(json.dumps(dummy.to_json()))) == dummy


def test_without_sections_the_usual_ones_are_meant() -> None:
    assert check_order(ORDER).sections == DEFAULT_SECTIONS["pdf"]


def test_sections_stand_in_the_order_of_the_report_each_once() -> None:
    order = check_order(replace(ORDER, sections=("taxes", "merchants", "taxes")))
    assert order.sections == ("merchants", "taxes")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(ORDER, period=None), "REPORT_PERIOD_MISSING"),
        (replace(ORDER, sections=("lines",)), "REPORT_SECTION_UNKNOWN"),
        (replace(ORDER, title="x" * 121), "REPORT_TITLE_LONG"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_reason(order: ReportOrder, code: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        check_order(order)
    assert refused.value.code == code


def test_the_days_of_an_order_are_days_of_the_purchase() -> None:
    wanted = replace(ORDER, filters=ReportFilter(client="anna")).receipt_filter()
    assert (wanted.bought_from, wanted.bought_to) == (MARCH.first, MARCH.last)
    assert wanted.client == "anna"
    assert wanted.category is None
