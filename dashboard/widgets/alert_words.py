"""Alert rules and what they said in plain words, as the page of alerts shows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from babel.dates import format_timedelta

from dashboard.language import N_, current_language, current_locale, t, tn
from dashboard.widgets.formats import show_number
from dashboard.widgets.job_words import say_queue
from pipeline.alerts.history import EventRow, show_address
from pipeline.alerts.judge import tells_somebody
from pipeline.alerts.notice import say_amount
from pipeline.alerts.tell import WEBHOOK
from pipeline.models import AlertDelivery, AlertEvent, AlertRule
from pipeline.reports.texts import Texts

ONE_MINUTE_S, ONE_HOUR_S, ONE_DAY_S = 60, 3_600, 86_400

KINDS = {
    "oldest_waiting": N_("Jobs wait too long"),
    "no_workers": N_("No worker runs"),
    "failure_rate": N_("Too many jobs fail"),
    "disk": N_("The disk fills up"),
}
EVENTS = {
    "raised": N_("Raised"),
    "reminded": N_("Still so"),
    "cleared": N_("Over"),
    "withdrawn": N_("Called off"),
    "tested": N_("Test"),
}
HELD = {
    "quiet_time": N_("Not sent: somebody was told shortly before"),
    "quiet_hours": N_("Not sent: quiet hours"),
    "untold": N_("Not sent: nobody was told that it began"),
    "nobody": N_("Nobody was told: the rule names no address"),
}
# Why nobody knows that a rule fires, though it names somebody.
UNTOLD = {
    "quiet_hours": N_("Nobody is told before the quiet hours end."),
    "quiet_time": N_("Nobody is told again before the quiet time ends."),
}
# The rules that every installation begins with (migration 0009) are named in English.
FIRST_NAMES = {
    name: name
    for name in (
        N_("Receipts wait"),
        N_("No worker runs"),
        N_("Many jobs fail"),
        N_("The disk fills up"),
    )
}
NOT_YET = N_("Nobody is told yet.")


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


def say_name(name: str) -> str:
    """A rule's name as somebody gave it; the first rules are named in the language of the page."""
    return t(FIRST_NAMES[name]) if name in FIRST_NAMES else name


def mark_rule(rule: AlertRule) -> Mark:
    """How a rule stands."""
    if not rule.enabled:
        return Mark(t("Paused"), "pause_circle", "gray")
    if rule.state == "firing":
        return Mark(t("Firing"), "notifications_active", "red")
    if rule.checked_at is None:
        return Mark(t("Not looked at yet"), "schedule", "gray")
    return Mark(t("Calm"), "check_circle", "green")


def mark_event(event: AlertEvent) -> Mark:
    """What kind of event it is."""
    label = t(EVENTS[event.event]) if event.event in EVENTS else event.event
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
    said = _CONDITIONS[rule.kind](rule)
    if not rule.lasting_s:
        return said
    span = say_span(rule.lasting_s)
    if rule.kind == "no_workers":
        # It speaks of a span already.
        return t("{condition}, and that for {span}", condition=said, span=span)
    return t("{condition} for {span}", condition=said, span=span)


def _say_oldest(rule: Condition) -> str:
    limit = _limit(rule)
    if rule.queue is None:
        return t("the oldest waiting job of any queue is older than {limit}", limit=limit)
    return t(
        "the oldest waiting job of {queue} is older than {limit}",
        queue=say_queue(rule.queue),
        limit=limit,
    )


def _say_unattended(rule: Condition) -> str:
    limit = _limit(rule)
    if rule.queue is None:
        return t("no worker has run for {limit}", limit=limit)
    queue = say_queue(rule.queue)
    return t("no worker has served {queue} for {limit}", queue=queue, limit=limit)


def _say_failures(rule: Condition) -> str:
    jobs = tn("{n} job", "{n} jobs", rule.least_endings)
    params = {"limit": _limit(rule), "jobs": jobs, "window": say_span(rule.window_s)}
    if rule.queue is None:
        return t(
            "more than {limit} of at least {jobs} of any queue that ended within {window} failed",
            **params,
        )
    return t(
        "more than {limit} of at least {jobs} of {queue} that ended within {window} failed",
        queue=say_queue(rule.queue),
        **params,
    )


def _say_room(rule: Condition) -> str:
    return t("less than {limit} are free on the disk", limit=_limit(rule))


_CONDITIONS: dict[str, Callable[[Condition], str]] = {
    "oldest_waiting": _say_oldest,
    "no_workers": _say_unattended,
    "failure_rate": _say_failures,
    "disk": _say_room,
}


