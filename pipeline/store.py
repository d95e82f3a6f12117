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
from sqlmodel import Session, create_engine

from pipeline.errors import StoreUnavailableError
from pipeline.settings import Settings, get_settings

BUSY_TIMEOUT_S = 15.0
MIGRATIONS_DIR = Path(__file__).parent / "migrations"


@lru_cache(maxsize=4)
def open_store(database_url: str) -> Engine:
    """The engine for `database_url`; one a process, shared by its threads."""
    engine = create_engine(
        database_url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin_immediate)
    return engine


@lru_cache(maxsize=4)
def _open_for_reading(database_url: str) -> Engine:
    return open_store(database_url).execution_options(read_only=True)


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


def _begin_immediate(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def write_session(settings: Settings | None = None) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any error.

    Raises StoreUnavailableError where the store stays locked or the disk is full.
    """
    engine = open_store((settings or get_settings()).database_url)
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
            session.commit()
    except OperationalError as error:
        raise _unavailable(error) from error


@contextmanager
def read_session(settings: Settings | None = None) -> Iterator[Session]:
    """One consistent view for reading; takes no write lock. Raises StoreUnavailableError."""
    engine = open_store((settings or get_settings()).database_url)
    try:
        with Session(
            engine.execution_options(read_only=True), expire_on_commit=False, autoflush=False
        ) as session:
            yield session
    except OperationalError as error:
        raise _unavailable(error) from error


def check_writable(settings: Settings | None = None) -> None:
    """Take the write lock and give it back; raises StoreUnavailableError."""
    with write_session(settings) as session:
        session.connection()


def _unavailable(error: OperationalError) -> StoreUnavailableError:
    return StoreUnavailableError(
        "STORE_UNAVAILABLE",
        "The store cannot be used just now. Nothing was changed; try again in a minute.",
        permanent=False,
        params={"cause": str(error.orig)},
    )


def migrate(settings: Settings | None = None) -> None:
    """Bring the store's schema to the newest version, creating it where there is none."""
    settings = settings or get_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["database_url"] = settings.database_url
    command.upgrade(config, "head")
