"""People and programs of a guarded server: one account a role, one key a scope."""

from dataclasses import dataclass
from typing import Any

import httpx

from pipeline.access.accounts import add_account
from pipeline.access.keys import create_key
from pipeline.access.principal import ROLES, SCOPES
from pipeline.clock import utc_now
from pipeline.settings import Settings
from pipeline.store import write_session

PASSWORD = "correct horse battery staple"
SESSION = "comptoir_session"


@dataclass(frozen=True)
class People:
    """What each of them shows: the secrets of the keys by scope; names are those of the roles."""

    keys: dict[str, str]


def add_people(settings: Settings) -> People:
    """Add them to a migrated store."""
    now = utc_now()
    with write_session(settings) as session:
        for role in ROLES:
            add_account(session, role, role, PASSWORD, "tests", now=now)
        keys = {
            scope: create_key(session, f"{scope} only", [scope], None, "tests", now=now)[1]
            for scope in SCOPES
        }
    return People(keys)


def sign_in(
    client: httpx.Client, name: str, password: str = PASSWORD, **fields: Any
) -> httpx.Response:
    """What the form sends; the client keeps the cookie."""
    return client.post("/sign-in", data={"name": name, "password": password, **fields})
