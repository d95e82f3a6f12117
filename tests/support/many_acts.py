"""An audit that has grown for years, written in bulk."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, insert, text

from pipeline.fulltext.dialects import to_tsvector
from pipeline.models import AuditEntry
from pipeline.settings import Settings

# Action, type of the thing, share of all acts.
ACTIONS = (
    ("receipt.edit", "receipt", 0.5),
    ("job.retry", "job", 0.2),
    ("job.cancel", "job", 0.1),
    ("account.sign_in", "account", 0.15),
    ("product.edit", "product", 0.0497),
    ("queue.pause", "queue", 0.0002),
    ("alert.add", "alert_rule", 0.0001),
)
ACTORS = ("ana", "bruno", "chloé", "key:till", "dashboard", "api")
AT_ONCE = 20_000


def seed_acts(settings: Settings, acts: int, *, now: datetime) -> None:
    """Fill a migrated store with `acts` acts of the two years before `now`; the oldest is rare."""
    engine = create_engine(settings.database_url)
    words = "CAST(:words AS tsvector)" if settings.uses_postgresql else ":words"
    chance = random.Random(7)
    step = timedelta(days=730) / acts
    for first in range(0, acts, AT_ONCE):
        count = min(AT_ONCE, acts - first)
        rows = [_act(chance, first + i, now - step * (acts - first - i)) for i in range(count)]
        said = [{"id": row["id"], "words": _words(settings, row)} for row in rows]
        with engine.begin() as connection:
            connection.execute(insert(AuditEntry), rows)
            connection.execute(
                text(f"INSERT INTO audit_words (rowid, words) VALUES (:id, {words})"),
                said,
            )
    if settings.uses_postgresql:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE audit"))
            connection.execute(text("ANALYZE audit_words"))
    engine.dispose()


def _act(chance: random.Random, number: int, at: datetime) -> dict[str, Any]:
    weights = [share for *_, share in ACTIONS]
    action, target_type, _ = chance.choices(ACTIONS, weights)[0]
    rare = {"note": "zanzibar"} if number == 0 else {}
    return {
        "id": number + 1,
        "at": at,
        "actor": "auditor" if number % 250_000 == 1 else chance.choice(ACTORS),
        "action": action,
        "target_type": target_type,
        "target_id": f"{chance.getrandbits(128):032x}",
        "detail": {"fields": ["total"], "reason": f"reason {chance.randrange(1000)}", **rare},
    }


def _words(settings: Settings, row: dict[str, Any]) -> str:
    said = [row["target_id"], "total", *row["detail"]["reason"].split()]
    said += [row["detail"]["note"]] if "note" in row["detail"] else []
    return to_tsvector(said) if settings.uses_postgresql else " ".join(said)
