"""A server that asks who comes, with somebody of each role and a key of each scope."""

from collections.abc import Callable, Iterator
from functools import cache

import httpx
import pytest

from pipeline.settings import Settings
from pipeline.store import migrate
from tests.support.people import People, add_people, sign_in
from tests.support.server import Server, start_server

Asker = Callable[[str], httpx.Client]
ANONYMOUS = "anonymous"


@pytest.fixture(scope="session")
def guarded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, People]]:
    """Guarded from its first request on."""
    folder = tmp_path_factory.mktemp("guarded") / "data"
    folder.mkdir()
    settings = Settings(data_dir=folder)
    migrate(settings)
    people = add_people(settings)
    with start_server(folder, COMPTOIR_WORKER="external") as server:
        yield server, people


@pytest.fixture(scope="session")
def ask_as(guarded_server: tuple[Server, People]) -> Iterator[Asker]:
    """A client of somebody: anonymous, a role, or `key:` and a scope."""
    server, people = guarded_server
    clients: list[httpx.Client] = []

    @cache
    def open_client(who: str) -> httpx.Client:
        kind, _, scope = who.partition(":")
        headers = {"X-API-Key": people.keys[scope]} if kind == "key" else {}
        client = server.client(headers=headers)
        clients.append(client)
        if kind not in ("key", ANONYMOUS):
            assert sign_in(client, who).status_code == 303
        return client

    yield open_client
    for client in clients:
        client.close()
