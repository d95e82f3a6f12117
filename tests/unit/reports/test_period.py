"""The days that a report covers, and those that it is compared with."""

from datetime import date

import pytest

from pipeline.errors import InvalidRequestError
from pipeline.reports.period import PERIOD_RULES, Period, PeriodRule, resolve

TUESDAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        ("yesterday", date(2026, 3, 2), date(2026, 3, 2)),
        ("last_7_days", date(2026, 2, 24), date(2026, 3, 2)),
        ("previous_week", date(2026, 2, 23), date(2026, 3, 1)),
        ("last_30_days", date(2026, 2, 1), date(2026, 3, 2)),
        ("month_to_date", date(2026, 3, 1), TUESDAY),
        ("previous_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("previous_quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("year_to_date", date(2026, 1, 1), TUESDAY),
        ("previous_year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_rule_means_these_days(rule: PeriodRule, first: date, last: date) -> None:
    assert resolve(rule, TUESDAY) == Period(first, last)


def test_every_rule_has_days_on_the_first_day_of_a_year() -> None:
    for rule in PERIOD_RULES:
        assert resolve(rule, date(2026, 1, 1)).days >= 1


def test_whole_months_are_compared_with_as_many_whole_months() -> None:
    february = Period(date(2024, 2, 1), date(2024, 2, 29))
    assert february.before() == Period(date(2024, 1, 1), date(2024, 1, 31))
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.before() == Period(date(2025, 10, 1), date(2025, 12, 31))


def test_other_periods_are_compared_with_as_many_days_before() -> None:
    ten_days = Period(date(2026, 3, 2), date(2026, 3, 11))
    assert ten_days.before() == Period(date(2026, 2, 20), date(2026, 3, 1))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        Period(TUESDAY, date(2026, 3, 2))
    assert refused.value.code == "REPORT_PERIOD_BACKWARDS"


def test_a_period_of_a_century_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        Period(date(1926, 1, 1), TUESDAY)
    assert refused.value.code == "REPORT_PERIOD_LONG"
