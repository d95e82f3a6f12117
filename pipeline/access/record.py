"""What each change of an account, session or key does as well: audit it, and forget the old."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from pipeline.access.resolve import forget
from pipeline.audit import write
from pipeline.models import Account, ApiKey


def record(
    session: Session,
    thing: Account | ApiKey,
    action: str,
    actor: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write `action` into the audit, and let this process see the change once it is written."""
    write(
        session,
        actor=actor,
        action=action,
        target_type="account" if isinstance(thing, Account) else "key",
        target_id=thing.id,
        detail={"name": thing.name, **(detail or {})},
        now=now,
    )
    forget_when_written(session)


def forget_when_written(session: Session) -> None:
    """Ask the store again after the commit of `session`, not while others still read the old."""
    event.listen(session, "after_commit", lambda _session: forget(), once=True)
