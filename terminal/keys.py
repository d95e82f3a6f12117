"""`key`: making keys for programs, listing them, revoking one."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from rich.text import Text

from pipeline.access import keys
from pipeline.access.principal import Scope
from pipeline.access.resolve import is_guarded
from pipeline.clock import utc_now
from pipeline.models import ApiKey
from pipeline.store import read_session, write_session
from terminal.as_json import print_json
from terminal.desk import Desk, open_desk, require_store
from terminal.formats import show_age, show_text
from terminal.tables import make_table

STYLES = {"active": "green", "expired": "yellow", "revoked": "red"}


def make_key(name: str, scopes: Sequence[str], expires_days: int | None) -> None:
    """Make a key; its secret alone goes to the standard output, so that a script can keep it."""
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        now = utc_now()
        was_open = not is_guarded(desk.settings)
        expires_at = now + timedelta(days=expires_days) if expires_days else None
        wanted = cast("Sequence[Scope]", scopes)
        with write_session(desk.settings) as session:
            _, secret = keys.create_key(session, name, wanted, expires_at, desk.actor, now=now)
        sys.stdout.write(f"{secret}\n")
        sys.stderr.write("Keep it now: it is not shown again.\n")
        if was_open:
            sys.stderr.write(
                "From now on pages ask people to sign in. Add one who may: "
                "python worker.py user add NAME --role admin\n"
            )


def print_keys(*, as_json: bool) -> None:
    """Every key that was ever made, the newest first."""
    with open_desk() as desk:
        require_store(desk.settings)
        with read_session(desk.settings) as session:
            rows = keys.list_keys(session)
        now = utc_now()
        if as_json:
            print_json({"items": [_describe(row, now) for row in rows]})
        elif rows:
            _print_table(desk, rows, now)
        else:
            desk.console.print("There is no key. Make one: python worker.py key create")


def revoke_one(word: str) -> None:
    """Revoke the key in use of this name, or that begins so."""
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        with write_session(desk.settings) as session:
            key = keys.find_key(session, word, now=utc_now())
            keys.revoke_key(session, key.id, desk.actor, now=utc_now())
        desk.console.print(
            f"{show_text(key.name)} ({key.start}…) opens nothing any more.", markup=False
        )


def _describe(key: ApiKey, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "start": key.start,
        "scopes": key.scopes,
        "state": keys.state_of(key, now),
        "createdBy": key.created_by,
        "createdAt": key.created_at,
        "expiresAt": key.expires_at,
        "lastUsedAt": key.last_used_at,
    }


def _print_table(desk: Desk, rows: Sequence[ApiKey], now: datetime) -> None:
    table = make_table("Name", "Begins", "May", "State", "Made by", "Expires", "Last used")
    for row in rows:
        state = keys.state_of(row, now)
        table.add_row(
            Text(show_text(row.name)),
            f"{row.start}…",
            ", ".join(row.scopes),
            Text(state, STYLES[state]),
            Text(show_text(row.created_by)),
            show_age(row.expires_at, now),
            show_age(row.last_used_at, now),
        )
    desk.console.print(table)
