"""Bringing the tables up to date, by one process at a time."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url

from pipeline.errors import StoreUnavailableError
from pipeline.settings import Settings, get_settings
from pipeline.store.access import Access
from pipeline.store.engines import create_engine_for, open_store
from pipeline.store.folder import make_folder
from pipeline.store.server import lock_for_migration
from pipeline.store.sessions import translate_errors

log = structlog.get_logger(__name__)

MIGRATIONS_DIR = Path(__file__).parents[1] / "migrations"
# An index over millions of rows takes its time; nobody works meanwhile.
MIGRATION_S = 3600.0
READY_WITHIN_S = 30.0
PAUSE_S = 1.0


def migrate(settings: Settings | None = None) -> None:
    """Bring the store's schema to the newest version, creating it where there is none.

    Raises StoreUnavailableError where another process holds the store, no folder can be made, or
    a later version made the store (STORE_NEWER).
    """
    settings = settings or get_settings()
    _prepare_folder(settings)
    config = _config()
    config.attributes["settings"] = settings
    with translate_errors():
        # Most starts find nothing to do, and must not stop every writer of SQLite to see it.
        if not _is_current(settings, config):
            command.upgrade(config, "head")


def migrate_when_ready(settings: Settings, within_s: float = READY_WITHIN_S) -> None:
    """Migrate, and wait for a server that is still starting: containers start in any order.

    Raises StoreUnavailableError with a sentence for the person who started us; it names the
    store without its password.
    """
    # No waiting mends a folder.
    _prepare_folder(settings)
    tries_end_s = time.monotonic() + within_s
    # A file does not come up by itself, a server may.
    while settings.uses_postgresql and time.monotonic() < tries_end_s:
        try:
            migrate(settings)
        except StoreUnavailableError as error:
            if error.permanent:
                raise
            log.warning("store_not_ready", cause=_first_line(error))
            time.sleep(PAUSE_S)
        else:
            return
    try:
        migrate(settings)
    except StoreUnavailableError as error:
        raise error if error.permanent else _describe(error, settings) from None


@contextmanager
def connect_to_migrate(settings: Settings) -> Iterator[Connection]:
    """A connection on which no statement is cut short and nobody else migrates."""
    access = Access(settings.database_url, settings.store_wait_s, statement_s=MIGRATION_S)
    engine = create_engine_for(access)
    try:
        with engine.connect() as connection:
            # On SQLite the transaction itself, begun to write, keeps others out.
            if settings.uses_postgresql:
                lock_for_migration(connection)
            yield connection
            connection.commit()
    finally:
        engine.dispose()


def current_revision(connection: Connection) -> str:
    """The revision of the tables of a store; "" of one without tables."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    """The revision that this version works with."""
    return _scripts().get_current_head() or ""


def knows_revision(revision: str) -> bool:
    """Whether this version has the migration that leads there; it has none of later versions."""
    return any(one.revision == revision for one in _scripts().walk_revisions())


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to a revision inside the transaction of `connection`."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _prepare_folder(settings: Settings) -> None:
    folder = settings.data_dir
    try:
        make_folder(folder)
    except FileExistsError as error:
        raise _unusable(folder, "it is a file, not a folder") from error
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from error
    if settings.uses_postgresql:
        return
    # A store that can only be read may look as if it were fine until the first job comes.
    for path in (folder, settings.database_path):
        if path.exists() and not os.access(path, os.W_OK, effective_ids=True):
            mounted = os.statvfs(path).f_flag & os.ST_RDONLY
            cause = "it is mounted for reading only" if mounted else "this account may not write"
            raise _unusable(path, cause)


def _is_current(settings: Settings, config: Config) -> bool:
    newest = ScriptDirectory.from_config(config).get_current_head()
    with open_store(settings, read_only=True).connect() as connection:
        revision = current_revision(connection)
    if revision and not knows_revision(revision):
        raise StoreUnavailableError(
            "STORE_NEWER",
            "A later version of Comptoir made this store. Install that version, or restore a "
            "backup of this one; nothing was changed.",
        )
    return revision == newest


def _describe(error: StoreUnavailableError, settings: Settings) -> StoreUnavailableError:
    if not settings.uses_postgresql:
        return _describe_file(error, settings.database_path)
    address = make_url(settings.database_url)
    shown, cause = f"{address.host}:{address.port or 5432}/{address.database}", _first_line(error)
    return StoreUnavailableError(
        "STORE_UNREACHABLE",
        f"The store at {shown} cannot be reached: {cause}. Check COMPTOIR_DATABASE_URL and "
        "whether the server runs.",
        permanent=False,
        params={"store": shown, "cause": cause},
    )


def _describe_file(error: StoreUnavailableError, path: Path) -> StoreUnavailableError:
    cause = _first_line(error) if error.code == "STORE_UNAVAILABLE" else ""
    # Another process that holds the file lets go of it again: that is said already.
    return _unusable(path, cause) if cause and "locked" not in cause else error


def _unusable(path: Path, cause: str) -> StoreUnavailableError:
    return StoreUnavailableError(
        "STORE_UNUSABLE",
        f"Comptoir cannot use {path}: {cause}. Check COMPTOIR_DATA_DIR, who may write there, and "
        "whether it is mounted for writing.",
        permanent=False,
        params={"store": str(path), "cause": cause},
    )


def _first_line(error: StoreUnavailableError) -> str:
    lines = str(error.params["cause"]).strip().splitlines()
    return lines[0].rstrip(".") if lines else ""
