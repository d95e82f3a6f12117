"""`user`: adding people, listing them, and changing what they may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.text import Text
from sqlmodel import Session

from pipeline.access import accounts
from pipeline.access.lockout import is_locked
from pipeline.clock import utc_now
from pipeline.models import Account
from pipeline.store import migrate_when_ready, read_session, write_session
from terminal.as_json import print_json
from terminal.desk import Desk, open_desk, require_store
from terminal.formats import show_age, show_text
from terminal.passwords import ask_password
from terminal.tables import make_table

STYLES = {"active": "green", "locked": "yellow", "disabled": "red"}


def add_person(name: str, role: str, *, from_stdin: bool, has_password: bool) -> None:
    """Add an account; the first one closes the server for everybody else."""
    with open_desk(to_steer=True) as desk:
        # A server that others can reach is not started before there is somebody who may come in.
        migrate_when_ready(desk.settings)
        password = ask_password(from_stdin=from_stdin) if has_password else None
        with write_session(desk.settings) as session:
            account = accounts.add_account(session, name, role, password, desk.actor, now=utc_now())
        how = "with this password" if has_password else "at the OIDC provider"
        desk.console.print(f"{show_text(account.name)} is {role} and signs in {how}.", markup=False)


def print_people(*, as_json: bool) -> None:
    """Everybody, by name."""
    with open_desk() as desk:
        require_store(desk.settings)
        with read_session(desk.settings) as session:
            people = accounts.list_accounts(session)
        now = utc_now()
        if as_json:
            print_json({"items": [_describe(one, now) for one in people]})
        elif people:
            _print_table(desk, people, now)
        else:
            desk.console.print(
                "There is no account: pages and API ask nobody who they are, unless there is a "
                "key or an OIDC provider."
            )


def change_role(name: str, role: str) -> None:
    """Give the person another role."""
    with _changing(name) as (desk, session, account):
        accounts.set_role(session, account.id, role, desk.actor, now=utc_now())
        desk.console.print(f"{show_text(account.name)} is {role}.", markup=False)


def change_password(name: str, *, from_stdin: bool) -> None:
    """Give the person another password, and sign them out everywhere."""
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        # Before anything is asked for.
        with read_session(desk.settings) as session:
            account = accounts.find_account(session, name)
        password = ask_password(from_stdin=from_stdin)
        with write_session(desk.settings) as session:
            accounts.set_password(session, account.id, password, desk.actor, now=utc_now())
        desk.console.print(
            f"{show_text(account.name)} has another password and is signed out everywhere.",
            markup=False,
        )


def disable_person(name: str) -> None:
    """Close the account."""
    with _changing(name) as (desk, session, account):
        accounts.disable_account(session, account.id, desk.actor, now=utc_now())
        desk.console.print(
            f"{show_text(account.name)} is disabled and signed out everywhere.", markup=False
        )


def enable_person(name: str) -> None:
    """Open the account again, and forget its wrong passwords."""
    with _changing(name) as (desk, session, account):
        now = utc_now()
        accounts.enable_account(session, account.id, desk.actor, now=now)
        accounts.unlock_account(session, account.id, desk.actor, now=now)
        desk.console.print(f"{show_text(account.name)} may sign in again.", markup=False)


@contextmanager
def _changing(name: str) -> Iterator[tuple[Desk, Session, Account]]:
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        with write_session(desk.settings) as session:
            yield desk, session, accounts.find_account(session, name)


def _describe(account: Account, now: datetime) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "role": account.role,
        "state": _state_of(account, now),
        "hasPassword": account.password_hash is not None,
        "createdAt": account.created_at,
        "lastSeenAt": account.last_seen_at,
    }


def _state_of(account: Account, now: datetime) -> str:
    if account.disabled_at is not None:
        return "disabled"
    return "locked" if is_locked(account, now) else "active"


def _print_table(desk: Desk, people: list[Account], now: datetime) -> None:
    table = make_table("Name", "Role", "State", "Password", "Last seen")
    for one in people:
        state = _state_of(one, now)
        table.add_row(
            Text(show_text(one.name)),
            one.role,
            Text(state, STYLES[state]),
            "yes" if one.password_hash else "no",
            show_age(one.last_seen_at, now),
        )
    desk.console.print(table)
