"""The doorbell in PostgreSQL: a table of messages, and NOTIFY to wake whoever waits."""

from collections.abc import Sequence
from typing import Any, TypeVar

import psycopg

from pipeline.jobs.broker.queue import Message, keep_highest
from pipeline.jobs.broker.waiting import BoundedLock, WakeUp, WatchedQueue, Watcher
from pipeline.store.postgresql import BoundedConnection, NoAnswerError

Connection = TypeVar("Connection", bound=psycopg.Connection[Any])

ANSWER_WITHIN_S = 0.9
# The shortest that the driver knows.
CONNECT_TIMEOUT_S = 2
LISTEN_S = 1.0
CHANNEL = "comptoir_bell"
CREATE_LOCK = 0x42656C6C  # "Bell"; an advisory lock is known by a number

# The server gives up before we do. The ledger is what must survive a power cut.
PREPARE = """
    select set_config('statement_timeout', '800', false),
           set_config('synchronous_commit', 'off', false),
           to_regclass('comptoir_bell_task') is not null
"""
CREATE = (
    """
    create table if not exists comptoir_bell_task (
        id bigserial primary key, queue text not null, data bytea not null,
        priority integer not null, unique (queue, data)
    )
    """,
    """
    create index if not exists comptoir_bell_task_next
    on comptoir_bell_task (queue, priority desc, id)
    """,
)
PUT = """
    with rung as (
        insert into comptoir_bell_task as task (queue, data, priority)
        select %s, data, priority
        from unnest(%s::bytea[], %s::integer[]) with ordinality as ring (data, priority, place)
        order by place
        on conflict (queue, data) do update set priority = excluded.priority
        where task.priority < excluded.priority
    )
    select pg_notify(%s, %s)
"""
TAKE = """
    with taken as (
        delete from comptoir_bell_task where id in (
            select id from comptoir_bell_task where queue = %s
            order by priority desc, id limit %s for update skip locked
        ) returning data, priority, id
    )
    select array_agg(data order by priority desc, id) from taken
"""
COUNT = "select count(*) from comptoir_bell_task where queue = %s"


class PostgresBroker:
    """Queues in one table: a connection that asks, and one that listens while threads wait."""

    kind = "postgresql"
    errors: tuple[type[Exception], ...] = (psycopg.Error, OSError)

    def __init__(self, url: str) -> None:
        # The store's address may name SQLAlchemy's driver.
        self._url = f"postgresql://{url.partition('://')[2]}"
        self._link = Link(self._url)
        self._queues: dict[str, PostgresQueue] = {}
        self._listening: psycopg.Connection[Any] | None = None
        self._watcher = Watcher(self._listen, self._stop_listening)

    def open_queue(self, queue: str) -> "PostgresQueue":
        """The messages of one queue; the table is made on first use."""
        if queue not in self._queues:
            self._queues[queue] = PostgresQueue(queue, self._link, self._watcher)
        return self._queues[queue]

    def close(self) -> None:
        """Close the connection; a later use opens it again."""
        self._link.close()

    def _listen(self) -> None:
        if self._listening is None:
            self._listening = _connect(psycopg.Connection[Any], self._url)
            self._listening.execute(f"listen {CHANNEL}")
            self._wake_all()
        try:
            for notice in self._listening.notifies(timeout=LISTEN_S, stop_after=1):
                if notice.payload in self._queues:
                    self._queues[notice.payload].wake()
        except psycopg.Error:
            self._stop_listening()
            raise

    def _wake_all(self) -> None:
        # What was rung while nobody listened.
        for queue in list(self._queues.values()):
            queue.wake()

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None


class PostgresQueue(WatchedQueue):
    """One queue of the table.

    Huey's own storage listens on a connection for each thread, and wakes ten times a second on
    each; here a process has two connections, whatever the number of its threads.
    """

    def __init__(self, queue: str, link: "Link", watcher: Watcher) -> None:
        super().__init__(queue)
        self._link = link
        self.wake_up = WakeUp()
        self.watcher = watcher

    def put(self, messages: Sequence[Message]) -> None:
        """Add messages. Raises psycopg.Error, OSError."""
        data, priorities = zip(*keep_highest(messages), strict=True)
        self._link.run(PUT, (self.name, list(data), list(priorities), CHANNEL, self.name))

    def take(self, most: int) -> list[bytes]:
        """Remove and return the next messages, `most` or as many as there are."""
        row = self._link.run(TAKE, (self.name, most))
        return [bytes(data) for data in row[0]] if row and row[0] else []

    def queue_size(self) -> int:
        """Messages waiting."""
        row = self._link.run(COUNT, (self.name,))
        assert row is not None
        return int(row[0])


class Link:
    """The connection on which every queue of a process asks, opened again when it died."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: BoundedConnection | None = None
        self._lock = BoundedLock(ANSWER_WITHIN_S)

    def run(self, query: str, values: Sequence[object]) -> Any:
        """The first row of a statement's answer, or None. Raises psycopg.Error, OSError."""
        with self._lock:
            return self._run(query, values)

    def close(self) -> None:
        """Close the connection; a later use opens it again."""
        with self._lock:
            self._drop()

    def _run(self, query: str, values: Sequence[object]) -> Any:
        was_open = self._connection is not None
        try:
            return self._execute(query, values)
        except psycopg.Error as error:
            self._drop()
            # One that stood idle may have died unnoticed, or its table with it.
            if not was_open or not _is_lost(error):
                raise
        try:
            return self._execute(query, values)
        except psycopg.Error:
            self._drop()
            raise

    def _execute(self, query: str, values: Sequence[object]) -> Any:
        if self._connection is None:
            self._connection = _open(self._url)
        cursor = self._connection.execute(query.encode(), values)
        return cursor.fetchone() if cursor.description else None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _open(url: str) -> BoundedConnection:
    connection = _connect(BoundedConnection, url)
    connection.answer_within_s = ANSWER_WITHIN_S
    row = connection.execute(PREPARE).fetchone()
    # Where the table exists already, this role may lack the right to make one.
    if row is not None and not row[2]:
        _create_table(connection)
    return connection


def _connect(kind: type[Connection], url: str) -> Connection:
    return kind.connect(
        url,
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name="comptoir-broker",
        # Notices a machine that is cut off, whether or not it was just asked something.
        tcp_user_timeout=5000,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
    )


def _create_table(connection: BoundedConnection) -> None:
    # "if not exists" alone fails for one of two processes that start at once.
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (CREATE_LOCK,))
        for statement in CREATE:
            connection.execute(statement)


def _is_lost(error: psycopg.Error) -> bool:
    if isinstance(error, NoAnswerError | psycopg.errors.QueryCanceled):
        return False
    return isinstance(
        error,
        psycopg.OperationalError | psycopg.InterfaceError | psycopg.errors.UndefinedTable,
    )
