"""A witness inside the store: triggers that note every move of a job, event, effect and ring.

Written by the store itself in the same transaction, so no worker can forget or embellish it.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.chaos.kinds import EFFECT

COLUMNS = "what, job_id, old_status, status, old_token, token, old_attempt, attempt, name, detail"
# What the trigger on `table` notes, in the order of COLUMNS, and when.
NOTES = (
    (
        "born", "job", "INSERT", "TRUE",
        "'born', new.id, NULL, new.status, NULL, new.token, 0, new.attempt, NULL, NULL",
    ),
    (
        "moved", "job", "UPDATE",
        "old.status <> new.status OR coalesce(old.token, '') <> coalesce(new.token, '')"
        " OR old.attempt <> new.attempt",
        "'moved', new.id, old.status, new.status, old.token, new.token, old.attempt, new.attempt,"
        " NULL, NULL",
    ),
    (
        "rung", "job", "UPDATE", "old.rung_at <> new.rung_at AND new.status = 'pending'",
        "'rung', new.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
    ),
    (
        "event", "job_event", "INSERT", "TRUE",
        "'event', new.job_id, NULL, NULL, NULL, NULL, NULL, new.attempt, new.event, NULL",
    ),
    (
        "effect", "audit", "INSERT", f"new.action = '{EFFECT}'",
        "'effect', new.target_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
        " CAST(new.detail AS TEXT)",
    ),
)  # fmt: skip
TABLE = """
    CREATE TABLE chaos_witness (
        id {id}, what TEXT, job_id TEXT, old_status TEXT, status TEXT, old_token TEXT, token TEXT,
        old_attempt INTEGER, attempt INTEGER, name TEXT, detail TEXT
    )
"""
ON_SQLITE = """
    CREATE TRIGGER chaos_{name} AFTER {verb} ON {table} WHEN {condition}
    BEGIN INSERT INTO chaos_witness ({columns}) VALUES ({values}); END
"""
ON_POSTGRESQL = """
    CREATE FUNCTION chaos_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO chaos_witness ({columns}) VALUES ({values}); RETURN NULL; END $$;
    CREATE TRIGGER chaos_{name} AFTER {verb} ON {table} FOR EACH ROW WHEN ({condition})
    EXECUTE FUNCTION chaos_{name}()
"""


@dataclass(frozen=True)
class Note:
    """One thing that happened to a job; `id` orders what happened to the same job."""

    id: int
    what: str
    job_id: str
    old_status: str | None
    status: str | None
    old_token: str | None
    token: str | None
    old_attempt: int | None
    attempt: int | None
    name: str | None
    detail: dict[str, Any] | None


def install_witness(settings: Settings) -> None:
    """Create the table and its triggers in a migrated store."""
    on_postgresql = settings.uses_postgresql
    key = "BIGSERIAL PRIMARY KEY" if on_postgresql else "INTEGER PRIMARY KEY AUTOINCREMENT"
    trigger = ON_POSTGRESQL if on_postgresql else ON_SQLITE
    with write_session(settings) as session:
        _run(session, TABLE.format(id=key))
        for name, table, verb, condition, values in NOTES:
            words = {"name": name, "table": table, "verb": verb, "condition": condition}
            _run(session, trigger.format(**words, columns=COLUMNS, values=values))


def read_witness(settings: Settings) -> dict[str, list[Note]]:
    """What happened to each job, in order."""
    notes: defaultdict[str, list[Note]] = defaultdict(list)
    with read_session(settings) as session:
        query = text(f"SELECT id, {COLUMNS} FROM chaos_witness ORDER BY id")
        for row in session.connection().execute(query):
            *plain, detail = row
            notes[row.job_id].append(Note(*plain, json.loads(detail) if detail else None))
    return notes


def _run(session: Session, statement: str) -> None:
    session.connection().exec_driver_sql(statement)
