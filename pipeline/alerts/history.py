"""What rules said, with what became of it at each address. Read by API and page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.alerts.tell import WEBHOOK
from pipeline.models import AlertDelivery, AlertEvent, AlertRule


@dataclass(frozen=True)
class EventRow:
    """An event, the rule that said it (deleted perhaps), and its deliveries by address."""

    event: AlertEvent
    rule: AlertRule
    deliveries: tuple[AlertDelivery, ...]


@dataclass(frozen=True)
class EventPage:
    """Some of the events that match, the newest first, and how many match."""

    rows: list[EventRow]
    total: int


def list_events(
    session: Session,
    *,
    rule_id: str | None = None,
    event: str | None = None,
    failed_only: bool = False,
    limit: int,
    offset: int = 0,
) -> EventPage:
    """The history; `failed_only` keeps what did not reach everybody."""
    matching = []
    if rule_id is not None:
        matching.append(col(AlertEvent.rule_id) == rule_id)
    if event is not None:
        matching.append(col(AlertEvent.event) == event)
    if failed_only:
        unsent = col(AlertDelivery.reply).is_not(None) & (col(AlertDelivery.status) != "sent")
        matching.append(col(AlertEvent.id).in_(select(col(AlertDelivery.event_id)).where(unsent)))
    total = session.execute(
        select(func.count()).select_from(AlertEvent).where(*matching)
    ).scalar_one()
    found = session.execute(
        select(AlertEvent, AlertRule)
        .join(AlertRule, col(AlertRule.id) == col(AlertEvent.rule_id))
        .where(*matching)
        .order_by(col(AlertEvent.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return EventPage(_with_deliveries(session, [(one, rule) for one, rule in found]), total)


def find_last_told(session: Session, rules: Sequence[AlertRule]) -> dict[str, EventRow]:
    """The last event of each rule of which anybody was told, by the rule's id."""
    last = (
        select(func.max(AlertEvent.id))
        .join(AlertDelivery, col(AlertDelivery.event_id) == col(AlertEvent.id))
        .where(col(AlertEvent.rule_id).in_([rule.id for rule in rules]))
        .group_by(col(AlertEvent.rule_id))
    )
    by_id = {rule.id: rule for rule in rules}
    events = session.scalars(select(AlertEvent).where(col(AlertEvent.id).in_(last))).all()
    rows = _with_deliveries(session, [(event, by_id[event.rule_id]) for event in events])
    return {row.rule.id: row for row in rows}


def list_all_rules(session: Session) -> list[AlertRule]:
    """Every rule that may have said something by name, the deleted ones last."""
    rules = session.scalars(select(AlertRule)).all()
    return sorted(
        rules, key=lambda rule: (rule.deleted_at is not None, rule.name.casefold(), rule.id)
    )


def count_firing(session: Session) -> int:
    """How many rules fire now."""
    count: int = session.execute(
        select(func.count())
        .select_from(AlertRule)
        .where(
            col(AlertRule.state) == "firing",
            col(AlertRule.enabled).is_(True),
            col(AlertRule.deleted_at).is_(None),
        )
    ).scalar_one()
    return count


def show_address(via: str, address: str) -> str:
    """An address as it may be shown: a webhook's path is often its password."""
    if via != WEBHOOK:
        return address
    return urlsplit(address).netloc


def _with_deliveries(
    session: Session, found: Iterable[tuple[AlertEvent, AlertRule]]
) -> list[EventRow]:
    found = list(found)
    by_event: defaultdict[int | None, list[AlertDelivery]] = defaultdict(list)
    ids = [event.id for event, _ in found]
    for delivery in session.scalars(
        select(AlertDelivery)
        .where(col(AlertDelivery.event_id).in_(ids))
        .order_by(col(AlertDelivery.id))
    ):
        by_event[delivery.event_id].append(delivery)
    return [EventRow(event, rule, tuple(by_event[event.id])) for event, rule in found]