def say_rule(rule: Condition, emails: Sequence[str], webhook_url: str | None) -> str:
    """The whole rule: Tell ana@example.org when …."""
    who, condition = say_recipients(emails, webhook_url), say_condition(rule)
    if not who:
        return t("Show it here when {condition}.", condition=condition)
    return t("Tell {who} when {condition}.", who=who, condition=condition)


def say_recipients(emails: Sequence[str], webhook_url: str | None) -> str:
    """Who is told: ana@example.org and paul@example.org; empty where nobody is."""
    hook = [show_address(WEBHOOK, webhook_url)] if webhook_url else []
    named = [*emails, *hook]
    if len(named) > 3:
        rest = len(named) - 2
        named = [*named[:2], tn("{n} other", "{n} others", rest)]
    if len(named) < 2:
        return "".join(named)
    return t("{first} and {last}", first=", ".join(named[:-1]), last=named[-1])


def say_told(rule: AlertRule, last: EventRow | None) -> str:
    """Who knows that a rule fires, or why nobody does; `last` is its last notice."""
    if not tells_somebody(rule):
        return t("Nobody is told: the rule names no address.")
    if rule.held is not None:
        return t(UNTOLD.get(rule.held, NOT_YET))
    if last is not None and not any(one.status == "sent" for one in last.deliveries):
        return t("The last notice has reached nobody yet.")
    return t("Told to {who}.", who=say_recipients(rule.emails, rule.webhook_url))


def say_value(kind: str, value: float | None) -> str:
    """A figure of a rule of this kind, as it was measured."""
    if value is None:
        return t("too few ended jobs") if kind == "failure_rate" else t("not known yet")
    if kind == "oldest_waiting" and not value:
        return t("nothing waits")
    return say_amount(kind, value, _texts())


def say_now(rule: AlertRule) -> str:
    """What was measured last, and where: 24 min 10 s in documents."""
    if rule.kind == "no_workers":
        if rule.unattended_since is None:
            if rule.value is None:
                return t("not known yet")
            if rule.queue:
                return t("{queue} is served", queue=say_queue(rule.queue))
            return t("a worker runs")
        lasting = say_amount(rule.kind, rule.value, _texts()) if rule.value else t("a moment")
        return t("nobody for {span}", span=lasting)
    value = say_value(rule.kind, rule.value)
    if rule.value_queue is None or rule.queue is not None:
        return value
    return t("{value} in {queue}", value=value, queue=say_queue(rule.value_queue))


def say_limit(kind: str, threshold: float) -> str:
    """The threshold, and on which side of it the rule speaks."""
    limit = say_amount(kind, threshold, _texts())
    return t("below {limit}", limit=limit) if kind == "disk" else t("above {limit}", limit=limit)


def say_for(since: datetime, now: datetime) -> str:
    """How long something is so: for 3 minutes."""
    passed = now - since
    if passed < timedelta(minutes=1):
        return t("for less than a minute")
    return t("for {span}", span=format_timedelta(passed, threshold=1.2, locale=current_locale()))


def say_happening(event: AlertEvent, kind: str) -> str:
    """What an event was about: 12 min 5 s in documents, above 10 min."""
    if event.event in ("cleared", "withdrawn"):
        lasted_s = (event.at - event.since).total_seconds()
        return t("after {span}", span=say_amount("oldest_waiting", lasted_s, _texts()))
    said = say_value(kind, event.value)
    if event.queue:
        said = t("{value} in {queue}", value=said, queue=say_queue(event.queue))
    return said if event.event == "tested" else f"{said}, {say_limit(kind, event.threshold)}"


def say_span(seconds: float) -> str:
    """A span that somebody chose: 10 minutes, 2 hours, 90 seconds."""
    if seconds != int(seconds):
        return t("{seconds} seconds", seconds=show_number(seconds, 1))
    whole = int(seconds)
    if whole and whole % ONE_DAY_S == 0:
        return tn("{n} day", "{n} days", whole // ONE_DAY_S)
    if whole and whole % ONE_HOUR_S == 0:
        return tn("{n} hour", "{n} hours", whole // ONE_HOUR_S)
    if whole and whole % ONE_MINUTE_S == 0:
        return tn("{n} minute", "{n} minutes", whole // ONE_MINUTE_S)
    return tn("{n} second", "{n} seconds", whole)


def _limit(rule: Condition) -> str:
    if rule.kind in ("oldest_waiting", "no_workers"):
        return say_span(rule.threshold)
    return say_amount(rule.kind, rule.threshold, _texts())


def _texts() -> Texts:
    return Texts(current_language())
