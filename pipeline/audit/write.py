"""Writes one act into the audit, in the transaction that does it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from pipeline.fulltext.dialects import to_tsvector
from pipeline.fulltext.words import split_words
from pipeline.models import AuditEntry


def write(
    session: Session,
    *,
    actor: str,
    action: str,
    target_type: str,
    target_id: str,
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Keep that `actor` did `action` ("<thing>.<verb>") to a thing; `detail` goes to JSON as it is.

    Never put a secret into `detail`: whoever may read the audit may search for its words.
    """
    entry = AuditEntry(
        at=now,
        actor=actor,
        action=action,
        target_type=target_type,
        target_id=target_id,
        detail=dict(detail) if detail else None,
    )
    session.add(entry)
    session.flush()
    _keep_words(session, entry)
    return entry


def _keep_words(session: Session, entry: AuditEntry) -> None:
    folded = split_words("\n".join([entry.target_id, *_texts(entry.detail)]))
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    value = ":words" if is_sqlite else "CAST(:words AS tsvector)"
    session.connection().execute(
        text(f"INSERT INTO audit_words (rowid, words) VALUES (:id, {value})"),  # noqa: S608
        {"id": entry.id, "words": " ".join(folded) if is_sqlite else to_tsvector(folded)},
    )


def _texts(value: Any) -> Iterator[str]:
    """Everything that is said in a detail, without the names under which it stands."""
    if isinstance(value, Mapping):
        value = value.values()
    elif isinstance(value, str) or not hasattr(value, "__iter__"):
        if value is not None:
            yield str(value)
        return
    for part in value:
        yield from _texts(part)
