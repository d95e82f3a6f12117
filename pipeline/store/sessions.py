"""Transactions: one to write, one to read. Every use of the store goes through these."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from pipeline.errors import StoreUnavailableError
from pipeline.settings import Settings, get_settings
from pipeline.store.engines import open_store
from pipeline.store.server import is_standby_error, takes_writes


@contextmanager
def write_session(settings: Settings | None = None) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any error.

    Raises StoreUnavailableError where the store stays locked, is lost or its disk is full.
    """
    engine = open_store(settings or get_settings())
    with translate_errors(), Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def read_session(settings: Settings | None = None) -> Iterator[Session]:
    """One consistent view for reading; takes no write lock. Raises StoreUnavailableError."""
    engine = open_store(settings or get_settings(), read_only=True)
    with (
        translate_errors(read_only=True),
        Session(engine, expire_on_commit=False, autoflush=False) as session,
    ):
        yield session


def check_writable(settings: Settings | None = None) -> None:
    """Begin to write and take it back; raises StoreUnavailableError."""
    settings = settings or get_settings()
    with write_session(settings) as session:
        connection = session.connection()
        if settings.uses_postgresql and not takes_writes(connection):
            raise _unavailable("the server is a standby, which can only be read")


@contextmanager
def translate_errors(*, read_only: bool = False) -> Iterator[None]:
    """Turn what says "not now" into StoreUnavailableError; mistakes of ours stay what they are."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        if not _may_pass(error, read_only=read_only):
            raise
        raise _unavailable(str(getattr(error, "orig", error))) from error


def _unavailable(cause: str) -> StoreUnavailableError:
    return StoreUnavailableError(
        "STORE_UNAVAILABLE",
        "The store cannot be used just now. Nothing was changed; try again in a minute.",
        permanent=False,
        params={"cause": cause},
    )


def _may_pass(error: DBAPIError | PoolTimeoutError, *, read_only: bool) -> bool:
    # Both drivers have one class for locks, deadlocks, time limits, lost connections and full
    # disks; a standby that refuses to write is told by its code alone.
    if isinstance(error, OperationalError | PoolTimeoutError) or error.connection_invalidated:
        return True
    return isinstance(error, InternalError) and is_standby_error(error.orig) and not read_only
