"""When a schedule runs, and how that is said."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import InvalidRequestError
from pipeline.reports.schedules import PRESETS, describe, next_runs

PARIS = "Europe/Paris"
MONDAY_TO_SUNDAY = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


def runs(cron: str, after: str, count: int = 3, time_zone: str = PARIS) -> list[str]:
    """The next runs as clocks in Paris show them, from a time in UTC."""
    found = next_runs(cron, time_zone, datetime.fromisoformat(after).replace(tzinfo=UTC), count)
    return [run.astimezone(ZoneInfo(PARIS)).strftime("%d.%m. %H:%M %z") for run in found]


def test_a_run_keeps_its_hour_when_the_clocks_change() -> None:
    assert runs("0 8 * * 1", "2026-03-20") == [
        "23.03. 08:00 +0100", "30.03. 08:00 +0200", "06.04. 08:00 +0200",
    ]  # fmt: skip


def test_a_run_in_the_hour_that_is_left_out_comes_when_the_clock_goes_on() -> None:
    assert runs("30 2 * * *", "2026-03-28") == [
        "28.03. 02:30 +0100", "29.03. 03:00 +0200", "30.03. 02:30 +0200",
    ]  # fmt: skip
    # Two that meet there are one.
    assert runs("0 2,3 * * *", "2026-03-28T12:00", 2) == [
        "29.03. 03:00 +0200",
        "30.03. 02:00 +0200",
    ]


def test_a_run_in_the_hour_that_comes_twice_runs_the_first_time() -> None:
    once = ["25.10. 02:30 +0200", "26.10. 02:30 +0100"]
    assert runs("30 2 * * *", "2026-10-24T12:00", 2) == once
    # 02:10 the second time: the first 02:30 is over.
    assert runs("30 2 * * *", "2026-10-25T01:10", 1) == once[1:]
    # Every hour is every hour.
    assert runs("0 * * * *", "2026-10-24T23:30") == [
        "25.10. 02:00 +0200", "25.10. 02:00 +0100", "25.10. 03:00 +0100",
    ]  # fmt: skip


def test_a_leap_day_and_the_end_of_a_month_are_found() -> None:
    assert next_runs("0 8 29 2 *", "UTC", datetime(2026, 3, 1, tzinfo=UTC), 2) == [
        datetime(2028, 2, 29, 8, tzinfo=UTC), datetime(2032, 2, 29, 8, tzinfo=UTC),
    ]  # fmt: skip
    assert runs("0 18 L * *", "2026-02-01", 2) == ["28.02. 18:00 +0100", "31.03. 18:00 +0200"]


@pytest.mark.parametrize(
    ("cron", "code"),
    [
        ("0 8 * *", "SCHEDULE_CRON_FIELDS"),
        ("0 0 8 * * 1", "SCHEDULE_CRON_FIELDS"),
        ("0 8 * * " + "1," * 60 + "1", "SCHEDULE_CRON_FIELDS"),
        ("@daily", "SCHEDULE_CRON_FIELDS"),
        ("0 24 * * *", "SCHEDULE_CRON_BAD"),
        ("0 8 1/0 * *", "SCHEDULE_CRON_BAD"),
        ("0 8 * * ½", "SCHEDULE_CRON_BAD"),
        ("* * * * *", "SCHEDULE_TOO_OFTEN"),
        ("0,30 8 * * *", "SCHEDULE_TOO_OFTEN"),
        ("0 8 30 2 *", "SCHEDULE_NEVER"),
        ("0 8 31 4,6,9,11 *", "SCHEDULE_NEVER"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_with_its_own_reason(cron: str, code: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        next_runs(cron, PARIS, datetime(2026, 1, 1, tzinfo=UTC), 1)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "zone", ["Paris", "", "../etc/passwd", "Europe", "Europe/Paris\0", "localtime"]
)
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        next_runs("0 8 * * *", zone, datetime(2026, 1, 1, tzinfo=UTC), 1)
    assert refused.value.code == "SCHEDULE_ZONE_UNKNOWN"


@pytest.mark.parametrize(
    ("language", "says"), [("en", "At 08:00, only on "), ("fr", "À 08:00, uniquement le ")]
)
def test_every_day_of_the_week_is_said_in_the_readers_language(language: str, says: str) -> None:
    named = MONDAY_TO_SUNDAY[language].split()
    for number, day in enumerate(named, start=1):
        assert describe(f"0 8 * * {number}", language) == says + day
    assert describe("0 8 * * SUN", language) == describe("0 8 * * 0", language) == says + named[6]


@pytest.mark.parametrize(("language", "says"), [("en", ", only in "), ("fr", ", uniquement en ")])
def test_every_month_is_said_in_the_readers_language(language: str, says: str) -> None:
    for number, month in enumerate(MONTHS[language].split(), start=1):
        assert describe(f"5 16 * {number} *", language).endswith(
            f"16:05, every day{says}{month}"
        ) or (describe(f"5 16 * {number} *", language).endswith(f"16:05{says}{month}"))


@pytest.mark.parametrize(
    ("cron", "english", "french"),
    [
        ("0 8 * * 1-5", "At 08:00, Monday through Friday", "À 08:00, de lundi à vendredi"),
        ("0 18 1 * *", "At 18:00, on day 1 of the month", "À 18:00, le 1er du mois"),
        (
            "0 8 1 */3 *",
            "At 08:00, on day 1 of the month, only in January, April, July, and October",
            "À 08:00, le 1er du mois, uniquement en janvier, avril, juillet et octobre",
        ),
        (
            "0 8-18/5 * * *",
            "At 08:00, 13:00 and 18:00",
            "À 08:00, 13:00 et 18:00",
        ),
        # Cron takes either of the two, and with a star in front only what is both.
        (
            "0 8 13 * 5",
            "At 08:00, on day 13 of the month, or on Friday",
            "À 08:00, le 13 du mois, ou le vendredi",
        ),
        (
            "0 8 */2 * 1",
            "At 08:00, every 2 days, only on Monday",
            "À 08:00, tous les 2 jours, uniquement le lundi",
        ),
        # Friday and, two days later, Sunday; no week is left out.
        (
            "0 8 * * 5/2",
            "At 08:00, only on Friday and Sunday",
            "À 08:00, uniquement le vendredi et dimanche",
        ),
        (
            "0 8 * * 5#2",
            "At 08:00, on the second Friday of the month",
            "À 08:00, le second vendredi du mois",
        ),
        # What no sentence says right is shown as it is.
        ("0 8 * * 1#2,3#4", "0 8 * * 1#2,3#4", "0 8 * * 1#2,3#4"),
    ],
)
def test_a_schedule_is_said_as_a_sentence(cron: str, english: str, french: str) -> None:
    assert (describe(cron, "en"), describe(cron, "fr")) == (english, french)


def test_what_is_offered_runs_and_can_be_said() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for preset in PRESETS:
        (run,) = next_runs(preset.cron, PARIS, now, 1)
        assert now < run < now + timedelta(days=367)
        assert describe(preset.cron, "fr") != preset.cron
