"""One look at the rules: measure, judge, and write what is so and who is to be told.

Several dashboards may look at once; each rule is judged by the one that claims it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from pipeline.alerts.judge import Decision, judge
from pipeline.alerts.measure import Situation, look_around, measure
from pipeline.alerts.tell import EMAIL, WEBHOOK
from pipeline.models import AlertDelivery, AlertEvent, AlertRule
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)

# Timers are not exact: a look that comes a little early is a look all the same.
EARLY_SHARE = 0.8
# After that many pauses without a look, nobody knows what was between.
MISSED_LOOKS = 4


def look(settings: Settings, now: datetime) -> int:
    """Look at every rule that nobody looked at lately; returns how many were judged.

    Raises StoreUnavailableError; the next look does what this one did not.
    """
    with read_session(settings) as session:
        due = _find_due(session, settings, now)
        if not due:
            return 0
        situation = look_around(session, settings, due, now)
    with write_session(settings) as session:
        return sum(_judge_one(session, settings, rule, situation, now) for rule in due)


def _find_due(session: Session, settings: Settings, now: datetime) -> Sequence[AlertRule]:
    return session.scalars(
        select(AlertRule).where(_is_due(settings, now)).order_by(col(AlertRule.id))
    ).all()


def _is_due(settings: Settings, now: datetime) -> Any:
    looked = now - timedelta(seconds=EARLY_SHARE * settings.alerts_every_s)
    checked_at = col(AlertRule.checked_at)
    # A clock that was put back must not stop the looks until it has caught up.
    lately = (checked_at > looked) & (checked_at <= now + timedelta(hours=1))
    never = checked_at.is_(None)
    is_kept = col(AlertRule.enabled).is_(True) & col(AlertRule.deleted_at).is_(None)
    return is_kept & (never | ~lately)


def _judge_one(
    session: Session, settings: Settings, seen: AlertRule, situation: Situation, now: datetime
) -> bool:
    """Whether the rule was ours to judge: another dashboard may have been quicker."""
    claimed = session.connection().execute(
        update(AlertRule)
        .where(col(AlertRule.id) == seen.id, _is_due(settings, now))
        .values(checked_at=now)
    )
    if not claimed.rowcount:
        return False
    rule = session.get_one(AlertRule, seen.id)
    try:
        measured = measure(rule, situation)
    except LookupError as error:
        # Changed since we looked around, about a queue that this version does not have, or about a
        # disk that is gone.
        log.warning("alert_not_measured", rule=rule.name, missing=str(error))
        return False
    decision = judge(rule, measured, now, watched=_was_watched(seen, settings, now))
    queue = decision.value_queue or rule.value_queue
    _apply(rule, decision)
    session.add(rule)
    if decision.event is not None:
        _record(session, rule, decision, queue, now)
    return True


def _was_watched(seen: AlertRule, settings: Settings, now: datetime) -> bool:
    if seen.checked_at is None:
        return False
    return now - seen.checked_at <= timedelta(seconds=MISSED_LOOKS * settings.alerts_every_s)


def _apply(rule: AlertRule, decision: Decision) -> None:
    for name in (
        "state",
        "since",
        "turning_since",
        "unattended_since",
        "value",
        "value_queue",
        "held",
        "last_notified_at",
    ):
        setattr(rule, name, getattr(decision, name))


def _record(
    session: Session, rule: AlertRule, decision: Decision, queue: str | None, now: datetime
) -> None:
    assert decision.event is not None
    event = AlertEvent(
        rule_id=rule.id,
        at=now,
        event=decision.event,
        value=decision.value,
        threshold=rule.threshold,
        queue=queue,
        since=decision.event_since or now,
        held=decision.event_held,
    )
    session.add(event)
    session.flush()
    log.info(f"alert_{event.event}", rule=rule.name, value=event.value, held=event.held)
    if event.held is None:
        waiting = _still_on_their_way(session, rule) if event.event == "reminded" else set()
        for via, address in list_addresses(rule):
            if (via, address) not in waiting:
                add_delivery(session, event, via, address, now)


def list_addresses(rule: AlertRule) -> list[tuple[str, str]]:
    """How and where the rule tells people."""
    webhook = [(WEBHOOK, rule.webhook_url)] if rule.webhook_url else []
    return [(EMAIL, address) for address in rule.emails] + webhook


def add_delivery(
    session: Session, event: AlertEvent, via: str, address: str, now: datetime
) -> AlertDelivery:
    """Put an event on its way to one address; it is due at once."""
    assert event.id is not None
    delivery = AlertDelivery(event_id=event.id, via=via, address=address, due_at=now)
    session.add(delivery)
    return delivery


def _still_on_their_way(session: Session, rule: AlertRule) -> set[tuple[str, str]]:
    # Whoever has not got the notice yet needs no reminder of it.
    rows = session.execute(
        select(col(AlertDelivery.via), col(AlertDelivery.address))
        .join(AlertEvent, col(AlertEvent.id) == col(AlertDelivery.event_id))
        .where(col(AlertEvent.rule_id) == rule.id, col(AlertDelivery.status) == "waiting")
    )
    return {(via, address) for via, address in rows}
