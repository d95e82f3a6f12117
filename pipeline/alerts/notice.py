"""What is told: one event of a rule as facts, as a mail's words and as a webhook's JSON."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.alerts.judge import is_reached
from pipeline.models import AlertEvent, AlertRule
from pipeline.notifications.layout import Content, Link, Words, lay_out
from pipeline.reports.texts import Texts

MB_SHOWN_AS_GB = 10_000
UNITS = {"oldest_waiting": "seconds", "no_workers": "seconds", "failure_rate": "share"}


@dataclass(frozen=True)
class Notice:
    """One event of a rule; `value` and `threshold` are in the unit of the rule's kind.

    `queue` is where it was found. It is so since `since`; `link` opens the page of alerts.
    """

    event_id: int
    event: str
    at: datetime
    since: datetime
    value: float | None
    threshold: float
    queue: str | None
    rule_id: str
    name: str
    kind: str
    window_s: float
    quiet_s: float
    language: str
    link: str | None

    @property
    def state(self) -> str:
        """How the rule stands: ok or firing."""
        return "firing" if self.event in ("raised", "reminded") else "ok"


def make_notice(rule: AlertRule, event: AlertEvent, public_url: str | None) -> Notice:
    """The notice of an event that is kept."""
    assert event.id is not None
    return Notice(
        event_id=event.id,
        event=event.event,
        at=event.at,
        since=event.since,
        value=event.value,
        threshold=event.threshold,
        queue=event.queue or rule.queue,
        rule_id=rule.id,
        name=rule.name,
        kind=rule.kind,
        window_s=rule.window_s,
        quiet_s=rule.quiet_s,
        language=rule.language,
        link=f"{public_url.rstrip('/')}/alerts" if public_url else None,
    )


def write_json(notice: Notice) -> bytes:
    """The body of a webhook."""
    body: dict[str, Any] = {
        "event": notice.event,
        "eventId": notice.event_id,
        "rule": {"id": notice.rule_id, "name": notice.name, "kind": notice.kind},
        "state": notice.state,
        "value": notice.value,
        "threshold": notice.threshold,
        "unit": UNITS.get(notice.kind, "MB"),
        "queue": notice.queue,
        "since": notice.since.isoformat(),
        "at": notice.at.isoformat(),
        "message": say_fact(notice, Texts(notice.language)),
        "link": notice.link,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def write_mail(notice: Notice) -> Words:
    """The words of a mail, in the language of the rule."""
    texts = Texts(notice.language)
    subject = texts.say(f"mail.alert.subject.{notice.event}", name=notice.name)
    sentences = (
        texts.say("mail.alert.test") if notice.event == "tested" else "",
        say_fact(notice, texts),
        _say_since(notice, texts),
        texts.say(f"mail.alert.advice.{notice.kind}") if notice.state == "firing" else "",
    )
    content = Content(
        heading=subject,
        sentences=tuple(sentence for sentence in sentences if sentence),
        links=(Link(texts.say("mail.open_alerts"), notice.link),) if notice.link else (),
        small_print=(_say_sender(notice, texts),),
    )
    return lay_out(subject, content, notice.language)


def say_fact(notice: Notice, texts: Texts) -> str:
    """What was measured, and from where on it is told."""
    if notice.event == "cleared":
        return texts.say("mail.alert.over", name=notice.name)
    if notice.event == "withdrawn":
        return texts.say("mail.alert.withdrawn", name=notice.name)
    if not is_reached(notice.kind, notice.value, notice.threshold):
        return texts.say("mail.alert.calm")
    key = f"mail.alert.is.{notice.kind}"
    if notice.queue is None and notice.kind != "disk":
        key += ".any"
    fact = texts.say(
        key,
        queue=texts.say(f"queue.{notice.queue}") if notice.queue else None,
        value=say_amount(notice.kind, notice.value, texts),
        window=texts.duration(notice.window_s),
    )
    limit = texts.say(
        "mail.alert.limit.below" if notice.kind == "disk" else "mail.alert.limit.above",
        threshold=say_amount(notice.kind, notice.threshold, texts),
    )
    return f"{fact} {limit}"


def say_amount(kind: str, amount: float | None, texts: Texts) -> str:
    """A value or a threshold with its unit."""
    if kind == "failure_rate":
        return texts.percent(amount)
    if kind == "disk":
        return _say_room(amount, texts)
    # People say 10 minutes, not 10 minutes and no seconds.
    return texts.duration(amount).removesuffix(" 0 s").removesuffix(" 0 min")


def _say_room(amount_mb: float | None, texts: Texts) -> str:
    """In megabytes as thresholds are given, as long as they can be read at a glance."""
    if (amount_mb or 0) < MB_SHOWN_AS_GB:
        return texts.say("mail.alert.mb", n=texts.number(amount_mb))
    return texts.say("mail.alert.gb", n=texts.number((amount_mb or 0) / 1000, 1))


def _say_since(notice: Notice, texts: Texts) -> str:
    since, at = texts.moment(notice.since), texts.moment(notice.at)
    if notice.event == "cleared":
        return texts.say("mail.alert.lasted", since=since, at=at)
    return texts.say("mail.alert.since", since=since) if notice.state == "firing" else ""


def _say_sender(notice: Notice, texts: Texts) -> str:
    quiet = texts.duration(notice.quiet_s)
    key = "mail.alert.sender.firing" if notice.state == "firing" else "mail.alert.sender"
    return texts.say(key, name=notice.name, quiet=quiet)
