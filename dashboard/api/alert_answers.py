"""The shapes of alert rules and of what they said, and how the rows become them."""

from datetime import datetime
from typing import Any, Literal, cast

from pydantic import ConfigDict, Field

from dashboard.api.envelope import ApiModel
from dashboard.api.values import QueueName, Text, Word
from pipeline.alerts.history import EventRow, show_address
from pipeline.alerts.rules import RuleDraft, RuleKind
from pipeline.alerts.tell import WEBHOOK
from pipeline.models import AlertDelivery, AlertRule

Event = Literal["raised", "reminded", "cleared", "withdrawn", "tested"]
Held = Literal["quiet_time", "quiet_hours", "untold", "nobody"]
Language = Literal["en", "fr"]

# How the parts are called here, where that is not what the domain calls them.
NAMES = {"lasting_seconds": "lasting_s", "quiet_seconds": "quiet_s", "window_seconds": "window_s"}


class QuietHoursBody(ApiModel):
    """A span of the day in which nothing is sent; what still holds is told at its end."""

    model_config = ConfigDict(extra="forbid")

    start: Text = Field(alias="from", description="HH:MM, local time.")
    end: Text = Field(alias="to", description="HH:MM; over midnight where it is earlier.")
    zone: Text = Field(description="IANA time zone, Europe/Paris.")


