"""The same promises on every store, broker and kind of file storage, all of them real."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.store import close_store
from tests.support.ledger import FakeClock, LedgerBench, open_ledger
from tests.support.mail_office import Office
from tests.support.migrated import migrate_copy
from tests.support.postgresql import PostgresServer, empty_database, new_database
from tests.support.report_mails import setting
from tests.support.s3 import S3Server, start_s3
from tests.support.smtp import start_smtp
from tests.support.valkey import ValkeyServer, start_valkey

STORES = ("sqlite", "postgresql")
# The promises are about what happens after the wait, so tests wait little.
HASTY_S = 0.4
# What is not about waiting waits longer than people do: two cores also run browsers and OCR.
PATIENT_S = 15.0


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """One Valkey server for all tests of this process; a test that stops it starts it again."""
    with start_valkey() as running:
        yield running


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """One S3 server for all tests of this process; each keeps to a folder of its own."""
    with start_s3() as running:
        yield running


@pytest.fixture(params=STORES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a store that holds nothing yet."""
    yield from _open(request, tmp_path, empty_database)


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a migrated store."""
    for settings in _open(request, tmp_path, new_database):
        if not settings.uses_postgresql:
            migrate_copy(settings)
        yield settings


@pytest.fixture
def hasty(settings: Settings) -> Settings:
    """The same store for someone who waits little."""
    return settings.model_copy(update={"store_wait_s": HASTY_S})


@pytest.fixture
def on_postgresql(postgresql: PostgresServer, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a migrated store on PostgreSQL, with a short wait."""
    settings = Settings(data_dir=tmp_path, store_url=new_database(postgresql), store_wait_s=HASTY_S)
    yield settings
    close_store(settings)


@pytest.fixture(params=STORES)
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LedgerBench]:
    """A ledger on either store, with a clock that only moves when told to."""
    environment = {}
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        environment["COMPTOIR_DATABASE_URL"] = new_database(server)
        environment["COMPTOIR_STORE_WAIT_S"] = str(PATIENT_S)
    with open_ledger(tmp_path, monkeypatch, FakeClock(), **environment) as ledger:
        yield ledger


@pytest.fixture
def office(bench: LedgerBench) -> Iterator[Office]:
    """A ledger whose mails go to a server that takes all of them, unless told otherwise."""
    with start_smtp() as server:
        yield Office(bench, server)


@pytest.fixture
def linked(bench: LedgerBench, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    """The same, where mails can link to the pages."""
    with setting(monkeypatch, PUBLIC_URL="https://comptoir.example.org/"):
        yield bench


def _open(
    request: pytest.FixtureRequest, data_dir: Path, database: Callable[[PostgresServer], str]
) -> Iterator[Settings]:
    url = None
    if request.param == "postgresql":
        url = database(request.getfixturevalue("postgresql"))
    patience = {"store_wait_s": PATIENT_S} if url else {}
    settings = Settings(data_dir=data_dir, store_url=url, **patience)
    yield settings
    close_store(settings)
