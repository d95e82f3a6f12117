"""Accounts for tests: add one, act on one, sign one in."""

from datetime import UTC, datetime

from sqlmodel import col, select

from pipeline.access import accounts, sessions
from pipeline.clock import utc_now
from pipeline.models import Account, AuditEntry
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

PASSWORD = "correct horse battery"
WRONG = "wrong horse battery"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLAIMS = {"email": "Ana@Example.org", "email_verified": True}


def add(settings: Settings, name: str = "ana", role: str = "admin", **options: object) -> Account:
    given = {"password": PASSWORD, "actor": "cli:root", "now": NOW} | options
    with write_session(settings) as session:
        return accounts.add_account(session, name, role, **given)  # type: ignore[arg-type]


def act(settings: Settings, function: object, account: Account, *args: object) -> object:
    with write_session(settings) as session:
        return function(session, account.id, *args, "cli:root", now=NOW)  # type: ignore[operator]


def sign_in(settings: Settings, account: Account, now: datetime | None = None) -> str:
    return sessions.open_session(settings, account.id, "password", now=now or utc_now())


def audit_of(settings: Settings, target_id: str) -> list[str]:
    with read_session(settings) as session:
        about = select(AuditEntry).where(AuditEntry.target_id == target_id)
        return [one.action for one in session.exec(about.order_by(col(AuditEntry.id))).all()]