class RuleChanges(ApiModel):
    """What is to be so from now on; what is left out stays."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    name: Word = Field("", description="1 to 80 characters.")
    kind: RuleKind = "oldest_waiting"
    queue: QueueName | None = Field(
        None, description="null: any queue; of no_workers: all of them. Not of disk."
    )
    threshold: float = Field(
        0.0,
        description="Seconds; of failure_rate a share of 0..1; of disk free MB, and it fires "
        "below.",
    )
    window_seconds: float = Field(3600.0, description="Of failure_rate: over how long it counts.")
    least_endings: int = Field(
        10, description="Of failure_rate: ended jobs below which there is no rate."
    )
    lasting_seconds: float = Field(0.0, description="How long it must hold, and be over again.")
    quiet_seconds: float = Field(3600.0, description="How long nothing is said after a notice.")
    quiet_hours: QuietHoursBody | None = None
    emails: list[Text] = Field([], description="Who gets a mail, at most 20.")
    webhook_url: Text | None = Field(None, description="Where JSON is posted, http(s).")
    webhook_secret: Text | None = Field(
        None, description="Signs the body: X-Comptoir-Signature: sha256=HMAC. Never shown again."
    )
    language: Language = "en"
    enabled: bool = True

    def to_changes(self) -> dict[str, Any]:
        """What was said, by the names of `RuleDraft`."""
        said = {
            NAMES.get(name, name): getattr(self, name)
            for name in self.model_fields_set
            if name != "quiet_hours"
        }
        if "emails" in said:
            said["emails"] = tuple(said["emails"])
        if "quiet_hours" in self.model_fields_set:
            hours = self.quiet_hours
            said["quiet_from"] = hours.start if hours else None
            said["quiet_to"] = hours.end if hours else None
            said["quiet_zone"] = hours.zone if hours else None
        return said


class RuleBody(RuleChanges):
    """A rule to keep."""

    name: Word = Field(description="1 to 80 characters.")
    kind: RuleKind
    threshold: float = Field(
        description="Seconds; of failure_rate a share of 0..1; of disk free MB, and it fires below."
    )

    def to_draft(self) -> RuleDraft:
        """The same for the domain."""
        return RuleDraft(**self.to_changes())


class QuietHoursAnswer(ApiModel):
    """A span of the day in which nothing is sent."""

    start: str = Field(alias="from")
    end: str = Field(alias="to")
    zone: str


class OutcomeItem(ApiModel):
    """What came of telling one address."""

    to: str = Field(description="The address; of a webhook its host alone.")
    via: Literal["email", "webhook"]
    ok: bool
    status: Literal["waiting", "sent", "failed", "dropped"] = Field(
        description="waiting: it is tried again; failed: given up; dropped: the rule was changed, "
        "paused or deleted meanwhile."
    )
    attempts: int
    reply: str | None = Field(description="What was answered last.")
    at: datetime | None


class EventItem(ApiModel):
    """Something that a rule came to say."""

    id: int
    at: datetime
    rule_id: str
    rule_name: str
    kind: RuleKind
    event: Event
    value: float | None
    threshold: float
    queue: str | None
    since: datetime
    held: Held | None = Field(description="Why nobody was told; null where somebody was.")
    outcomes: list[OutcomeItem]


class EventList(ApiModel):
    """One page of the history, newest first."""

    total: int
    page: int
    items: list[EventItem]


class RuleItem(ApiModel):
    """A rule and how it stands."""

    id: str
    name: str
    kind: RuleKind
    queue: str | None
    threshold: float
    window_seconds: float
    least_endings: int
    lasting_seconds: float
    quiet_seconds: float
    quiet_hours: QuietHoursAnswer | None
    emails: list[str]
    webhook_host: str | None = Field(
        description="The rest of a webhook's address is often its password, and never shown again."
    )
    has_secret: bool
    language: Language
    enabled: bool
    state: Literal["ok", "firing"]
    since: datetime | None = Field(description="Since when the state is so; null before any look.")
    value: float | None = Field(description="What was measured last; null: nothing to measure.")
    value_queue: str | None
    checked_at: datetime | None
    created_at: datetime
    last_notice: EventItem | None = Field(description="The last one that somebody was told.")


class RuleList(ApiModel):
    """All rules: what fires first, then by name."""

    total: int
    page: int
    items: list[RuleItem]


class DeletedRule(ApiModel):
    """A rule that is gone; what it said stays in the history."""

    id: str


def rule_item(rule: AlertRule, last: EventRow | None) -> RuleItem:
    """A row as it is answered."""
    return RuleItem(
        id=rule.id,
        name=rule.name,
        kind=cast("RuleKind", rule.kind),
        queue=rule.queue,
        threshold=rule.threshold,
        window_seconds=rule.window_s,
        least_endings=rule.least_endings,
        lasting_seconds=rule.lasting_s,
        quiet_seconds=rule.quiet_s,
        quiet_hours=_quiet_hours(rule),
        emails=rule.emails,
        webhook_host=show_address(WEBHOOK, rule.webhook_url) if rule.webhook_url else None,
        has_secret=rule.webhook_secret is not None,
        language=cast("Language", rule.language),
        enabled=rule.enabled,
        state="firing" if rule.state == "firing" else "ok",
        since=rule.since,
        value=rule.value,
        value_queue=rule.value_queue,
        checked_at=rule.checked_at,
        created_at=rule.created_at,
        last_notice=event_item(last) if last else None,
    )


def event_item(row: EventRow) -> EventItem:
    """An event as it is answered."""
    event = row.event
    assert event.id is not None
    return EventItem(
        id=event.id,
        at=event.at,
        rule_id=row.rule.id,
        rule_name=row.rule.name,
        kind=cast("RuleKind", row.rule.kind),
        event=cast("Event", event.event),
        value=event.value,
        threshold=event.threshold,
        queue=event.queue,
        since=event.since,
        held=cast("Held | None", event.held),
        outcomes=[_outcome(one) for one in row.deliveries],
    )


def _quiet_hours(rule: AlertRule) -> QuietHoursAnswer | None:
    if not (rule.quiet_from and rule.quiet_to and rule.quiet_zone):
        return None
    return QuietHoursAnswer(start=rule.quiet_from, end=rule.quiet_to, zone=rule.quiet_zone)


def _outcome(delivery: AlertDelivery) -> OutcomeItem:
    return OutcomeItem(
        to=show_address(delivery.via, delivery.address),
        via=cast("Literal['email', 'webhook']", delivery.via),
        ok=delivery.status == "sent",
        status=cast("Literal['waiting', 'sent', 'failed', 'dropped']", delivery.status),
        attempts=delivery.attempts,
        reply=delivery.reply,
        at=delivery.at,
    )
