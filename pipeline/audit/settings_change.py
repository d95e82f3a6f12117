"""What an administrator changed in the settings, noticed when the dashboard starts."""

import hashlib
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.audit.write import write
from pipeline.models import AuditEntry
from pipeline.settings import Settings
from pipeline.store import write_session

NOTED, CHANGED = "settings.noted", "settings.changed"
# Nobody signs in to change a file or a variable.
ACTOR = "start"
# 16 bits tell that a value is another one, and nothing of what it is: many a value is a secret.
KEPT_HEX_DIGITS = 4


def note_settings(settings: Settings, now: datetime) -> list[str]:
    """Write down which settings are not what they were at the last start; returns their names.

    Raises StoreUnavailableError.
    """
    marks = {
        name: _mark_of(getattr(settings, name)) for name in sorted(type(settings).model_fields)
    }
    with write_session(settings) as session:
        before = _last_marks(session)
        changed = [name for name in marks if name in before and before[name] != marks[name]]
        if changed or not before:
            write(
                session,
                actor=ACTOR,
                action=CHANGED if changed else NOTED,
                target_type="settings",
                target_id="settings",
                detail={"names": changed, "marks": marks} if changed else {"marks": marks},
                now=now,
            )
    return changed


def _last_marks(session: Session) -> dict[str, str]:
    last = session.exec(
        select(AuditEntry.detail)
        .where(AuditEntry.target_id == "settings", AuditEntry.target_type == "settings")
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    ).first()
    marks: dict[str, str] = (last or {}).get("marks", {})
    return marks


def _mark_of(value: Any) -> str:
    plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:KEPT_HEX_DIGITS]
