"""Cron expressions: which are taken, and when they run in a time zone.

Five fields, read as Debian's cron does (see cronsim): a run at a time that a clock change leaves
out comes as soon as the clock goes on, one at a time that comes twice runs the first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from pipeline.errors import InvalidRequestError
from pipeline.reports.period import PeriodRule

FIELDS = 5
MAX_CRON = 100
# Any moment will do to read an expression; this one makes every process read it alike.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Preset:
    """A schedule that pages offer, with the days that it is usually about."""

    cron: str
    period: PeriodRule


PRESETS = (
    Preset("0 8 * * 1", "previous_week"),
    Preset("0 8 * * 1-5", "yesterday"),
    Preset("0 8 * * *", "yesterday"),
    Preset("0 8 1 * *", "previous_month"),
    Preset("0 18 L * *", "month_to_date"),
    Preset("0 8 1 1,4,7,10 *", "previous_quarter"),
    Preset("0 8 1 1 *", "previous_year"),
)


def check_cron(cron: str) -> str:
    """The expression with single spaces.

    Raises InvalidRequestError SCHEDULE_CRON_FIELDS, SCHEDULE_CRON_BAD, SCHEDULE_TOO_OFTEN or
    SCHEDULE_NEVER.
    """
    fields = cron.upper().split()
    if len(fields) != FIELDS or len(cron) > MAX_CRON:
        raise InvalidRequestError(
            "SCHEDULE_CRON_FIELDS",
            "A schedule has five fields: minute, hour, day, month and day of the week.",
        )
    tidy = " ".join(fields)
    _check_fields(fields)
    try:
        parsed = read_cron(tidy)
    except CronSimError as error:
        # Each field for itself can be read: together they name no day.
        raise _never() from error
    if len(parsed.minutes) > 1:
        raise InvalidRequestError(
            "SCHEDULE_TOO_OFTEN", "A schedule makes one report an hour at most. Name one minute."
        )
    if next(parsed, None) is None:
        raise _never()
    return tidy


def check_zone(time_zone: str) -> str:
    """Raises InvalidRequestError SCHEDULE_ZONE_UNKNOWN."""
    if time_zone not in _zones():
        raise InvalidRequestError(
            "SCHEDULE_ZONE_UNKNOWN",
            "There is no such time zone. Write it as Europe/Paris or UTC.",
            params={"zone": time_zone},
        )
    return time_zone


def next_runs(cron: str, time_zone: str, after: datetime, count: int) -> list[datetime]:
    """The first runs after a moment, in UTC; fewer where there are no more.

    Raises the errors of `check_cron` and `check_zone`.
    """
    return list(islice(iterate_runs(check_cron(cron), check_zone(time_zone), after), count))


def iterate_runs(cron: str, time_zone: str, after: datetime) -> Iterator[datetime]:
    """Every run after a moment, in UTC, for an expression and a zone that were checked."""
    last = after.astimezone(UTC)
    for run in CronSim(cron, after.astimezone(ZoneInfo(time_zone))):
        # In the hour that comes twice it begins with the first again; and what falls into the
        # missing hour may meet the run after it.
        if run.astimezone(UTC) > last:
            last = run.astimezone(UTC)
            yield last


def read_cron(cron: str) -> CronSim:
    """The sets of minutes, hours, … that an expression means. Raises CronSimError."""
    return CronSim(cron, _EPOCH)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    # What these two mean, each machine decides for itself.
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def _check_fields(fields: list[str]) -> None:
    for position, written in enumerate(fields):
        alone = ["*"] * FIELDS
        alone[position] = written
        try:
            read_cron(" ".join(alone))
        except (CronSimError, ValueError) as error:
            raise InvalidRequestError(
                "SCHEDULE_CRON_BAD",
                "One of the five fields cannot be read.",
                params={"field": position + 1, "text": written},
            ) from error


def _never() -> InvalidRequestError:
    return InvalidRequestError("SCHEDULE_NEVER", "No such day ever comes. Choose another one.")
