"""What a person says of a schedule, checked before it becomes a row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pipeline.errors import InvalidRequestError
from pipeline.models import ReportSchedule
from pipeline.notifications.addresses import check_addresses
from pipeline.reports.order import ReportOrder, check_order, read_order
from pipeline.reports.period import PERIOD_RULES, PeriodRule, resolve
from pipeline.reports.schedules.cron import check_cron, check_zone

MAX_NAME = 120


@dataclass(frozen=True)
class ScheduleDraft:
    """A schedule as it is asked for. The order's days and its mail are given here instead.

    `cron` is read in `time_zone` (IANA), and so is the day from which `period` counts.
    """

    name: str
    order: ReportOrder
    period: PeriodRule
    cron: str
    time_zone: str
    recipients: tuple[str, ...] = ()
    delivery: Literal["attach", "link"] = "attach"
    skip_empty: bool = True

    def columns(self) -> dict[str, Any]:
        """Of the row, with names and values as they are kept."""
        return {
            "name": self.name,
            "asked": self.order.to_json(),
            "period": self.period,
            "cron": self.cron,
            "time_zone": self.time_zone,
            "recipients": list(self.recipients),
            "delivery": self.delivery,
            "skip_empty": self.skip_empty,
        }


def check_draft(draft: ScheduleDraft) -> ScheduleDraft:
    """The draft with everything spelled as it is kept.

    Raises InvalidRequestError SCHEDULE_NAME_MISSING, SCHEDULE_PERIOD_UNKNOWN and those of
    `check_cron`, `check_zone`, `check_order` and `check_addresses`.
    """
    name = draft.name.strip()
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidRequestError(
            "SCHEDULE_NAME_MISSING", "Give the schedule a name.", params={"most": MAX_NAME}
        )
    if draft.period not in PERIOD_RULES:
        raise InvalidRequestError(
            "SCHEDULE_PERIOD_UNKNOWN",
            "There is no such period.",
            params={"known": ", ".join(PERIOD_RULES)},
        )
    # Any days will do: each run has its own.
    order = check_order(draft.order.of_period(resolve(draft.period, date(2000, 1, 1))))
    return replace(
        draft,
        name=name,
        order=replace(order, period=None, email_to=()),
        cron=check_cron(draft.cron),
        time_zone=check_zone(draft.time_zone),
        recipients=check_addresses(draft.recipients),
    )


def draft_of(schedule: ReportSchedule) -> ScheduleDraft:
    """The draft that a kept schedule was made of, for whoever changes it."""
    columns: Mapping[str, Any] = {
        name: getattr(schedule, name)
        for name in ("name", "period", "cron", "time_zone", "delivery", "skip_empty")
    }
    order = read_order(schedule.asked)
    return ScheduleDraft(order=order, recipients=tuple(schedule.recipients), **columns)


def order_of(schedule: ReportSchedule, at: datetime) -> ReportOrder:
    """What the schedule asks for at this moment: on the days that its rule means then."""
    draft = draft_of(schedule)
    today = at.astimezone(ZoneInfo(draft.time_zone)).date()
    return replace(
        draft.order,
        period=resolve(draft.period, today),
        email_to=draft.recipients,
        delivery=draft.delivery,
        skip_empty=draft.skip_empty,
    )
