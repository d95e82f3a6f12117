"""Forgets what rules said long ago, and rules that were deleted long ago."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import col

from pipeline.models import AlertDelivery, AlertEvent, AlertRule
from pipeline.settings import Settings
from pipeline.store import write_session

KEPT = timedelta(days=90)


def prune(settings: Settings, now: datetime) -> None:
    """Drop events and deleted rules of more than 90 days ago. Raises StoreUnavailableError."""
    old_events = select(col(AlertEvent.id)).where(col(AlertEvent.at) < now - KEPT)
    with write_session(settings) as session:
        connection = session.connection()
        connection.execute(delete(AlertDelivery).where(col(AlertDelivery.event_id).in_(old_events)))
        connection.execute(delete(AlertEvent).where(col(AlertEvent.at) < now - KEPT))
        # Those whose last word is forgotten too.
        spoken = select(col(AlertEvent.rule_id))
        connection.execute(
            delete(AlertRule).where(
                col(AlertRule.deleted_at) < now - KEPT, col(AlertRule.id).not_in(spoken)
            )
        )
