"""The SQL store: engine, sessions, migration. Everything that must survive lives behind it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session, create_engine

from pipeline.errors import StoreUnavailableError
from pipeline.settings import Settings, get_settings

MIGRATIONS_DIR = Path(__file__).parent / "migrations"
# Writers wait in their own connections, so that a store held by someone else stops no reader.
WRITE_CONNECTIONS = 4
READ_CONNECTIONS = 20


@lru_cache(maxsize=8)
def open_store(database_url: str, wait_s: float = 15.0, *, read_only: bool = False) -> Engine:
    """An engine for `database_url`, shared by the threads of this process.

    `wait_s` bounds the wait for another writer, and for a free connection.
    """
    engine = create_engine(
        database_url,
        connect_args={"timeout": wait_s, "check_same_thread": False},
        pool_size=READ_CONNECTIONS if read_only else WRITE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=wait_s,
        execution_options={"read_only": read_only},
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN is deferred and upgrades to a write lock half-way, where SQLite
    # answers "locked" at once instead of waiting. We begin ourselves, see below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a job that was answered "accepted" is on the disk, power cut or not.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Any) -> None:
    read_only = connection.get_execution_options()["read_only"]
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def write_session(settings: Settings | None = None) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any error.

    Raises StoreUnavailableError where the store stays locked or the disk is full.
    """
    settings = settings or get_settings()
    engine = open_store(settings.database_url, settings.store_wait_s)
    with _translate_errors(), Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def read_session(settings: Settings | None = None) -> Iterator[Session]:
    """One consistent view for reading; takes no write lock. Raises StoreUnavailableError."""
    settings = settings or get_settings()
    engine = open_store(settings.database_url, settings.store_wait_s, read_only=True)
    with _translate_errors(), Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, PoolTimeoutError) as error:
        raise StoreUnavailableError(
            "STORE_UNAVAILABLE",
            "The store cannot be used just now. Nothing was changed; try again in a minute.",
            permanent=False,
            params={"cause": str(getattr(error, "orig", error))},
        ) from error


def check_writable(settings: Settings | None = None) -> None:
    """Take the write lock and give it back; raises StoreUnavailableError."""
    with write_session(settings) as session:
        session.connection()


def migrate(settings: Settings | None = None) -> None:
    """Bring the store's schema to the newest version, creating it where there is none.

    Raises StoreUnavailableError where another process holds the store.
    """
    settings = settings or get_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["database_url"] = settings.database_url
    with _translate_errors():
        command.upgrade(config, "head")
