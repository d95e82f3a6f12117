"""The timeline and the log: a transition is one `job_event` row and, once committed, one line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import event, insert
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session

from pipeline.models import JobEvent

log = structlog.get_logger("jobs")

_NOTES = "transitions"
_WARNINGS = frozenset({"slow"})
_INSERT = insert(JobEvent)
_EMPTY = {"stage": None, "code": None, "message": None, "worker_id": None}


def record(
    session: Session,
    job: Any,
    happened: str,
    now: datetime,
    *,
    duration_s: float | None = None,
    **detail: Any,
) -> None:
    """Append one line to the job's timeline; the log gets it when the transaction commits.

    `job` is a row or a claim: anything with `id`, `kind`, `queue`, `client_id` and `attempt`.
    """
    row = _make_row(job, happened, now, detail)
    session.connection().execute(_INSERT, row)
    if happened != "stage":
        _note(session, job, row, duration_s)


def record_attempts(
    session: Session, held: Sequence[Any], happened: str, now: datetime, *, ended: bool
) -> None:
    """Append the same line to the timeline of each claim; one that ended took since it began."""
    rows = [_make_row(one, happened, now, {"worker_id": one.worker_id}) for one in held]
    if not rows:
        return
    session.connection().execute(_INSERT, rows)
    for one, row in zip(held, rows, strict=True):
        _note(session, one, row, (now - one.started_at).total_seconds() if ended else None)


def _make_row(job: Any, happened: str, now: datetime, detail: dict[str, Any]) -> dict[str, Any]:
    place = {"job_id": job.id, "at": now, "event": happened, "attempt": job.attempt}
    return {**_EMPTY, **place, **detail}


def _note(session: Session, job: Any, row: dict[str, Any], duration_s: float | None) -> None:
    line = {
        "job": job.id,
        "kind": job.kind,
        "queue": job.queue,
        "attempt": row["attempt"],
        "client": job.client_id or None,
        "duration_s": None if duration_s is None else round(duration_s, 3),
        "code": row["code"],
        "worker": row["worker_id"],
    }
    said = {name: value for name, value in line.items() if value is not None}
    within = session.get_nested_transaction()
    session.info.setdefault(_NOTES, []).append((row["event"], said, within))


@event.listens_for(AnySession, "after_commit")
def _tell(session: AnySession) -> None:
    # Also told of savepoints; those are not on the disk yet.
    if session.in_nested_transaction():
        return
    for happened, said, _ in session.info.pop(_NOTES, ()):
        (log.warning if happened in _WARNINGS else log.info)(happened, **said)


@event.listens_for(AnySession, "after_rollback")
def _forget(session: AnySession) -> None:
    within = session.get_nested_transaction()
    notes = session.info.pop(_NOTES, [])
    if within is not None:
        session.info[_NOTES] = [note for note in notes if note[2] is not within]
