"""Notices on their way: what is due, sending it, and what becomes of one that fails."""

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from pipeline.alerts.notice import Notice, make_notice
from pipeline.alerts.quiet_hours import is_quiet
from pipeline.alerts.tell import Outcome, tell
from pipeline.clock import Clock
from pipeline.errors import StoreUnavailableError
from pipeline.models import AlertDelivery, AlertEvent, AlertRule
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)

# Longer than any mail or webhook takes: only a process that died is overtaken.
CLAIM_S = 300.0
LONGEST_PAUSE_S = 900.0
GIVE_UP_AFTER_S = 86_400.0
MOST_WAITING = 2_000
WRITE_PAUSE_S = 1.0

Path = tuple[str, str, str]


@dataclass(frozen=True)
class Delivery:
    """A notice on its way to one address, as it was read."""

    delivery_id: int
    via: str
    address: str
    attempts: int
    due_at: datetime
    notice: Notice
    secret: str | None

    @property
    def path(self) -> Path:
        """What must arrive in order: the notices of one rule to one address."""
        return self.notice.rule_id, self.via, self.address


def list_due(session: Session, settings: Settings, now: datetime) -> list[list[Delivery]]:
    """What may be sent now, each inner list in its order to one address.

    The oldest of a path decides: what follows it must not arrive before it. Nothing of a rule
    whose quiet hours hold.
    """
    rows = session.execute(
        select(AlertDelivery, AlertEvent, AlertRule)
        .join(AlertEvent, col(AlertEvent.id) == col(AlertDelivery.event_id))
        .join(AlertRule, col(AlertRule.id) == col(AlertEvent.rule_id))
        .where(col(AlertDelivery.status) == "waiting")
        .order_by(col(AlertDelivery.id))
        .limit(MOST_WAITING)
    )
    waiting = [
        _read(row, event, rule, settings) for row, event, rule in rows if not is_quiet(rule, now)
    ]
    # The sort keeps the order within a path.
    by_path = itertools.groupby(sorted(waiting, key=attrgetter("path")), key=attrgetter("path"))
    paths = [list(deliveries) for _, deliveries in by_path]
    return [path for path in paths if path[0].due_at <= now]


def send_in_order(
    settings: Settings, path: Sequence[Delivery], clock: Clock, stopping: threading.Event
) -> None:
    """Send one after another, and leave the rest for later where one fails."""
    for delivery in path:
        if stopping.is_set() or not claim(settings, delivery, clock()):
            return
        outcome = tell(settings, delivery.notice, delivery.via, delivery.address, delivery.secret)
        log.info("alert_told", via=delivery.via, ok=outcome.ok, event_id=delivery.notice.event_id)
        _write_surely(settings, delivery, outcome, clock, stopping)
        if not outcome.ok and not outcome.final:
            return


def claim(settings: Settings, delivery: Delivery, now: datetime) -> bool:
    """Take one attempt at a delivery; False where another dashboard has it."""
    with write_session(settings) as session:
        claimed = session.connection().execute(
            update(AlertDelivery)
            .where(
                col(AlertDelivery.id) == delivery.delivery_id,
                col(AlertDelivery.status) == "waiting",
                col(AlertDelivery.attempts) == delivery.attempts,
            )
            .values(attempts=delivery.attempts + 1, due_at=now + timedelta(seconds=CLAIM_S))
        )
    return bool(claimed.rowcount)


def record(settings: Settings, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write what came of an attempt, and when there is another one."""
    attempts = delivery.attempts + 1
    pause_s = min(settings.alerts_every_s * 2 ** min(attempts - 1, 10), LONGEST_PAUSE_S)
    too_late = now - delivery.notice.at > timedelta(seconds=GIVE_UP_AFTER_S)
    status = "sent" if outcome.ok else "failed" if outcome.final or too_late else "waiting"
    # One that was dropped meanwhile stays so, unless it arrived.
    may_change = () if outcome.ok else (col(AlertDelivery.status) == "waiting",)
    with write_session(settings) as session:
        session.connection().execute(
            update(AlertDelivery)
            .where(
                col(AlertDelivery.id) == delivery.delivery_id,
                col(AlertDelivery.attempts) == attempts,
                *may_change,
            )
            .values(
                status=status,
                reply=outcome.reply,
                at=now,
                due_at=now + timedelta(seconds=pause_s),
            )
        )


def _write_surely(
    settings: Settings,
    delivery: Delivery,
    outcome: Outcome,
    clock: Clock,
    stopping: threading.Event,
) -> None:
    # What was sent and not written down would be sent again.
    for _ in range(int(CLAIM_S / 2 / WRITE_PAUSE_S)):
        try:
            return record(settings, delivery, outcome, clock())
        except StoreUnavailableError as error:
            log.warning("alert_outcome_not_written", cause=error.params.get("cause"))
            if stopping.wait(WRITE_PAUSE_S):
                return None
    return None


def read_due(settings: Settings, now: datetime) -> list[list[Delivery]]:
    """`list_due` in a session of its own. Raises StoreUnavailableError."""
    with read_session(settings) as session:
        return list_due(session, settings, now)


def _read(row: AlertDelivery, event: AlertEvent, rule: AlertRule, settings: Settings) -> Delivery:
    assert row.id is not None
    return Delivery(
        delivery_id=row.id,
        via=row.via,
        address=row.address,
        attempts=row.attempts,
        due_at=row.due_at,
        notice=make_notice(rule, event, settings.public_url),
        secret=rule.webhook_secret,
    )
