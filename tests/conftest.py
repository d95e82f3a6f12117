"""What every kind of test may ask for: a real server in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.support.postgresql import PostgresServer, start_postgresql
from tests.support.server import Server, start_server


@pytest.fixture(autouse=True)
def _same_logs_for_every_test() -> Iterator[None]:
    """A command that quietens its process must not quieten the tests that come after it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Pages, API and worker of one test alone."""
    with start_server(tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="session")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server without a worker for all tests of this process; jobs on it stay pending."""
    folder = tmp_path_factory.mktemp("quiet") / "data"
    with start_server(folder, COMPTOIR_WORKER="external") as running:
        yield running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """One PostgreSQL server for all tests of this process; a test that stops it starts it again."""
    with start_postgresql() as running:
        yield running
