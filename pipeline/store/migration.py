"""Bringing the tables up to date, by one process at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, make_url

from pipeline.errors import StoreUnavailableError
from pipeline.settings import Settings, get_settings
from pipeline.store.access import Access
from pipeline.store.engines import create_engine_for
from pipeline.store.postgresql import lock_for_migration
from pipeline.store.sessions import translate_errors

log = structlog.get_logger(__name__)

MIGRATIONS_DIR = Path(__file__).parents[1] / "migrations"
# An index over millions of rows takes its time; nobody works meanwhile.
MIGRATION_S = 3600.0
READY_WITHIN_S = 30.0
PAUSE_S = 0.5


def migrate(settings: Settings | None = None) -> None:
    """Bring the store's schema to the newest version, creating it where there is none.

    Raises StoreUnavailableError where another process holds the store.
    """
    settings = settings or get_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["settings"] = settings
    with translate_errors():
        command.upgrade(config, "head")


def migrate_when_ready(settings: Settings, within_s: float = READY_WITHIN_S) -> None:
    """Migrate, and wait for a server that is still starting: containers start in any order.

    Raises StoreUnavailableError with a sentence for the person who started us; it names the
    store without its password.
    """
    give_up_s = time.monotonic() + within_s
    while True:
        try:
            return migrate(settings)
        except StoreUnavailableError as error:
            if not settings.uses_postgresql:
                # A file does not come up by itself.
                raise
            if time.monotonic() >= give_up_s:
                raise _describe(error, settings.database_url) from error
            log.warning("store_not_ready", cause=_hide_password(error, settings.database_url))
            time.sleep(PAUSE_S)


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


def _describe(error: StoreUnavailableError, url: str) -> StoreUnavailableError:
    shown, cause = make_url(url).render_as_string(hide_password=True), _hide_password(error, url)
    return StoreUnavailableError(
        "STORE_UNREACHABLE",
        f"The store at {shown} cannot be reached: {cause}. Check COMPTOIR_DATABASE_URL and "
        "whether the server runs.",
        permanent=False,
        params={"store": shown, "cause": cause},
    )


def _hide_password(error: StoreUnavailableError, url: str) -> str:
    lines = str(error.params["cause"]).strip().splitlines() or [""]
    password = make_url(url).password
    cause = lines[0].replace(str(password), "***") if password else lines[0]
    return cause.rstrip(".")
