"""Keys of programs: made once, shown once, revoked for good."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from pipeline.access.principal import SCOPES, Scope
from pipeline.access.record import record
from pipeline.access.resolve import hash_secret
from pipeline.clock import utc_now
from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError, StoreUnavailableError
from pipeline.models import ApiKey
from pipeline.settings import Settings
from pipeline.storable import is_storable
from pipeline.store import write_session

KeyState = Literal["active", "expired", "revoked"]

log = structlog.get_logger(__name__)

# Recognised by whoever searches code for secrets that slipped in.
PREFIX = "cpt_"
SECRET_BYTES = 32
# Enough to know a key by, with 218 bits left to guess.
START_LENGTH = len(PREFIX) + 6
LONGEST_NAME = 100
NOTE_AFTER = timedelta(minutes=1)


def create_key(
    session: Session,
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None,
    actor: str,
    *,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Keep a new key; returns it and its secret, which is not kept and cannot be shown again.

    Raises InvalidRequestError KEY_NAME_BAD, KEY_SCOPES_BAD or KEY_EXPIRY_PAST, and ConflictError
    KEY_NAME_TAKEN where another key in use has this name.
    """
    name = " ".join(name.split())
    given = set(scopes)
    _check(name, given, expires_at, now)
    _require_free(session, name, now)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey(
        name=name,
        start=secret[:START_LENGTH],
        key_hash=hash_secret(secret),
        scopes=[scope for scope in SCOPES if scope in given],
        created_by=actor,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    record(session, key, "key.create", actor, now, {"scopes": key.scopes, "start": key.start})
    return key, secret


def revoke_key(session: Session, key_id: str, actor: str, *, now: datetime) -> ApiKey:
    """Let a key open nothing any more. Raises NotFoundError KEY_NOT_FOUND."""
    key = session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise NotFoundError("KEY_NOT_FOUND", "There is no key with this id.")
    if key.revoked_at is None:
        key.revoked_at = now
        session.add(key)
        record(session, key, "key.revoke", actor, now, {"start": key.start})
    return key


def list_keys(session: Session) -> list[ApiKey]:
    """Every key that was ever made, the newest first."""
    return list(session.exec(select(ApiKey).order_by(col(ApiKey.created_at).desc())).all())


def find_key(session: Session, word: str, *, now: datetime) -> ApiKey:
    """The key in use of this name, or that begins so. Raises NotFoundError KEY_NOT_FOUND."""
    for key in list_keys(session):
        if state_of(key, now) == "active" and word in (key.name, key.start, key.id):
            return key
    raise NotFoundError("KEY_NOT_FOUND", "There is no such key in use. Look at the list of keys.")


def state_of(key: ApiKey, now: datetime) -> KeyState:
    """Whether the key opens anything, and if not, why."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "active"


def note_use(settings: Settings, key_id: str) -> None:
    """Keep that a key was used, at most once a minute; a busy store turns nobody away."""
    now = utc_now()
    seldom = or_(col(ApiKey.last_used_at).is_(None), col(ApiKey.last_used_at) < now - NOTE_AFTER)
    noting = update(ApiKey).where(col(ApiKey.id) == key_id, seldom).values(last_used_at=now)
    try:
        with write_session(settings) as session:
            session.connection().execute(noting)
    except StoreUnavailableError as error:
        log.warning("use_of_key_not_noted", code=error.code)


def _check(name: str, scopes: set[Scope], expires_at: datetime | None, now: datetime) -> None:
    if not name or len(name) > LONGEST_NAME or not is_storable(name):
        raise InvalidRequestError(
            "KEY_NAME_BAD",
            f"Name the key by what uses it, in at most {LONGEST_NAME} characters.",
            params={"most": LONGEST_NAME},
        )
    if not scopes or not scopes <= set(SCOPES):
        raise InvalidRequestError(
            "KEY_SCOPES_BAD",
            f"Choose what the key may do: one or more of {', '.join(SCOPES)}.",
            params={"scopes": ", ".join(SCOPES)},
        )
    if expires_at is not None and expires_at <= now:
        raise InvalidRequestError("KEY_EXPIRY_PAST", "A key has to expire in the future.")


def _require_free(session: Session, name: str, now: datetime) -> None:
    # The audit knows keys by their names.
    taken = session.exec(
        select(ApiKey.id).where(
            ApiKey.name == name,
            col(ApiKey.revoked_at).is_(None),
            or_(col(ApiKey.expires_at).is_(None), col(ApiKey.expires_at) > now),
        )
    ).first()
    if taken:
        raise ConflictError("KEY_NAME_TAKEN", "Another key in use has this name. Choose another.")
