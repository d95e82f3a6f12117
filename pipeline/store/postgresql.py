"""PostgreSQL as store: pooled connections, each wait bounded here and on the server."""

import math
from typing import Any

import psycopg
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlmodel import create_engine

from pipeline.store.access import Access

WRITE_CONNECTIONS = 8
READ_CONNECTIONS = 12
# The server gives up a little before we do: it ends the statement, we would end the connection.
SERVER_SHARE = 0.9
# A host that is cut off, or a process that is frozen, inside a transaction would keep its locks
# until TCP gives it up, which takes Linux two hours. Between two statements of ours there are
# milliseconds.
IDLE_WITH_LOCKS_S = 10.0
# How often a wait looks for Ctrl-C; the driver's own choice.
LOOK_S = 0.1


class StringDumper(StrDumperUnknown):
    """Sends text; PostgreSQL keeps any character but NUL, which a file's name may hold."""

    def dump(self, obj: str) -> Any:
        """The text in the encoding of the connection."""
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


class NoAnswerError(psycopg.OperationalError):
    """The server took the statement and says nothing, as a frozen or cut off machine does."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits for an answer no longer than `answer_within_s`."""

    answer_within_s: float | None = None

    def wait(self, gen: Any, interval: float = LOOK_S, timeout: float | None = None) -> Any:
        """Wait as the driver does, but not for ever. Raises NoAnswerError."""
        limit_s = self.answer_within_s if timeout is None else timeout
        try:
            return super().wait(gen, interval, limit_s)
        except psycopg.errors._WaitTimeout as error:
            # The answer may still come, and would be taken for that of the next statement.
            self.close()
            raise NoAnswerError("the server does not answer") from error


def create(access: Access) -> Engine:
    """An engine with a pool that looks at each connection before it lends it."""
    engine = create_engine(
        access.url,
        pool_pre_ping=True,
        pool_size=READ_CONNECTIONS if access.read_only else WRITE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=access.wait_s,
    )

    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> BoundedConnection:
        options.setdefault("connect_timeout", math.ceil(access.wait_s))
        options.setdefault("application_name", "comptoir")
        return BoundedConnection.connect(*arguments, **options)

    def prepare(connection: BoundedConnection, _record: Any) -> None:
        _prepare(connection, access)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "handle_error", _give_up_on_silence)
    return engine


def _prepare(connection: BoundedConnection, access: Access) -> None:
    statement_s = access.statement_s or access.wait_s
    connection.answer_within_s = statement_s
    connection.adapters.register_dumper(str, StringDumper)
    limits = {
        "lock_timeout": _to_ms(access.wait_s),
        "statement_timeout": _to_ms(statement_s),
        "synchronous_commit": "on" if access.durable else "off",
        # The server looks after vanished clients by itself, so that they use no connections up.
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "60000",
    }
    if not access.read_only:
        limits["idle_in_transaction_session_timeout"] = _to_ms(max(IDLE_WITH_LOCKS_S, statement_s))
    connection.autocommit = True
    for name, value in limits.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.autocommit = False
    # A reader sees one moment throughout, as it does on SQLite; a writer sees what others
    # committed before each of its statements, which conditional updates rely on.
    levels = psycopg.IsolationLevel
    connection.isolation_level = (
        levels.REPEATABLE_READ if access.read_only else levels.READ_COMMITTED
    )
    if access.read_only:
        # Writers leave it to the server: a standby refuses any BEGIN that insists on writing.
        connection.read_only = True


def _to_ms(seconds: float) -> str:
    return str(max(1, round(seconds * SERVER_SHARE * 1000)))


def _give_up_on_silence(context: ExceptionContext) -> None:
    # A connection that was closed is replaced by a new one. Where the server is silent, that
    # would only make its caller wait a second time.
    if context.is_pre_ping and isinstance(context.original_exception, NoAnswerError):
        context.is_disconnect = False
