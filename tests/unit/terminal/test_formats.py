"""What a terminal shows is short, true and harmless."""

from datetime import timedelta

import pytest

from terminal.formats import (
    show_age,
    show_bytes,
    show_count,
    show_duration,
    show_moment,
    show_share,
    show_text,
)
from tests.support.ledger import START


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "–"),
        (-3.0, "0ms"),
        (0.0004, "0ms"),
        (0.9996, "1.0s"),
        (1.24, "1.2s"),
        (9.96, "10s"),
        (59.6, "1m"),
        (65.0, "1m 5s"),
        (3599.7, "1h"),
        (7_800.0, "2h 10m"),
        (4 * 86_400.0 + 3 * 3600, "4d 3h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float | None, shown: str) -> None:
    assert show_duration(seconds) == shown


def test_an_age_lies_behind_or_ahead() -> None:
    assert show_age(START - timedelta(seconds=90), START) == "1m 30s ago"
    assert show_age(START + timedelta(seconds=5), START) == "in 5.0s"
    assert show_age(START, START) == "now"
    assert show_age(None, START) == "–"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(9999, "9999"), (12_345, "12.3k"), (99_960, "100k"), (999_949, "1000k"), (1_000_000, "1.0M")],
)
def test_a_count_takes_five_characters_at_most(number: int, shown: str) -> None:
    assert show_count(number) == shown


def test_a_single_failure_among_thousands_is_not_rounded_away() -> None:
    assert show_share(0.9999) == "99%"
    assert show_share(1.0) == "100%"
    assert show_share(None) == "–"


def test_memory_is_told_in_the_unit_that_fits() -> None:
    assert show_bytes(85_400_000) == "85 MB"
    assert show_bytes(2_340_000_000) == "2.3 GB"


def test_a_moment_of_another_day_names_the_day() -> None:
    assert len(show_moment(START, START)) == len("12:00:00")
    assert show_moment(START - timedelta(days=3), START).startswith("2026-02-2")


def test_escape_sequences_in_a_name_are_not_sent_to_the_terminal() -> None:
    shown = show_text("a\x1b[2Jb\r\n\u202ec")

    assert "\x1b" not in shown
    assert shown.isprintable()
