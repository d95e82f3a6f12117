"""The doorbell in a SQLite file of its own, for one machine."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from huey.storage import SqliteStorage

from pipeline.jobs.broker.queue import Message
from pipeline.jobs.broker.waiting import BoundedLock, WakeUp, WatchedQueue, Watcher

# A ring waits at most twice this: for other threads of this process, then for other processes.
BUSY_TIMEOUT_S = 0.8
LOOK_EVERY_S = 0.02
# A file system counts time in ticks of some milliseconds, and two commits in one tick look like
# one; so a file is taken as changed for a while after it did.
FRESH_S = 0.05

INSERT = """
    insert into task (queue, data, priority) values (?, ?, ?)
    on conflict (queue, data) do update set priority = excluded.priority
    where priority < excluded.priority
"""
TAKE = """
    delete from task where id in (
        select id from task where queue = ? order by priority desc, id limit ?
    ) returning data, -priority, id
"""


class SqliteBroker:
    """Queues in one file, and the watcher that notices when another process changed it."""

    kind = "sqlite"
    errors: tuple[type[Exception], ...] = (sqlite3.Error, OSError)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queues: dict[str, SqliteQueue] = {}
        self._seen: tuple[int, ...] | None = None
        self._watcher = Watcher(self._look, lambda: None)

    def open_queue(self, queue: str) -> "SqliteQueue":
        """The messages of one queue; the file is made on first use."""
        if queue not in self._queues:
            self._queues[queue] = SqliteQueue(queue, self._path, self._watcher)
        return self._queues[queue]

    def close(self) -> None:
        """Close the file; a later use opens it again."""
        for queue in list(self._queues.values()):
            queue.close()

    def _look(self) -> None:
        time.sleep(LOOK_EVERY_S)
        # All that runs while nothing happens; it takes no lock and reads no page.
        found = self._path.stat()
        seen = (found.st_mtime_ns, found.st_size, found.st_ino)
        if seen == self._seen and abs(time.time() - found.st_mtime) > FRESH_S:
            return
        self._seen = seen
        for queue in list(self._queues.values()):
            if queue.wake_up.waiting and queue.has_message():
                queue.wake()


class SqliteQueue(WatchedQueue, SqliteStorage):  # type: ignore[misc]
    """Huey's SQLite storage that starts anew when its file is deleted or damaged under it."""

    _conn: Any

    # Without the tables of Huey's results, locks and schedule. A file from before the second
    # index that holds a message twice refuses it, and is then replaced as a damaged one.
    ddl = (
        SqliteStorage.table_task,
        SqliteStorage.index_task,
        "create unique index if not exists task_queue_data on task (queue, data)",
    )

    def __init__(self, queue: str, path: Path, watcher: Watcher) -> None:
        super().__init__(
            queue,
            filename=str(path),
            # No -wal and -shm beside it that could outlive a deleted file and haunt the new
            # one; no fsync, because the ledger is what must survive a power cut.
            journal_mode="truncate",
            fsync=False,
            timeout=BUSY_TIMEOUT_S,
            create_tables=False,
        )
        self.lock = BoundedLock(BUSY_TIMEOUT_S)
        self.wake_up = WakeUp()
        self.watcher = watcher
        self._inode: int | None = None

    def put(self, messages: Sequence[Message]) -> None:
        """Add messages. Raises sqlite3.Error, OSError."""
        rows = [(self.name, data, priority) for data, priority in messages]
        try:
            self._insert(rows)
        except sqlite3.DatabaseError as error:
            # A damaged file is gone by now, an emptied one is opened anew; any other error is
            # there to stay.
            if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
                raise
            self._insert(rows)
        self.wake()

    def take(self, most: int) -> list[bytes]:
        """Remove and return the next messages, `most` or as many as there are."""
        rows = self.sql(TAKE, (self.name, most), results=True)
        # RETURNING keeps no order.
        return [bytes(data) for data, *_place in sorted(rows, key=lambda row: row[1:])]

    def has_message(self) -> bool:
        """Whether a message waits."""
        found = self.sql("select 1 from task where queue = ? limit 1", (self.name,), results=True)
        return bool(found)

    def queue_size(self) -> int:
        """Messages waiting."""
        rows = self.sql("select count(*) from task where queue = ?", (self.name,), results=True)
        return int(rows[0][0])

    @property
    def conn(self) -> Any:
        """The connection, to the file that now has this name."""
        if self._conn is not None and self._inode != _inode_of(self.filename):
            self._drop_connection()
        if self._conn is None:
            Path(self.filename).parent.mkdir(parents=True, exist_ok=True)
            # Before, to know which file turned out damaged; after, as it may just have been made.
            self._inode = _inode_of(self.filename)
            self._conn = self._create_connection()
            self._inode = _inode_of(self.filename)
            for statement in self.ddl:
                self._conn.execute(statement)
        return self._conn

    @contextlib.contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[Any]:
        """A cursor, for one thread at a time."""
        try:
            with super().db(commit=commit, close=close) as cursor:
                yield cursor
        except sqlite3.OperationalError:
            # Opened again next time, which also makes the tables of a file that was emptied.
            self.close()
            raise
        except sqlite3.DatabaseError:
            # Not a database any more. It holds nothing that the ledger does not know.
            self.close()
            if self._inode == _inode_of(self.filename):
                Path(self.filename).unlink(missing_ok=True)
            raise

    def _insert(self, rows: list[tuple[str, bytes, int]]) -> None:
        with self.db(commit=True) as cursor:
            cursor.executemany(INSERT, rows)

    def _drop_connection(self) -> None:
        self._conn.close()
        self._conn = None


def _inode_of(path: str) -> int | None:
    try:
        return Path(path).stat().st_ino
    except FileNotFoundError:
        return None
