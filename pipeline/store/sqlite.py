"""SQLite as store: one file, one writer at a time, readers beside it."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import create_engine

from pipeline.store.access import Access

# One, because SQLite has one writer: threads that wait for this connection wake as soon as it is
# free, those that wait for the file's lock sleep and look again. Readers have their own, so that
# a store held by someone else stops none.
WRITE_CONNECTIONS = 1
READ_CONNECTIONS = 20


def create(access: Access) -> Engine:
    """An engine whose write transactions take the lock when they begin."""
    engine = create_engine(
        access.url,
        connect_args={"timeout": access.wait_s, "check_same_thread": False},
        pool_size=READ_CONNECTIONS if access.read_only else WRITE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=access.wait_s,
    )

    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        _prepare(connection, durable=access.durable)

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if access.read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _prepare(connection: sqlite3.Connection, *, durable: bool) -> None:
    # The driver's own BEGIN is deferred and upgrades to a write lock half-way, where SQLite
    # answers "locked" at once instead of waiting. We begin ourselves, see above.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a job that was answered "accepted" is on the disk, power cut or not.
    cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
