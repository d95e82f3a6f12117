"""Alert rules and what they said in plain words, as the page of alerts shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from babel.dates import format_timedelta

from dashboard.language import current_language, current_locale
from dashboard.widgets.formats import show_count
from pipeline.alerts.history import EventRow, show_address
from pipeline.alerts.judge import tells_somebody
from pipeline.alerts.notice import say_amount
from pipeline.alerts.tell import WEBHOOK
from pipeline.models import AlertDelivery, AlertEvent, AlertRule
from pipeline.reports.texts import Texts

ONE_MINUTE_S, ONE_HOUR_S, ONE_DAY_S = 60, 3_600, 86_400
TEXTS = Texts(current_language())

KINDS = {
    "oldest_waiting": "Jobs wait too long",
    "no_workers": "No worker runs",
    "failure_rate": "Too many jobs fail",
    "disk": "The disk fills up",
}
EVENTS = {
    "raised": "Raised",
    "reminded": "Still so",
    "cleared": "Over",
    "withdrawn": "Called off",
    "tested": "Test",
}
HELD = {
    "quiet_time": "Not sent: somebody was told shortly before",
    "quiet_hours": "Not sent: quiet hours",
    "untold": "Not sent: nobody was told that it began",
    "nobody": "Nobody was told: the rule names no address",
}


class Condition(Protocol):
    """The parts of a rule that make its sentence: of a row, or of a draft."""

    @property
    def kind(self) -> str: ...
    @property
    def queue(self) -> str | None: ...
    @property
    def threshold(self) -> float: ...
    @property
    def window_s(self) -> float: ...
    @property
    def least_endings(self) -> int: ...
    @property
    def lasting_s(self) -> float: ...


@dataclass(frozen=True)
class Mark:
    """A state with its colour and icon, as everywhere else."""

    label: str
    icon: str
    colour: str

    @property
    def badge(self) -> str:
        """The mark as Markdown."""
        return f":{self.colour}-badge[:material/{self.icon}: {self.label}]"


def mark_rule(rule: AlertRule) -> Mark:
    """How a rule stands."""
    if not rule.enabled:
        return Mark("Paused", "pause_circle", "gray")
    if rule.state == "firing":
        return Mark("Firing", "notifications_active", "red")
    if rule.checked_at is None:
        return Mark("Not looked at yet", "schedule", "gray")
    return Mark("Calm", "check_circle", "green")


def mark_event(event: AlertEvent) -> Mark:
    """What kind of event it is."""
    label = EVENTS.get(event.event, event.event)
    if event.event == "cleared":
        return Mark(label, "check_circle", "green")
    if event.event == "withdrawn":
        return Mark(label, "notifications_off", "gray")
    if event.event == "tested":
        return Mark(label, "science", "gray")
    return Mark(label, "notifications_active", "red")


def mark_delivery(delivery: AlertDelivery) -> Mark:
    """What came of telling one address."""
    to = show_address(delivery.via, delivery.address)
    if delivery.status == "sent":
        return Mark(to, "check_circle", "green")
    if delivery.status == "failed":
        return Mark(to, "cancel", "red")
    if delivery.status == "dropped":
        return Mark(to, "do_not_disturb_on", "gray")
    return Mark(to, "sync_problem" if delivery.reply else "schedule", "orange")


def say_condition(rule: Condition) -> str:
    """When it speaks: the oldest waiting job of documents is older than 10 minutes."""
    lasting = f" for {say_span(rule.lasting_s)}" if rule.lasting_s else ""
    if rule.kind == "oldest_waiting":
        return f"the oldest waiting job of {_queue(rule)} is older than {_limit(rule)}{lasting}"
    if rule.kind == "no_workers":
        serves = "run" if rule.queue is None else f"served {rule.queue}"
        return f"no worker has {serves} for {_limit(rule)}" + (
            f", and that{lasting}" if lasting else ""
        )
    if rule.kind == "failure_rate":
        jobs = show_count(rule.least_endings, "job", "jobs")
        return (
            f"more than {_limit(rule)} of at least {jobs} of {_queue(rule)} that ended within "
            f"{say_span(rule.window_s)} failed{lasting}"
        )
    return f"less than {_limit(rule)} are free on the disk{lasting}"


def say_rule(rule: Condition, emails: Sequence[str], webhook_url: str | None) -> str:
    """The whole rule: Tell ana@example.org when …."""
    who = say_recipients(emails, webhook_url)
    return f"{f'Tell {who}' if who else 'Show it here'} when {say_condition(rule)}."


def say_recipients(emails: Sequence[str], webhook_url: str | None) -> str:
    """Who is told; empty where nobody is."""
    hook = [show_address(WEBHOOK, webhook_url)] if webhook_url else []
    named = [*emails, *hook]
    if len(named) > 3:
        named = [*named[:2], f"{len(named) - 2} others"]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def say_told(rule: AlertRule, last: EventRow | None) -> str:
    """Who knows that a rule fires, or why nobody does; `last` is its last notice."""
    if not tells_somebody(rule):
        return "Nobody is told: the rule names no address."
    if rule.held is not None:
        return {
            "quiet_hours": "Nobody is told before the quiet hours end.",
            "quiet_time": "Nobody is told again before the quiet time ends.",
        }.get(rule.held, "Nobody is told yet.")
    if last is not None and not any(one.status == "sent" for one in last.deliveries):
        return "The last notice has reached nobody yet."
    return f"Told to {say_recipients(rule.emails, rule.webhook_url)}."


def say_value(kind: str, value: float | None) -> str:
    """A figure of a rule of this kind, as it was measured."""
    if value is None:
        return "too few ended jobs" if kind == "failure_rate" else "not known yet"
    if kind == "oldest_waiting" and not value:
        return "nothing waits"
    return say_amount(kind, value, TEXTS)


def say_now(rule: AlertRule) -> str:
    """What was measured last, and where: 24 min 10 s in documents."""
    if rule.kind == "no_workers":
        if rule.unattended_since is None:
            if rule.value is None:
                return "not known yet"
            return f"{rule.queue} is served" if rule.queue else "a worker runs"
        lasting = say_amount(rule.kind, rule.value, TEXTS) if rule.value else "a moment"
        return f"nobody for {lasting}"
    found = f" in {rule.value_queue}" if rule.value_queue and rule.queue is None else ""
    return say_value(rule.kind, rule.value) + found


def say_limit(kind: str, threshold: float) -> str:
    """The threshold, and on which side of it the rule speaks."""
    return f"{'below' if kind == 'disk' else 'above'} {say_amount(kind, threshold, TEXTS)}"


def say_for(since: datetime, now: datetime) -> str:
    """How long something is so: for 3 minutes."""
    passed = now - since
    if passed < timedelta(minutes=1):
        return "for less than a minute"
    return f"for {format_timedelta(passed, threshold=1.2, locale=current_locale())}"


def say_happening(event: AlertEvent, kind: str) -> str:
    """What an event was about: 12 min 5 s in documents, above 10 min."""
    if event.event in ("cleared", "withdrawn"):
        lasted_s = (event.at - event.since).total_seconds()
        return f"after {say_amount('oldest_waiting', lasted_s, TEXTS)}"
    where = f" in {event.queue}" if event.queue else ""
    limit = f", {say_limit(kind, event.threshold)}" if event.event != "tested" else ""
    return f"{say_value(kind, event.value)}{where}{limit}"


def say_span(seconds: float) -> str:
    """A span that somebody chose: 10 minutes, 2 hours, 90 seconds."""
    for unit_s, one, many in (
        (ONE_DAY_S, "day", "days"),
        (ONE_HOUR_S, "hour", "hours"),
        (ONE_MINUTE_S, "minute", "minutes"),
    ):
        if seconds >= unit_s and seconds % unit_s == 0:
            return show_count(int(seconds // unit_s), one, many)
    return f"{seconds:g} {'second' if seconds == 1 else 'seconds'}"


def _limit(rule: Condition) -> str:
    if rule.kind in ("oldest_waiting", "no_workers"):
        return say_span(rule.threshold)
    return say_amount(rule.kind, rule.threshold, TEXTS)


def _queue(rule: Condition) -> str:
    return rule.queue or "any queue"
