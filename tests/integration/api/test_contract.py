"""The API answers what its description says, whatever is sent to it and by whom."""

from collections.abc import Iterator

import httpx
import pytest

from pipeline.access.keys import create_key
from pipeline.clock import utc_now
from pipeline.store import write_session
from tests.support.api_contract import hold_against_contract
from tests.support.server import Server, start_server

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server without a worker, and a key that may do everything there."""
    folder = tmp_path_factory.mktemp("contract") / "data"
    with start_server(folder, COMPTOIR_WORKER="external") as server:
        with write_session(server.settings) as session:
            scopes = ("read", "submit", "admin")
            _, secret = create_key(session, "everything", scopes, None, "test", now=utc_now())
        yield server, secret


def test_no_answer_is_outside_its_description(guarded: tuple[Server, str]) -> None:
    server, secret = guarded

    found = hold_against_contract(server.base_url, secret, reader=secret, examples=1)

    assert found.broken == {}
    assert len(found.statuses) > 80


def test_every_operation_says_what_it_needs_and_refuses_strangers_so(
    guarded: tuple[Server, str],
) -> None:
    server, secret = guarded
    with server.client() as client:
        key = {"X-API-Key": secret}
        described = client.get("/api/v1/openapi.json", headers=key).json()
        assert set(described["components"]["securitySchemes"]) == {"ApiKey", "Bearer"}
        for path, operations in described["paths"].items():
            for method in METHODS & operations.keys():
                assert operations[method]["security"] == [{"ApiKey": []}, {"Bearer": []}]
                assert {"401", "403", "429", "503"} <= operations[method]["responses"].keys()
                _is_refused(client.request(method, f"/api/v1{path}"))


def _is_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "UNAUTHORIZED"
