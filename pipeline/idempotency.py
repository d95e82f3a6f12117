"""First answers to repeated requests: reserve a key, keep the answer, give it again.

Called by the API around every POST that carries an `Idempotency-Key`; the hourly cleanup calls
`delete_old_answers`. A receipt needs none of this: its key lies on the job's own row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from pipeline.errors import ConflictError, InvalidRequestError
from pipeline.models import IdempotentAnswer, new_id
from pipeline.settings import Settings
from pipeline.store import write_session

# Without a sign of life for this long, the process that held the key is taken for dead.
ABANDONED_AFTER_S = 60.0
KEEP_H = 24
RUNNING_RETRY_S = 2


@dataclass(frozen=True)
class Reservation:
    """The right to run the request and to keep its answer, until somebody takes it over."""

    client: str
    key: str
    token: str


@dataclass(frozen=True)
class FirstAnswer:
    """What was answered, and the fingerprint of the request that it answers."""

    request: str
    status_code: int
    body: str


def reserve(settings: Settings, client: str, key: str, now: datetime) -> Reservation | FirstAnswer:
    """The first answer under this key, or else the right to give it.

    Raises ConflictError REQUEST_RUNNING while somebody else has that right.
    """
    try:
        with write_session(settings) as session:
            return _reserve(session, Reservation(client, key, new_id()), now)
    except IntegrityError as error:
        # Another process inserted the row between our look and our insert.
        raise _still_running() from error


def _reserve(session: Session, wanted: Reservation, now: datetime) -> Reservation | FirstAnswer:
    row = session.get(IdempotentAnswer, (wanted.client, wanted.key))
    if row is None:
        session.add(
            IdempotentAnswer(
                client=wanted.client, key=wanted.key, request=wanted.token, created_at=now
            )
        )
        return wanted
    if row.status_code is not None:
        return FirstAnswer(row.request, row.status_code, row.body or "")
    held = Reservation(row.client, row.key, row.request)
    abandoned = now - row.created_at > timedelta(seconds=ABANDONED_AFTER_S)
    if abandoned and _change(session, held, request=wanted.token, created_at=now):
        return wanted
    raise _still_running()


def show_life(settings: Settings, held: Reservation, now: datetime) -> None:
    """Say that the request is still being worked on."""
    with write_session(settings) as session:
        _change(session, held, created_at=now)


def keep_answer(settings: Settings, held: Reservation, answer: FirstAnswer, now: datetime) -> None:
    """Give `answer` from now on; nothing is written where the key was taken over."""
    with write_session(settings) as session:
        _change(
            session,
            held,
            request=answer.request,
            status_code=answer.status_code,
            body=answer.body,
            created_at=now,
        )


def release(settings: Settings, held: Reservation) -> None:
    """Let the next request with this key run; for an answer that is not worth keeping."""
    with write_session(settings) as session:
        session.connection().execute(delete(IdempotentAnswer).where(*_fence(held)))


def delete_old_answers(session: Session, now: datetime) -> int:
    """Forget what is older than a day; returns how many answers."""
    oldest = now - timedelta(hours=KEEP_H)
    old = col(IdempotentAnswer.created_at) < oldest
    return _count(session, delete(IdempotentAnswer).where(old))


def key_reused() -> InvalidRequestError:
    """The refusal of a key under which something else came before."""
    return InvalidRequestError(
        "IDEMPOTENCY_KEY_REUSED",
        "This Idempotency-Key was used for another request. Send a new key.",
    )


def _change(session: Session, held: Reservation, **values: Any) -> bool:
    return _count(session, update(IdempotentAnswer).where(*_fence(held)).values(**values)) == 1


def _fence(held: Reservation) -> tuple[Any, ...]:
    # While the request runs, its row carries the token of whoever runs it.
    return (
        col(IdempotentAnswer.client) == held.client,
        col(IdempotentAnswer.key) == held.key,
        col(IdempotentAnswer.request) == held.token,
    )


def _count(session: Session, statement: Any) -> int:
    result = session.connection().execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _still_running() -> ConflictError:
    return ConflictError(
        "REQUEST_RUNNING",
        "The first request with this Idempotency-Key is still being worked on. Ask again soon.",
        permanent=False,
        params={"retry_after_s": RUNNING_RETRY_S},
    )
