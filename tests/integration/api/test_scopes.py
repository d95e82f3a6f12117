"""Who may do what through the API, and what is written down about it."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dashboard.api.app import RESOURCES
from dashboard.api.scopes import NEEDED, ROUTES
from pipeline.access.keys import create_key, list_keys
from pipeline.access.principal import SCOPES, Scope
from pipeline.clock import utc_now
from pipeline.store import read_session, write_session
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt

RANK = {scope: place for place, scope in enumerate(SCOPES)}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a worker that nobody gets into without a key."""
    folder = tmp_path_factory.mktemp("guarded") / "data"
    with start_server(folder, COMPTOIR_WORKER="external") as running:
        yield running


@pytest.fixture(scope="module")
def callers(guarded: Server) -> Iterator[dict[str, httpx.Client]]:
    """A client for the key of each scope, and one with none."""
    clients = {"none": guarded.client()}
    with write_session(guarded.settings) as session:
        for scope in SCOPES:
            given: list[Scope] = list(SCOPES[: RANK[scope] + 1])
            _, secret = create_key(session, f"the {scope}", given, None, "test", now=utc_now())
            clients[scope] = guarded.client()
            clients[scope].headers["X-API-Key"] = secret
    yield clients
    for client in clients.values():
        client.close()


def call(client: httpx.Client, route: str) -> httpx.Response:
    method, path = route.split()
    for name in ("request_id", "product_id:path", "job_id", "rule_id", "key_id", "view_id"):
        path = path.replace(f"{{{name}}}", "nothing")
    for name, value in (("name", "nothing"), ("kind", "map"), ("schedule_id", "x")):
        path = path.replace(f"{{{name}}}", value)
    path = path.replace("{number}", "1").replace("{item_id}", "r1").replace("{picture_id}", "x")
    return client.request(method, f"/api/v1{path}")


def test_every_route_is_in_the_table_once() -> None:
    declared = {
        f"{method} {route.path}"
        for resource in RESOURCES
        for route in resource.router.routes
        for method in route.methods
    }
    assert declared | {"GET /docs"} == set(NEEDED)
    assert len(NEEDED) == sum(map(len, ROUTES.values()))


def test_a_key_does_what_its_scopes_allow_and_nothing_else(
    callers: dict[str, httpx.Client],
) -> None:
    for route, needed in NEEDED.items():
        for caller, client in callers.items():
            status = call(client, route).status_code
            if caller == "none":
                assert status == 401 or (route == "GET /docs" and status == 303), route
            else:
                allowed = RANK[caller] >= RANK[needed]
                assert (status == 403) is not allowed, (route, caller, status)
                assert status < 500, (route, caller, status)


def test_what_is_done_is_written_down_by_name(callers: dict[str, httpx.Client]) -> None:
    name = f"Fuel {uuid4().hex}"
    body = {"name": name, "query": "query=diesel"}
    assert callers["submit"].post("/api/v1/receipts/views", json=body).status_code == 201

    found: Any = callers["admin"].get("/api/v1/audit", params={"query": name}).json()["data"]
    (act,) = found["items"]
    assert (act["actor"], act["action"]) == ("key:the submit", "view.save")
    assert (found["total"], found["totalIsAtLeast"], found["nextBeforeId"]) == (1, False, None)


def test_an_import_is_written_down_by_the_name_of_who_sent_it(
    callers: dict[str, httpx.Client],
) -> None:
    table = {"table": ("cups.csv", b"id,name\n1,Cup\n")}
    sent = callers["submit"].post("/api/v1/catalogs", files=table)
    assert sent.status_code == 202, sent.text

    wanted = {"targetId": sent.json()["data"]["requestId"]}
    (act,) = callers["admin"].get("/api/v1/audit", params=wanted).json()["data"]["items"]
    assert (act["actor"], act["action"]) == ("key:the submit", "catalog.import")
    wanted = {"actor": "key:the submit", "format": "csv"}
    told = callers["admin"].get("/api/v1/audit/export", params=wanted)
    rows = csv.DictReader(io.StringIO(told.text.removeprefix("\ufeff")))
    assert act["targetId"] in [row["targetId"] for row in rows]


def test_who_handed_a_receipt_over_is_written_down_once(callers: dict[str, httpx.Client]) -> None:
    files = {"image": ("till.jpg", draw_receipt(uuid4().hex))}
    for _ in range(2):
        told = callers["submit"].post("/api/v1/receipts/analyze", files=files).json()["data"]

    wanted = {"targetId": told["requestId"]}
    (act,) = callers["admin"].get("/api/v1/audit", params=wanted).json()["data"]["items"]
    assert (act["actor"], act["action"]) == ("key:the submit", "receipt.submit")
    assert act["detail"] == {"name": "till.jpg"}


def test_an_answer_is_given_again_to_nobody_else(callers: dict[str, httpx.Client]) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    body = {"name": uuid4().hex, "query": ""}

    first = callers["submit"].post("/api/v1/receipts/views", json=body, headers=key)
    again = callers["submit"].post("/api/v1/receipts/views", json=body, headers=key)
    other = callers["admin"].post("/api/v1/receipts/views", json=body, headers=key)
    refused = callers["read"].post("/api/v1/receipts/views", json=body, headers=key)

    assert (first.status_code, again.text, other.status_code) == (201, first.text, 409)
    assert refused.status_code == 403
    assert "Idempotent-Replayed" not in refused.headers


def test_a_key_is_shown_once_and_opens_nothing_when_revoked(
    guarded: Server, callers: dict[str, httpx.Client]
) -> None:
    keys = "/api/v1/keys"
    body = {"name": uuid4().hex, "scopes": ["read"]}
    headers = {"Idempotency-Key": uuid4().hex}
    made = callers["admin"].post(keys, json=body, headers=headers).json()["data"]
    twice = callers["admin"].post(keys, json=body, headers=headers)
    listed = callers["admin"].get(keys).json()["data"]["items"][0]

    assert twice.status_code == 409
    assert (listed["id"], listed["state"], "secret" in listed) == (made["id"], "active", False)
    with guarded.client() as program:
        program.headers["Authorization"] = f"Bearer {made['secret']}"
        assert program.get("/api/v1/jobs").status_code == 200
        assert callers["admin"].delete(f"{keys}/{made['id']}").json()["data"]["state"] == "revoked"
        assert program.get("/api/v1/jobs").status_code == 401
    with read_session(guarded.settings) as session:
        assert made["secret"] not in str(list_keys(session))


def test_a_job_belongs_to_the_key_that_handed_it_over(
    guarded: Server, callers: dict[str, httpx.Client]
) -> None:
    made = callers["submit"].post("/api/v1/reports/dummy", json={})
    job = callers["read"].get(f"/api/v1/jobs/{made.json()['data']['requestId']}").json()["data"]
    assert job["clientId"] == "key:the submit"
