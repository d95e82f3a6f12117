"""Hours of the day in which nobody is woken, in the time zone of the sleeper."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pipeline.models import AlertRule

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class QuietHours:
    """From `first` until just before `last`, local time; over midnight where `last` is earlier."""

    first: time
    last: time
    zone: ZoneInfo

    def hold(self, at: datetime) -> bool:
        """Whether nothing is sent at this moment."""
        local = at.astimezone(self.zone).time()
        if self.first < self.last:
            return self.first <= local < self.last
        return local >= self.first or local < self.last


def quiet_hours_of(rule: AlertRule) -> QuietHours | None:
    """The quiet hours of a rule, if it has any."""
    if not (rule.quiet_from and rule.quiet_to and rule.quiet_zone):
        return None
    zone = open_zone(rule.quiet_zone)
    if zone is None:
        # The time zones of this machine are older than those of the one where it was written.
        return None
    return QuietHours(time.fromisoformat(rule.quiet_from), time.fromisoformat(rule.quiet_to), zone)


def is_quiet(rule: AlertRule, at: datetime) -> bool:
    """Whether the rule sends nothing at this moment."""
    hours = quiet_hours_of(rule)
    return hours is not None and hours.hold(at)


def open_zone(name: str) -> ZoneInfo | None:
    """The IANA time zone of this name; None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
