"""Who a cookie or a key belongs to, answered from the store and remembered for some seconds.

Every request and every message of a page asks, so the store is asked at most once in `KEPT_S` for
each of them; what is changed in this process is seen at once (`forget`), elsewhere after that.
"""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from pipeline.access.principal import SCOPES, SCOPES_OF, Principal
from pipeline.clock import utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.models import Account, ApiKey, BrowserSession
from pipeline.settings import Settings
from pipeline.store import read_session

KEPT_S = 5.0
# How many cookies and keys are remembered.
KEPT = 4096


@dataclass
class _Changes:
    """How often something was changed in this process."""

    count: int = 0


_changes = _Changes()


@dataclass(frozen=True)
class _Store:
    """Settings to remember answers by: those of one store are the same."""

    url: str
    settings: Settings = field(compare=False)


def is_guarded(settings: Settings) -> bool:
    """Whether somebody must say who they are: with OIDC, or as soon as there is an account or key.

    Where the store does not answer, what it said last holds; raises StoreUnavailableError or
    SQLAlchemyError where it was never asked.
    """
    if settings.uses_oidc:
        return True
    store = _store_of(settings)
    try:
        _said_last[store] = _is_guarded(store, _tick())
    except (StoreUnavailableError, SQLAlchemyError):
        if store not in _said_last:
            raise
    return _said_last[store]


def resolve_session(settings: Settings, token: str) -> Principal | None:
    """The person whose cookie this is; None where it is unknown, expired or of a closed account."""
    return _session_of(_store_of(settings), token, _tick()) if token else None


def resolve_key(settings: Settings, key: str) -> Principal | None:
    """The program whose key this is; None where it is unknown, expired or revoked."""
    found = _key_of(_store_of(settings), key, _tick()) if key else None
    if found is None:
        return None
    program, expires_at = found
    return program if expires_at is None or expires_at > utc_now() else None


def hash_secret(secret: str) -> str:
    """What is kept of a cookie or a key; nobody guesses 256 random bits, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def forget() -> None:
    """Ask the store again: an account, a session or a key has just been changed."""
    # What somebody reads at this very moment may be of before, and is kept under the old number.
    _changes.count += 1
    _is_guarded.cache_clear()
    _session_of.cache_clear()
    _key_of.cache_clear()


def _store_of(settings: Settings) -> _Store:
    return _Store(settings.database_url, settings)


def _tick() -> tuple[int, int]:
    return _changes.count, int(time.monotonic() / KEPT_S)


_said_last: dict[_Store, bool] = {}


@lru_cache(maxsize=2)
def _is_guarded(store: _Store, _at: tuple[int, int]) -> bool:
    with read_session(store.settings) as session:
        return any(session.exec(select(one).limit(1)).first() for one in (Account.id, ApiKey.id))


@lru_cache(maxsize=KEPT)
def _session_of(store: _Store, token: str, _at: tuple[int, int]) -> Principal | None:
    with read_session(store.settings) as session:
        account = _signed_in(session, token)
        return None if account is None else _principal_of(account)


def _signed_in(session: Session, token: str) -> Account | None:
    return session.exec(
        select(Account)
        .join(BrowserSession, col(BrowserSession.account_id) == Account.id)
        .where(
            BrowserSession.token_hash == hash_secret(token),
            BrowserSession.expires_at > utc_now(),
            col(Account.disabled_at).is_(None),
        )
    ).first()


def _principal_of(account: Account) -> Principal:
    role = account.role
    return Principal(account.name, "account", SCOPES_OF[role], role, account.id)  # type: ignore[index,arg-type]


@lru_cache(maxsize=KEPT)
def _key_of(
    store: _Store, key: str, _at: tuple[int, int]
) -> tuple[Principal, datetime | None] | None:
    with read_session(store.settings) as session:
        found = session.exec(
            select(ApiKey).where(
                ApiKey.key_hash == hash_secret(key),
                col(ApiKey.revoked_at).is_(None),
            )
        ).first()
    if found is None:
        return None
    scopes = frozenset(scope for scope in SCOPES if scope in found.scopes)
    return Principal(f"key:{found.name}", "key", scopes, None, found.id), found.expires_at
