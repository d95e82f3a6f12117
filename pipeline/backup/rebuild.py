"""A store made of the rows of an archive: as a new file, or in one transaction."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Table, func, inspect, select, text
from sqlmodel import Session, SQLModel

from pipeline.backup.archive import Header, Manifest, read_members
from pipeline.backup.progress import Tell
from pipeline.backup.quiet import hold_alone
from pipeline.backup.rows import WORDS, find_tables, load_part
from pipeline.jobs.recovery import hand_back_all
from pipeline.settings import Settings
from pipeline.store.migration import connect_to_migrate, upgrade_within
from pipeline.store.sessions import translate_errors

BUILDING = "restoring"
# The functions of our triggers; tables take the triggers themselves along.
FUNCTIONS = ("refuse_audit_change",)

Finish = Callable[[Session], None]


def rebuild_store(
    settings: Settings,
    archive: Path,
    header: Header,
    manifest: Manifest,
    finish: Finish,
    tell: Tell,
    now: datetime,
) -> None:
    """Put the rows of a verified archive in place of the store, all at once or not at all.

    Jobs that ran begin again. `finish` is called in the same transaction. Raises
    StoreUnavailableError, ConflictError STORE_IN_USE.
    """
    with translate_errors(), _open_new(settings) as connection:
        upgrade_within(connection, header.revision)
        _load(connection, archive, manifest, tell)
        if settings.uses_postgresql:
            _set_sequences(connection)
        upgrade_within(connection)
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            hand_back_all(session, now=now)
            finish(session)
            session.commit()


def clear_unfinished(settings: Settings) -> None:
    """Remove a store that was killed before it was whole."""
    shutil.rmtree(settings.data_dir / BUILDING, ignore_errors=True)


@contextmanager
def _open_new(settings: Settings) -> Iterator[Connection]:
    if settings.uses_postgresql:
        # All of it is one transaction: who is killed in it has changed nothing.
        with connect_to_migrate(settings) as connection:
            _drop_all(connection)
            yield connection
        return
    folder = settings.data_dir / BUILDING
    building = settings.model_copy(update={"data_dir": folder})
    clear_unfinished(settings)
    folder.mkdir(parents=True)
    with connect_to_migrate(building) as connection:
        yield connection
    hold_alone(building)
    _switch(building.database_path, settings)
    clear_unfinished(settings)


def _switch(new: Path, settings: Settings) -> None:
    # Whoever was started meanwhile would go on with the old one, which is gone.
    if settings.database_path.exists():
        hold_alone(settings)
    _sync(new)
    new.replace(settings.database_path)
    _sync(settings.data_dir)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop_all(connection: Connection) -> None:
    ours = {*SQLModel.metadata.tables, *WORDS, "alembic_version"}
    quote = connection.dialect.identifier_preparer.quote
    for table in inspect(connection).get_table_names():
        if table in ours:
            connection.execute(text(f"DROP TABLE {quote(table)} CASCADE"))
    for function in FUNCTIONS:
        connection.execute(text(f"DROP FUNCTION IF EXISTS {function}"))


def _load(connection: Connection, archive: Path, manifest: Manifest, tell: Tell) -> None:
    tables = {table.name: table for table in find_tables(connection)}
    for table in tables.values():
        _empty(connection, table)
    done = 0
    for member in read_members(archive):
        if member.table:
            done += load_part(connection, tables, member)
            tell("rows", done, manifest.all_rows)


def _empty(connection: Connection, table: Table) -> None:
    # Migrations write some first rows. The audit refuses even to be emptied, and is empty.
    if connection.execute(select(func.count()).select_from(table)).scalar_one():
        connection.execute(table.delete())


def _set_sequences(connection: Connection) -> None:
    """Let numbers go on behind those that are there."""
    for table in find_tables(connection):
        for column in table.primary_key.columns:
            found = {"table": f'"{table.name}"', "column": column.name}
            name = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), found
            ).scalar()
            last = connection.execute(select(func.max(column))).scalar() if name else None
            if last is not None:
                connection.execute(
                    text("SELECT setval(:name, :last)"), {"name": name, "last": last}
                )
