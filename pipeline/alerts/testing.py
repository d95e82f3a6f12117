"""The test notice of a rule: sent at once to everybody it names, and kept in the history."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from pipeline.alerts.edit import get_rule
from pipeline.alerts.history import EventRow
from pipeline.alerts.look import list_addresses
from pipeline.alerts.notice import make_notice
from pipeline.alerts.tell import Outcome, tell
from pipeline.audit import write
from pipeline.errors import ConflictError
from pipeline.models import AlertDelivery, AlertEvent, AlertRule
from pipeline.settings import Settings
from pipeline.store import write_session

AT_ONCE = 8


def send_test(settings: Settings, rule_id: str, actor: str, now: datetime) -> EventRow:
    """Tell everybody that this is a test, and wait for what comes of it.

    Raises NotFoundError ALERT_RULE_UNKNOWN, ConflictError ALERT_NOBODY_TOLD.
    """
    rule, event = _begin(settings, rule_id, actor, now)
    addresses = list_addresses(rule)
    notice = make_notice(rule, event, settings.public_url)

    def send(address: tuple[str, str]) -> Outcome:
        return tell(settings, notice, *address, rule.webhook_secret)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = list(threads.map(send, addresses))
    deliveries = [
        _delivery(notice.event_id, via, address, outcome, now)
        for (via, address), outcome in zip(addresses, outcomes, strict=True)
    ]
    with write_session(settings) as session:
        session.add_all(deliveries)
    return EventRow(event, rule, tuple(deliveries))


def _begin(
    settings: Settings, rule_id: str, actor: str, now: datetime
) -> tuple[AlertRule, AlertEvent]:
    with write_session(settings) as session:
        rule = get_rule(session, rule_id)
        if not list_addresses(rule):
            raise ConflictError(
                "ALERT_NOBODY_TOLD",
                "This rule tells nobody. Give it an e-mail address or a webhook first.",
            )
        event = AlertEvent(
            rule_id=rule.id,
            at=now,
            event="tested",
            value=rule.value,
            threshold=rule.threshold,
            queue=rule.value_queue,
            since=now,
        )
        session.add(event)
        write(
            session,
            actor=actor,
            action="alert.test",
            target_type="alert_rule",
            target_id=rule.id,
            detail={"name": rule.name},
            now=now,
        )
    return rule, event


def _delivery(
    event_id: int, via: str, address: str, outcome: Outcome, now: datetime
) -> AlertDelivery:
    return AlertDelivery(
        event_id=event_id,
        via=via,
        address=address,
        # A test is not tried again: whoever asked for it looks at it now.
        status="sent" if outcome.ok else "failed",
        attempts=1,
        reply=outcome.reply,
        due_at=now,
        at=now,
    )
