"""The days that a report covers: given, or by a rule such as the month before today."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from pipeline.errors import InvalidRequestError

ONE_DAY = timedelta(days=1)
MAX_DAYS = 366 * 20

PeriodRule = Literal[
    "yesterday",
    "last_7_days",
    "previous_week",
    "last_30_days",
    "month_to_date",
    "previous_month",
    "previous_quarter",
    "year_to_date",
    "previous_year",
]
PERIOD_RULES: tuple[PeriodRule, ...] = get_args(PeriodRule)


@dataclass(frozen=True)
class Period:
    """Whole days, both ends included.

    Raises InvalidRequestError REPORT_PERIOD_BACKWARDS or REPORT_PERIOD_LONG.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidRequestError(
                "REPORT_PERIOD_BACKWARDS", "The last day is before the first. Swap them."
            )
        if self.days > MAX_DAYS:
            raise InvalidRequestError(
                "REPORT_PERIOD_LONG", "Choose a shorter period.", params={"most": MAX_DAYS}
            )

    @property
    def days(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """The period to compare with: the same months before whole months, else as many days."""
        end = self.first - ONE_DAY
        if self.first.day == 1 and (self.last + ONE_DAY).day == 1:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
            return Period(_months_back(self.first, months + 1), end)
        return Period(end - timedelta(days=self.days - 1), end)


def resolve(rule: PeriodRule, today: date) -> Period:
    """The days that `rule` means on `today`; weeks begin on Monday (ISO 8601)."""
    return _RULES[rule](today)


def _months_back(first_of_month: date, months: int) -> date:
    count = first_of_month.year * 12 + first_of_month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _last_days(days: int) -> Callable[[date], Period]:
    return lambda today: Period(today - timedelta(days=days), today - ONE_DAY)


def _previous_week(today: date) -> Period:
    monday = today - timedelta(days=today.weekday())
    return Period(monday - timedelta(days=7), monday - ONE_DAY)


def _previous_months(months: int) -> Callable[[date], Period]:
    def find(today: date) -> Period:
        # Quarters begin with January, April, July and October, years with January.
        begun = (today.month - 1) // months * months + 1
        first = date(today.year, begun, 1)
        return Period(_months_back(first, months), first - ONE_DAY)

    return find


_RULES: Mapping[PeriodRule, Callable[[date], Period]] = {
    "yesterday": _last_days(1),
    "last_7_days": _last_days(7),
    "previous_week": _previous_week,
    "last_30_days": _last_days(30),
    "month_to_date": lambda today: Period(today.replace(day=1), today),
    "previous_month": _previous_months(1),
    "previous_quarter": _previous_months(3),
    "year_to_date": lambda today: Period(today.replace(month=1, day=1), today),
    "previous_year": _previous_months(12),
}
