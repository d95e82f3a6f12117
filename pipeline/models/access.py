"""Who may come in: accounts, the sessions of their browsers, keys of programs."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from pipeline.models.columns import new_id, utc_column


class Account(SQLModel, table=True):
    """A person. `name` is what they sign in with, folded to lower case; with OIDC their e-mail.

    `password_hash` is None for those who sign in elsewhere. After too many wrong passwords nobody
    gets in under this name before `locked_until`.
    """

    __tablename__: ClassVar[Any] = "account"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True)
    role: str
    password_hash: str | None = None
    wrong_passwords: int = 0
    locked_until: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    disabled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    created_at: datetime = Field(sa_column=utc_column())
    last_seen_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class BrowserSession(SQLModel, table=True):
    """A browser in which an account is signed in; of its cookie only the SHA-256 is kept."""

    __tablename__: ClassVar[Any] = "browser_session"

    token_hash: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    via: str
    created_at: datetime = Field(sa_column=utc_column())
    seen_at: datetime = Field(sa_column=utc_column())
    expires_at: datetime = Field(sa_column=utc_column(index=True))


class ApiKey(SQLModel, table=True):
    """A program's key: SHA-256 of its 256 random bits, and its first characters to know it by."""

    __tablename__: ClassVar[Any] = "api_key"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    start: str
    key_hash: str = Field(unique=True)
    scopes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    created_by: str
    created_at: datetime = Field(sa_column=utc_column())
    expires_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_used_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
