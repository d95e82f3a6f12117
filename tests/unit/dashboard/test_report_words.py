"""Reports in words: days, rhythms, parts, changes, and how long their files stay."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.widgets.report_figures import say_change
from dashboard.widgets.report_rows import say_figures, say_kept, say_who
from dashboard.widgets.report_words import (
    KINDS,
    PERIODS,
    RHYTHMS,
    SECTIONS,
    say_days,
    say_part,
    say_rhythm,
    say_stage,
)
from pipeline.models import Report
from pipeline.reports import order
from pipeline.reports.compare import compare_figures
from pipeline.reports.period import PERIOD_RULES, Period
from pipeline.reports.schedules import PRESETS

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)


def report(**values: object) -> Report:
    return Report(id="1", kind="pdf", title="A", language="en", asked={}, created_at=NOW, **values)


def test_everything_that_can_be_asked_for_has_words() -> None:
    assert set(KINDS) == set(order.KINDS)
    assert {kind: tuple(names) for kind, names in SECTIONS.items()} == dict(order.SECTIONS)
    assert set(PERIODS) == set(PERIOD_RULES)
    assert set(RHYTHMS) == {preset.cron for preset in PRESETS}


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ((2026, 3, 8), (2026, 3, 8), "8 Mar 2026"),
        ((2026, 3, 1), (2026, 3, 31), "1 – 31 Mar 2026"),
        ((2026, 1, 1), (2026, 3, 31), "1 Jan – 31 Mar 2026"),
        ((2025, 12, 29), (2026, 1, 4), "29 Dec 2025 – 4 Jan 2026"),
    ],
)
def test_days_say_no_month_and_no_year_twice(
    first: tuple[int, int, int], last: tuple[int, int, int], said: str
) -> None:
    assert say_days(Period(date(*first), date(*last))) == said


def test_a_rhythm_that_is_not_offered_is_described() -> None:
    assert say_rhythm("0 8 * * 1") == "Every Monday at 08:00"
    assert say_rhythm("30 9 * * 2") == "At 09:30, only on Tuesday"


def test_parts_of_an_analysis_are_called_by_their_sections() -> None:
    assert say_part("analysis", "research.prices") == "Price changes"
    assert say_part("analysis", "plan") == "Plan"
    assert say_stage("analysis", "research.prices") == "Looking into it: price changes"
    assert say_stage("pdf", None) == "Starting"


def test_files_say_how_long_they_stay() -> None:
    week = NOW + timedelta(days=7)
    assert say_kept(report(expires_at=week), NOW + timedelta(minutes=3)) == "7 days left"
    assert say_kept(report(expires_at=week), NOW + timedelta(days=6, hours=1)) == "Goes today"
    assert say_kept(report(expires_at=NOW, files_dropped_at=NOW), NOW) == ""


def test_whoever_asked_is_named() -> None:
    assert say_who(report(client_id="dashboard"), {}) == "From this page"
    assert say_who(report(client_id="address:10.0.0.1"), {}) == "Through the API"
    assert say_who(report(schedule_id="s"), {"s": "Mondays"}) == "By schedule Mondays"
    assert say_who(report(schedule_id="s"), {}) == "By a schedule that was deleted"


def test_the_figures_of_a_card_are_few() -> None:
    euros, francs = {"currency": "EUR", "cents": 123456}, {"currency": "CHF", "cents": 5}
    figures = {"receipts": 1, "spent": [euros, francs], "kgCO2e": 12.3}
    assert say_figures(report(figures=figures)) == [
        *("1 receipt", "€1,234.56 and 1 more currency", "12.3 kg CO2e"),
    ]
    assert say_figures(report()) == []


def test_a_change_is_said_as_a_reader_thinks_of_it() -> None:
    before = {"receipts": 100, "merchants": 4, "lines": 10, "coverage": 0.5, "kgCO2e": 0}
    now = {"receipts": 112, "merchants": 4, "lines": 200, "coverage": 0.53, "kgCO2e": 3}
    said = {row.key: say_change(row) for row in compare_figures(before, now)}
    assert said["receipts"] == "+12%"
    assert said["merchants"] == "unchanged"
    assert said["lines"] == "20 times as much"
    assert said["coverage"] == "+3 points"
    assert said["kgCO2e"] == "none before"
    assert said["successRate"] == ""
