"""Where the rate limit counts: one row a client, changed by one conditional statement.

The statement is the generic cell rate algorithm in its virtual scheduling form (ATM Forum,
Traffic Management 4.0, af-tm-0056.000, section 4.4.2): `due` is when the next request would come
from a client that keeps exactly to its rate. Used by `pipeline.rate_limit` alone.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Protocol

from sqlalchemy import Connection, Engine, text

from pipeline.store.access import Access
from pipeline.store.engines import create_engine_for

# The event loop may wait this long for another process. Two that count as fast as they can, on
# cores that are busy besides, waited up to 62 ms.
SQLITE_WAIT_MS = 250
# Only for the first request to a new file.
OPEN_WITHIN_S = 0.5
OPEN_AGAIN_S = 0.005
POSTGRESQL_WAIT_S = 0.5
# No count lies further ahead than its burst, unless the clock was set back.
CLOCK_SLACK_S = 60.0
REFUSED_S = 0.001

TABLE = "rate_limit (client TEXT PRIMARY KEY, due DOUBLE PRECISION NOT NULL)"
TAKE = """
INSERT INTO rate_limit (client, due) VALUES (:client, {now} + :interval)
ON CONFLICT (client) DO UPDATE SET due = {max}(rate_limit.due, {now}) + :interval
WHERE rate_limit.due <= {now} + :tolerance
RETURNING due
"""
WAIT = "SELECT due - :tolerance - {now} FROM rate_limit WHERE client = :client"
# A count whose time is past says no more than none at all.
SWEEP = "DELETE FROM rate_limit WHERE due < {now} OR due > {now} + :furthest"


@dataclass(frozen=True)
class Rate:
    """What one client may send: `burst` requests at once, `per_s` a second for good."""

    per_s: float
    burst: int

    @property
    def interval_s(self) -> float:
        """The time that one request takes of the client's share (the algorithm's T)."""
        return 1 / self.per_s

    @property
    def tolerance_s(self) -> float:
        """How far ahead of its rate a client may run (the algorithm's tau)."""
        return (self.burst - 1) / self.per_s

    @property
    def furthest_s(self) -> float:
        """How far ahead of the clock a count can lie."""
        return self.tolerance_s + self.interval_s + CLOCK_SLACK_S


class Counters(Protocol):
    """The counts of all clients; any method may raise sqlite3.Error or SQLAlchemyError."""

    def take(self, client: str, rate: Rate, now_s: float) -> float:
        """0 where the request is admitted and counted, else the seconds to wait."""

    def sweep(self, rate: Rate, now_s: float) -> None:
        """Drop the counts that say nothing any more."""


class SqliteCounters:
    """A file of its own, so that no request waits for the writers of the ledger.

    Nothing is ever synced: what a power cut costs is a few seconds of counting.
    """

    _take = TAKE.format(now=":now", max="max")
    _wait = WAIT.format(now=":now")
    _sweep = SWEEP.format(now=":now")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def take(self, client: str, rate: Rate, now_s: float) -> float:
        """See Counters; takes 11 µs (median, two ordinary cores)."""
        share = {
            "client": client,
            "now": now_s,
            "interval": rate.interval_s,
            "tolerance": rate.tolerance_s,
        }
        with self._open() as connection:
            if connection.execute(self._take, share).fetchone():
                return 0.0
            waits = connection.execute(self._wait, share).fetchone()
        return max(waits[0] if waits else 0.0, REFUSED_S)

    def sweep(self, rate: Rate, now_s: float) -> None:
        """See Counters."""
        with self._open() as connection:
            connection.execute(self._sweep, {"now": now_s, "furthest": rate.furthest_s})

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection = self._connection or self._connect()
                yield self._connection
            except sqlite3.OperationalError:
                self._close()
                raise
            except sqlite3.DatabaseError:
                # Damaged, by a power cut perhaps. It holds nothing that is worth a repair.
                self._close()
                self._remove()
                raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, SQLITE_WAIT_MS / 1000, isolation_level=None, check_same_thread=False
        )
        _enter_wal(connection)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} WITHOUT ROWID")
        return connection

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)


def _enter_wal(connection: sqlite3.Connection) -> None:
    # Of two processes that make the file at once, one is told "locked" without any waiting.
    give_up_s = time.monotonic() + OPEN_WITHIN_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= give_up_s:
                raise
            time.sleep(OPEN_AGAIN_S)
        else:
            return


class PostgresqlCounters:
    """A table of the store, so that every host counts the same requests.

    Unlogged: it writes no journal, and is empty after a crash of the server. The server's clock
    counts, because those of the hosts may differ.
    """

    _now = "extract(epoch FROM now())::double precision"
    _take = text(TAKE.format(now=_now, max="greatest"))
    _wait = text(WAIT.format(now=_now))
    _sweep = text(SWEEP.format(now=_now))

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def take(self, client: str, rate: Rate, now_s: float) -> float:  # noqa: ARG002 - see Counters
        """See Counters."""
        share = {"client": client, "interval": rate.interval_s, "tolerance": rate.tolerance_s}
        with self._connect() as connection:
            if connection.execute(self._take, share).first():
                return 0.0
            wait_s = connection.execute(self._wait, share).scalar()
        return max(wait_s or 0.0, REFUSED_S)

    def sweep(self, rate: Rate, now_s: float) -> None:  # noqa: ARG002 - see Counters
        """See Counters."""
        with self._connect() as connection:
            connection.execute(self._sweep, {"furthest": rate.furthest_s})

    def _connect(self) -> Connection:
        return self._engine.connect()

    @cached_property
    def _engine(self) -> Engine:
        access = Access(self._url, POSTGRESQL_WAIT_S, durable=False)
        engine = create_engine_for(access).execution_options(isolation_level="AUTOCOMMIT")
        # Half-empty pages let a count be rewritten in place, without touching the index.
        with engine.connect() as connection:
            connection.execute(
                text(f"CREATE UNLOGGED TABLE IF NOT EXISTS {TABLE} WITH (fillfactor=50)")
            )
        return engine
