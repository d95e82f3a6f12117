"""Taking back what a rule said: where it is changed, paused or deleted while its word stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from pipeline.alerts.judge import tells_somebody
from pipeline.alerts.look import add_delivery
from pipeline.models import AlertDelivery, AlertEvent, AlertRule

BEGINNINGS = ("raised", "reminded")

Address = tuple[str, str]


def withdraw(session: Session, rule: AlertRule, now: datetime) -> None:
    """Drop what is on its way, and tell those who think that it fires that it is called off.

    To be called before the rule changes: what is said is about the rule as it was.
    """
    believers = _settle(session, rule, now)
    if rule.state != "firing":
        return
    untold = "untold" if tells_somebody(rule) else "nobody"
    event = AlertEvent(
        rule_id=rule.id,
        at=now,
        event="withdrawn",
        value=rule.value,
        threshold=rule.threshold,
        queue=rule.value_queue,
        since=rule.since or now,
        held=None if believers else untold,
    )
    session.add(event)
    session.flush()
    for via, address in believers:
        add_delivery(session, event, via, address, now)
    if believers:
        # They know that it is called off: should it fire anew, that is news.
        rule.last_notified_at = None


def _settle(session: Session, rule: AlertRule, now: datetime) -> list[Address]:
    """Drop what waits, but for the end of what was told; returns who thinks that it fires."""
    fires: dict[Address, bool] = {}
    dropped = []
    for delivery, event in session.execute(_last_words(rule.id)):
        address, begins = (delivery.via, delivery.address), event in BEGINNINGS
        if delivery.status == "sent":
            fires[address] = begins
        elif begins or not fires.get(address):
            dropped.append(delivery.id)
        else:
            fires[address] = False
    session.connection().execute(
        update(AlertDelivery)
        .where(col(AlertDelivery.id).in_(dropped), col(AlertDelivery.status) == "waiting")
        .values(status="dropped", at=now)
    )
    return [address for address, is_firing in fires.items() if is_firing]


def _last_words(rule_id: str) -> Any:
    """What waits, and what arrived last at each address, in the order in which it was said."""
    of_rule = col(AlertEvent.rule_id) == rule_id
    said = (
        select(AlertDelivery, col(AlertEvent.event))
        .join(AlertEvent, col(AlertEvent.id) == col(AlertDelivery.event_id))
        .where(of_rule, col(AlertEvent.event) != "tested")
    )
    arrived = (
        select(func.max(AlertDelivery.id))
        .join(AlertEvent, col(AlertEvent.id) == col(AlertDelivery.event_id))
        .where(of_rule, col(AlertEvent.event) != "tested", col(AlertDelivery.status) == "sent")
        .group_by(col(AlertDelivery.via), col(AlertDelivery.address))
    )
    is_last = or_(col(AlertDelivery.status) == "waiting", col(AlertDelivery.id).in_(arrived))
    return said.where(is_last).order_by(col(AlertDelivery.id))
