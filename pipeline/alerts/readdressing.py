"""Keeping those on one footing whom a rule names, where that changes while it fires."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, tuple_, update
from sqlmodel import Session, col

from pipeline.alerts.look import add_delivery, list_addresses
from pipeline.alerts.withdrawal import BEGINNINGS, Address
from pipeline.models import AlertDelivery, AlertEvent, AlertRule


def readdress(
    session: Session, rule: AlertRule, before: Collection[Address], now: datetime
) -> None:
    """Tell whoever is named from now on what others know, and send nothing more to the rest.

    `before` is who was named. Who comes to a rule that fires would otherwise hear of it in a
    reminder, or of its end alone.
    """
    addresses = list_addresses(rule)
    gone = [address for address in before if address not in addresses]
    if gone:
        _drop_waiting(session, rule.id, gone, now)
    added = [address for address in addresses if address not in before]
    if added and rule.state == "firing" and rule.held is None:
        _tell_too(session, rule.id, added, now)


def _tell_too(session: Session, rule_id: str, added: Collection[Address], now: datetime) -> None:
    events = select(AlertEvent).where(
        col(AlertEvent.rule_id) == rule_id,
        col(AlertEvent.event).in_(BEGINNINGS),
        col(AlertEvent.held).is_(None),
    )
    told = session.scalars(events.order_by(col(AlertEvent.id).desc()).limit(1)).first()
    if told is None:
        # It fires for months without a reminder, and what was said is forgotten.
        return
    for via, address in added:
        add_delivery(session, told, via, address, now)


def _drop_waiting(session: Session, rule_id: str, gone: Collection[Address], now: datetime) -> None:
    events = select(col(AlertEvent.id)).where(col(AlertEvent.rule_id) == rule_id)
    session.connection().execute(
        update(AlertDelivery)
        .where(
            col(AlertDelivery.event_id).in_(events),
            col(AlertDelivery.status) == "waiting",
            tuple_(col(AlertDelivery.via), col(AlertDelivery.address)).in_(gone),
        )
        .values(status="dropped", at=now)
    )
