"""Stopping a queue and letting it go on: waiting jobs stay, running ones finish."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.models import Job, JobStatus, QueuePause
from pipeline.queue_settings import QUEUES
from pipeline.upsert import insert_into

MAX_REASON_LENGTH = 500


def pause(session: Session, queue: str, reason: str, actor: str, *, now: datetime) -> QueuePause:
    """Let nothing of `queue` start until it is resumed.

    Raises NotFoundError, InvalidRequestError without a reason, or ConflictError where the queue
    is paused already.
    """
    _require_queue(queue)
    reason = require_reason(reason)
    paused = QueuePause(queue=queue, reason=reason, actor=actor, paused_at=now)
    statement = insert_into(session, QueuePause).values(**paused.model_dump())
    # Whoever comes second, at the same moment even, learns that the queue is paused.
    if not session.connection().execute(statement.on_conflict_do_nothing()).rowcount:
        raise ConflictError("QUEUE_PAUSED", "This queue is paused already.")
    _audit(session, queue, "queue.pause", actor, now, reason)
    return paused


def resume(session: Session, queue: str, actor: str, *, now: datetime) -> None:
    """Let `queue` go on. Raises NotFoundError, or ConflictError where it is not paused."""
    _require_queue(queue)
    paused = session.get(QueuePause, queue)
    if paused is None:
        raise ConflictError("QUEUE_NOT_PAUSED", "This queue is not paused.")
    session.delete(paused)
    # Their rings were answered with "not now" while the queue was paused: ring again.
    session.connection().execute(
        update(Job)
        .where(col(Job.queue) == queue, col(Job.status) == JobStatus.PENDING)
        .values(rung_at=None)
    )
    _audit(session, queue, "queue.resume", actor, now, paused.reason)


def list_paused(session: Session) -> dict[str, QueuePause]:
    """The paused queues by name."""
    return {row.queue: row for row in session.exec(select(QueuePause)).all()}


def require_reason(reason: str) -> str:
    """The reason without spaces around it. Raises InvalidRequestError REASON_MISSING."""
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON_LENGTH:
        raise InvalidRequestError(
            "REASON_MISSING",
            f"Say why, in at most {MAX_REASON_LENGTH} characters: others will read it.",
            params={"limit": MAX_REASON_LENGTH},
        )
    return reason


def _require_queue(queue: str) -> None:
    if queue not in QUEUES:
        raise NotFoundError(
            "QUEUE_UNKNOWN", f"There is no queue of this name. There are {', '.join(QUEUES)}."
        )


def _audit(
    session: Session, queue: str, action: str, actor: str, now: datetime, reason: str
) -> None:
    write(
        session,
        actor=actor,
        action=action,
        target_type="queue",
        target_id=queue,
        detail={"reason": reason},
        now=now,
    )
