"""Sessions of browsers: opened at sign-in, kept alive by visits, closed by whoever may."""

import secrets
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from pipeline.access.record import forget_when_written, record
from pipeline.access.resolve import hash_secret
from pipeline.errors import StoreUnavailableError, UnauthorizedError
from pipeline.models import Account, BrowserSession
from pipeline.settings import Settings
from pipeline.store import write_session

log = structlog.get_logger(__name__)

TOKEN_BYTES = 32


def open_session(settings: Settings, account_id: str, via: str, *, now: datetime) -> str:
    """Sign an account in; returns the value of the cookie, 256 random bits that nobody keeps.

    `via` is password or oidc. Raises UnauthorizedError WRONG_PASSWORD where the account was closed
    just now.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with write_session(settings) as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.disabled_at is not None:
            raise UnauthorizedError("WRONG_PASSWORD", "Name or password are not right.")
        account.last_seen_at = now
        session.add(account)
        session.add(
            BrowserSession(
                token_hash=hash_secret(token),
                account_id=account_id,
                via=via,
                created_at=now,
                seen_at=now,
                expires_at=_expiry(settings, now, now),
            )
        )
        record(session, account, "account.sign_in", account.name, now, {"via": via})
    return token


def close_session(settings: Settings, token: str, *, now: datetime) -> None:
    """Sign out; a session that is none any more is no mistake."""
    with write_session(settings) as session:
        row = session.get(BrowserSession, hash_secret(token))
        account = session.get(Account, row.account_id) if row else None
        if row is None or account is None:
            return
        session.delete(row)
        record(session, account, "account.sign_out", account.name, now)


def touch(settings: Settings, token: str, *, now: datetime) -> None:
    """Let the session live on from this visit; a store that is busy turns no visitor away."""
    try:
        with write_session(settings) as session:
            row = session.get(BrowserSession, hash_secret(token))
            account = session.get(Account, row.account_id) if row else None
            if row is None or account is None or row.expires_at <= now:
                return
            row.seen_at = account.last_seen_at = now
            row.expires_at = _expiry(settings, row.created_at, now)
            session.add_all([row, account])
    except StoreUnavailableError as error:
        log.warning("visit_not_noted", code=error.code)


def count_sessions(session: Session, now: datetime) -> dict[str, int]:
    """In how many browsers each account is signed in, by its id; those in none are left out."""
    counted = (
        select(col(BrowserSession.account_id), func.count())
        .where(col(BrowserSession.expires_at) > now)
        .group_by(col(BrowserSession.account_id))
    )
    return dict(session.execute(counted).tuples().all())


def drop_sessions(session: Session, account_id: str) -> int:
    """Close every session of an account; returns how many. The caller writes the audit."""
    forget_when_written(session)
    ended = delete(BrowserSession).where(col(BrowserSession.account_id) == account_id)
    return session.connection().execute(ended).rowcount


def drop_expired_sessions(session: Session, now: datetime) -> int:
    """Remove what nobody can use any more; returns how many."""
    expired = delete(BrowserSession).where(col(BrowserSession.expires_at) <= now)
    return session.connection().execute(expired).rowcount


def _expiry(settings: Settings, created_at: datetime, now: datetime) -> datetime:
    idle = now + timedelta(hours=settings.session_hours)
    return min(idle, created_at + timedelta(days=settings.session_days))
