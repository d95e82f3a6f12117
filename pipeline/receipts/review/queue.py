"""The receipts that wait for a person, least sure first; corrections do not move them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, text
from sqlmodel import Session, col, func, select, tuple_

from pipeline.models import Receipt

# As the partial index spells it: a planner that does not see the condition may not take it.
_WAITING: Any = text("receipt.needs_review")
# The rate that is told is that of the last ones.
RATED_RECEIPTS = 10_000


@dataclass(frozen=True)
class Place:
    """Where a receipt stands in the queue; `position` counts from 1.

    For one that no longer waits, `position` is where it would stand, and `total` is without it.
    """

    position: int
    total: int
    previous_id: str | None
    next_id: str | None


def review_ids(session: Session, limit: int | None = None) -> list[str]:
    """The job ids of the receipts that wait for a person, worst confidence first."""
    statement = select(Receipt.job_id).where(_WAITING)
    return list(session.exec(statement.order_by(*_order()).limit(limit)).all())


def find_place(session: Session, job_id: str) -> Place | None:
    """Where this receipt stands among those that wait; None for one that was never read."""
    rank = session.exec(select(Receipt.read_confidence).where(Receipt.job_id == job_id)).first()
    if rank is None:
        return None
    order, mine = tuple_(*_order()), tuple_(rank, job_id)
    waiting = select(Receipt.job_id).where(_WAITING)
    count = select(func.count()).select_from(Receipt).where(_WAITING)
    backwards = tuple(column.desc() for column in _order())
    return Place(
        position=session.exec(count.where(order < mine)).one() + 1,
        total=session.exec(count).one(),
        previous_id=session.exec(waiting.where(order < mine).order_by(*backwards).limit(1)).first(),
        next_id=session.exec(waiting.where(order > mine).order_by(*_order()).limit(1)).first(),
    )


def review_rate(session: Session, since: datetime) -> float | None:
    """The share of the receipts read since that needed no review, 0..1; None without any.

    Of the last `RATED_RECEIPTS` where there were more. Whether a reading needed one is noted
    when it is written, whatever a person did about it later.
    """
    lately = (
        select(Receipt.was_unsure)
        .where(col(Receipt.created_at) >= since)
        .order_by(col(Receipt.created_at).desc())
        .limit(RATED_RECEIPTS)
        .subquery()
    )
    unsure = func.sum(cast(lately.c.was_unsure, Integer))
    total, doubtful = session.exec(select(func.count(), unsure).select_from(lately)).one()
    return None if not total else 1 - doubtful / total


def _order() -> tuple[Any, Any]:
    return col(Receipt.read_confidence), col(Receipt.job_id)
