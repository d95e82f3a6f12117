"""What is asked of a PostgreSQL server in plain SQL.

Apart from `postgresql`, whose driver a process that uses SQLite need not load (11 MB).
"""

from sqlalchemy import Connection, text

MIGRATION_LOCK = 0x436F6D70746F6972  # "Comptoir"; an advisory lock is known by a number
READ_ONLY_SQLSTATE = "25006"
# Serialization failure, deadlock, lock not available, cancelled for its time limit.
BUSY_SQLSTATES = frozenset({"40001", "40P01", "55P03", "57014"})


def lock_for_migration(connection: Connection) -> None:
    """Wait until nobody else migrates; held until the end of the transaction."""
    connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))


def takes_writes(connection: Connection) -> bool:
    """Whether this is the primary; a standby can be connected to, and only be read."""
    return connection.execute(text("SHOW transaction_read_only")).scalar() == "off"


def is_standby_error(error: BaseException | None) -> bool:
    """Whether the server refused to write because it follows another one."""
    return getattr(error, "sqlstate", None) == READ_ONLY_SQLSTATE


def is_busy_error(error: BaseException) -> bool:
    """Whether somebody else was in the way: the same transaction may succeed when it is repeated.

    SQLite has none in the middle of a transaction: its one writer waits before the first statement.
    """
    return getattr(getattr(error, "orig", None), "sqlstate", None) in BUSY_SQLSTATES
