"""What columns are made of: times in UTC, large numbers, random ids, indexes of some rows."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    String,
    TypeDecorator,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """Stores UTC, returns aware datetimes; refuses naive ones before they do harm."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time without a zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def new_id() -> str:
    """A random 32-character id that says nothing about its owner."""
    return uuid.uuid4().hex


def utc_column(*, nullable: bool = False, index: bool = False) -> Any:
    """A fresh column for an aware UTC time."""
    return Column(UtcDateTime, nullable=nullable, index=index)


def big_column(*, nullable: bool = False) -> Any:
    """A fresh column for numbers over two thousand million; every INTEGER of SQLite holds them."""
    return Column(BigInteger().with_variant(Integer(), "sqlite"), nullable=nullable)


def key_column() -> Any:
    """A fresh column for folded text, in the order of its code points on every store."""
    kind = String().with_variant(String(collation="C"), "postgresql")
    return Column(kind, nullable=False, index=True)


def index_where(name: str, *columns: Any, where: str, unique: bool = False) -> Index:
    """An index of the rows that match `where` alone: small, however many rows are finished."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
