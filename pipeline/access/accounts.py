"""Accounts: who may sign in, as what, and with which password; changed by admins alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session, col, select

from pipeline.access.account_names import check_name, fold_name
from pipeline.access.lockout import Strangers, count_wrong, is_locked, require_unlocked, unlock
from pipeline.access.passwords import hash_password, is_outdated, is_right
from pipeline.access.principal import ROLES, Role
from pipeline.access.record import record
from pipeline.access.resolve import hash_secret
from pipeline.access.sessions import drop_sessions
from pipeline.errors import (
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    UnauthorizedError,
)
from pipeline.models import Account
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from pipeline.upsert import insert_into

log = structlog.get_logger(__name__)

# Who the audit says it was where nobody has proven yet who they are.
AT_THE_DOOR = "sign-in"
FROM_PROVIDER = "oidc"
_strangers = Strangers()


def add_account(
    session: Session, name: str, role: str, password: str | None, actor: str, *, now: datetime
) -> Account:
    """Add a person; without a password they sign in at the OIDC provider.

    Raises InvalidRequestError ACCOUNT_NAME_BAD, ROLE_UNKNOWN or PASSWORD_LENGTH, and ConflictError
    ACCOUNT_NAME_TAKEN.
    """
    account = Account(
        name=check_name(name),
        role=_check_role(role),
        password_hash=None if password is None else hash_password(password),
        created_at=now,
    )
    adding = insert_into(session, Account).values(**account.model_dump())
    # Whoever comes second, at the same moment even, learns that the name is taken.
    once = adding.on_conflict_do_nothing().returning(col(Account.id))
    if session.connection().execute(once).first() is None:
        raise ConflictError("ACCOUNT_NAME_TAKEN", "There is an account of this name already.")
    record(session, account, "account.add", actor, now, {"role": role})
    return session.get_one(Account, account.id)


def list_accounts(session: Session) -> list[Account]:
    """Every account, by name."""
    return list(session.exec(select(Account).order_by(Account.name)).all())


def find_account(session: Session, name: str) -> Account:
    """The account of this name. Raises NotFoundError ACCOUNT_UNKNOWN."""
    found = session.exec(select(Account).where(Account.name == fold_name(name))).first()
    return found or _raise_unknown()


def set_role(session: Session, account_id: str, role: str, actor: str, *, now: datetime) -> Account:
    """Let the person be something else from now on.

    Raises NotFoundError ACCOUNT_UNKNOWN, InvalidRequestError ROLE_UNKNOWN, or ConflictError
    LAST_ADMIN.
    """
    _check_role(role)
    account = _hold(session, account_id)
    before = account.role
    if role != before:
        if role != "admin":
            _require_another_admin(session, account)
        account.role = role
        session.add(account)
        record(session, account, "account.role", actor, now, {"from": before, "to": role})
    return account


def set_password(
    session: Session, account_id: str, password: str, actor: str, *, now: datetime
) -> Account:
    """Give the person another password; whoever is signed in under this name is not any more.

    Raises NotFoundError ACCOUNT_UNKNOWN, or InvalidRequestError PASSWORD_LENGTH.
    """
    # Before the row is held: it takes its time.
    password_hash = hash_password(password)
    account = _hold(session, account_id)
    account.password_hash = password_hash
    unlock(account)
    session.add(account)
    ended = drop_sessions(session, account_id)
    record(session, account, "account.password", actor, now, {"sessions_ended": ended})
    return account


def disable_account(session: Session, account_id: str, actor: str, *, now: datetime) -> Account:
    """Let nobody in under this name any more, and those who are in out.

    Raises NotFoundError ACCOUNT_UNKNOWN, or ConflictError LAST_ADMIN.
    """
    account = _hold(session, account_id)
    if account.disabled_at is None:
        _require_another_admin(session, account)
        account.disabled_at = now
        session.add(account)
        ended = drop_sessions(session, account_id)
        record(session, account, "account.disable", actor, now, {"sessions_ended": ended})
    return account


def enable_account(session: Session, account_id: str, actor: str, *, now: datetime) -> Account:
    """Let the person in again. Raises NotFoundError ACCOUNT_UNKNOWN."""
    account = _hold(session, account_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        unlock(account)
        session.add(account)
        record(session, account, "account.enable", actor, now)
    return account


def unlock_account(session: Session, account_id: str, actor: str, *, now: datetime) -> Account:
    """Forget wrong passwords before their time is over. Raises NotFoundError ACCOUNT_UNKNOWN."""
    account = _hold(session, account_id)
    if is_locked(account, now):
        unlock(account)
        session.add(account)
        record(session, account, "account.unlock", actor, now)
    return account


def end_sessions(session: Session, account_id: str, actor: str, *, now: datetime) -> int:
    """Sign the person out of every browser; returns of how many. Raises NotFoundError."""
    account = _hold(session, account_id)
    ended = drop_sessions(session, account_id)
    if ended:
        record(session, account, "account.end_sessions", actor, now, {"sessions_ended": ended})
    return ended


def check_password(settings: Settings, name: str, password: str, *, now: datetime) -> Account:
    """The account that this name and password belong to.

    Raises UnauthorizedError WRONG_PASSWORD, or RateLimitedError ACCOUNT_LOCKED, the same and after
    the same time for a name that is unknown or closed.
    """
    with read_session(settings) as session:
        account = session.exec(select(Account).where(Account.name == fold_name(name))).first()
    is_open = account is not None and account.disabled_at is None and not is_locked(account, now)
    # Also for who is locked out: to be answered sooner than a stranger would tell who there is.
    right = is_right(account.password_hash if account and is_open else None, password)
    if account is None:
        _strangers.count_wrong(settings.database_url, hash_secret(fold_name(name)), now)
        # Not with the name: people type passwords there.
        log.warning("sign_in_under_unknown_name")
        raise _wrong()
    require_unlocked(account, now)
    if not right:
        _note_wrong(settings, account.id, now)
        raise _wrong()
    return _note_right(settings, account, password, now)


def account_for_oidc(settings: Settings, claims: Mapping[str, Any], *, now: datetime) -> Account:
    """The account of whom the provider vouches for; added where the settings give newcomers a role.

    Raises ForbiddenError OIDC_NO_ACCOUNT where there is none, or it is disabled.
    """
    name = _name_in(claims, settings.oidc_claim)
    with write_session(settings) as session:
        account = session.exec(select(Account).where(Account.name == name)).first()
        if account is None and name and settings.oidc_default_role:
            role = settings.oidc_default_role
            return add_account(session, name, role, None, FROM_PROVIDER, now=now)
    if account is None or account.disabled_at is not None:
        raise _no_account()
    return account


def _name_in(claims: Mapping[str, Any], claim: str) -> str | None:
    """The name of an account; None where the provider gives none that it has checked."""
    value = claims.get(claim)
    if not isinstance(value, str) or (claim == "email" and _is_unchecked(claims)):
        return None
    try:
        return check_name(value)
    except InvalidRequestError:
        return None


def _is_unchecked(claims: Mapping[str, Any]) -> bool:
    # Some providers say it in text (Amazon Cognito), some nothing at all (Microsoft Entra).
    return str(claims.get("email_verified", True)).lower() != "true"


def _note_wrong(settings: Settings, account_id: str, now: datetime) -> None:
    with write_session(settings) as session:
        account = _hold(session, account_id)
        locks = count_wrong(account, now)
        session.add(account)
        record(session, account, "account.sign_in_failed", AT_THE_DOOR, now)
        if locks:
            assert account.locked_until is not None
            until = {"until": account.locked_until.isoformat()}
            record(session, account, "account.locked", AT_THE_DOOR, now, until)


def _note_right(settings: Settings, account: Account, password: str, now: datetime) -> Account:
    outdated = is_outdated(account.password_hash or "")
    anew = hash_password(password) if outdated else None
    with write_session(settings) as session:
        held = _hold(session, account.id)
        # Tries of others, made while this one was looked at, may have locked it.
        require_unlocked(held, now)
        if held.password_hash != account.password_hash:
            # Another was set meanwhile: this one opens nothing any more.
            raise _wrong()
        unlock(held)
        held.password_hash = anew or held.password_hash
        session.add(held)
        return held


def _hold(session: Session, account_id: str) -> Account:
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    return account or _raise_unknown()


def _require_another_admin(session: Session, account: Account) -> None:
    # All of them held, in one order: two who degrade each other at once must not both succeed.
    admins = session.exec(
        select(Account)
        .where(Account.role == "admin", col(Account.disabled_at).is_(None))
        .order_by(Account.id)
        .with_for_update()
    ).all()
    if [one.id for one in admins] == [account.id]:
        raise ConflictError(
            "LAST_ADMIN", "This is the last admin. Make somebody else an admin first."
        )


def _check_role(role: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    raise InvalidRequestError(
        "ROLE_UNKNOWN",
        f"A role is one of {', '.join(ROLES)}.",
        params={"roles": ", ".join(ROLES)},
    )


def _raise_unknown() -> Account:
    raise NotFoundError("ACCOUNT_UNKNOWN", "There is no such account.")


def _wrong() -> UnauthorizedError:
    return UnauthorizedError("WRONG_PASSWORD", "Name or password are not right.")


def _no_account() -> ForbiddenError:
    return ForbiddenError(
        "OIDC_NO_ACCOUNT", "You have no account here. Ask an administrator to add you."
    )
