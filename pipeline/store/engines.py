"""The engines of this process, one for each way into a store; shared by all threads."""

import threading

from sqlalchemy import Engine
from sqlalchemy.orm import configure_mappers

from pipeline.settings import Settings
from pipeline.store import sqlite
from pipeline.store.access import Access

_engines: dict[Access, Engine] = {}
# By what the address is made of: putting it together anew costs every transaction 6 %.
_ways: dict[tuple[object, ...], Access] = {}
_opening = threading.Lock()


def open_store(settings: Settings, *, read_only: bool = False) -> Engine:
    """The engine for the store that `settings` name, opened on first use."""
    # Readers commit nothing; they share one engine whatever the setting says.
    durable = read_only or settings.store_durable
    way = (settings.store_url, settings.data_dir, settings.store_wait_s, read_only, durable)
    access = _ways.get(way)
    if access is None:
        access = Access(
            settings.database_url, settings.store_wait_s, read_only=read_only, durable=durable
        )
        _ways[way] = access
    engine = _engines.get(access)
    if engine is None:
        with _opening:
            engine = _engines.get(access) or create_engine_for(access)
            _engines[access] = engine
    return engine


def close_store(settings: Settings) -> None:
    """Close every idle connection that this process has to the store."""
    with _opening:
        ours = [access for access in _engines if access.url == settings.database_url]
        engines = [_engines.pop(access) for access in ours]
    for engine in engines:
        engine.dispose()


def create_engine_for(access: Access) -> Engine:
    """A new engine of the kind that the address names."""
    # Left to the first statement it happens inside a transaction: a new runner, which steps back
    # for others, then held SQLite's one write lock for up to 5 s on a busy machine.
    configure_mappers()
    if access.url.startswith("postgresql"):
        # Here, because its driver takes memory that a process on SQLite can do without.
        from pipeline.store import postgresql

        return postgresql.create(access)
    return sqlite.create(access)
