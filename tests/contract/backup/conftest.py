"""A filled installation, a place for its backup, and an empty installation elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.store import close_store
from tests.support.backups import fill
from tests.support.postgresql import empty_database


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """An installation with something of everything."""
    fill(settings)
    return settings


@pytest.fixture
def backup(tmp_path: Path) -> str:
    """Where a backup is written."""
    return str(tmp_path / "backup.tar.gz")


@pytest.fixture
def away(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Another installation, on the other store, in which nothing is yet."""
    is_sqlite = settings.uses_postgresql
    url = None if is_sqlite else empty_database(request.getfixturevalue("postgresql"))
    other = Settings(data_dir=tmp_path / "away", store_url=url)
    yield other
    close_store(other)
