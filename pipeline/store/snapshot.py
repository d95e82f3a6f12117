"""The whole store as it is at one moment, for whoever reads all of it while others write."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from pipeline.settings import Settings
from pipeline.store.access import Access
from pipeline.store.engines import create_engine_for
from pipeline.store.sessions import translate_errors

# One statement reads a table of millions of rows.
READ_S = 24 * 3600.0


@contextmanager
def read_snapshot(settings: Settings) -> Iterator[Connection]:
    """One transaction that sees what was committed before its first statement, and nothing later.

    Raises StoreUnavailableError.
    """
    access = Access(
        settings.database_url, settings.store_wait_s, read_only=True, statement_s=READ_S
    )
    engine = create_engine_for(access)
    try:
        with translate_errors(read_only=True), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
