"""A store with our tables for one test: on SQLite a copy of a file that was migrated once."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from pipeline.settings import Settings
from pipeline.store import close_store, migrate


def migrate_copy(settings: Settings) -> None:
    """What `migrate` makes where no store is yet; on SQLite in 1 ms instead of 70 (150 on disk)."""
    if settings.uses_postgresql or settings.database_path.exists():
        migrate(settings)
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_migrated_file(), settings.database_path)


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="comptoir-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(data_dir=folder)
    migrate(settings)
    # The last connection that closes takes the write-ahead log into the file.
    close_store(settings)
    assert [path.name for path in folder.iterdir()] == [settings.database_path.name]
    return settings.database_path
