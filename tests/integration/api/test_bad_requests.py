"""What no well-behaved program sends is refused with a sentence, and never as a failure of ours."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.api.spool import clear_spools
from pipeline.clock import utc_now
from pipeline.jobs import workers
from pipeline.store import write_session
from tests.support.server import start_server

PAUSE = "/api/v1/queues/documents/pause"
RETRY = "/api/v1/jobs/retry"
ANALYZE = "/api/v1/receipts/analyze"
JSON = {"Content-Type": "application/json"}
BEFORE_ALL_TIME = "0001-01-01T00:00:00+14:00"
AFTER_ALL_TIME = "9999-12-31T23:59:59-14:00"


def reason_of(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["message"].endswith(".")
    return answer.status_code, error["details"]["reason"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'reason': 1}", b'{"reason": "\xff"}', b"[" * 100_000],
    ids=["empty", "cut", "quotes", "no UTF-8", "deep"],
)
def test_what_is_no_json_is_called_so(client: httpx.Client, body: bytes) -> None:
    refused = client.post(PAUSE, content=body, headers=JSON)

    # FastAPI takes an empty body for none at all.
    assert reason_of(refused) == ((400, "MALFORMED_JSON") if body else (422, "BAD_VALUE"))


def test_a_long_body_is_refused_by_its_declared_length(client: httpx.Client) -> None:
    for path in (PAUSE, RETRY, "/api/v1/jobs/nothing/cancel"):
        refused = client.post(path, content=bytes(1_000_001), headers=JSON)

        assert reason_of(refused) == (413, "BODY_TOO_LARGE")
        assert refused.json()["error"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "long"}])
def test_a_long_body_of_undeclared_length_is_refused_on_the_way(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    def body() -> Iterator[bytes]:
        yield b'{"reason": "'
        for _ in range(20):
            yield b"x" * 100_000
        yield b'"}'

    assert reason_of(client.post(PAUSE, content=body(), headers=JSON | headers)) == (
        413,
        "BODY_TOO_LARGE",
    )


@pytest.mark.parametrize(
    "params",
    [
        {"from": BEFORE_ALL_TIME},
        {"to": AFTER_ALL_TIME},
        {"queue": "nope"},
        {"query": "a\0b"},
        {"page": 0},
        {"pageSize": 201},
    ],
    ids=str,
)
def test_a_filter_that_means_nothing_is_named(client: httpx.Client, params: Any) -> None:
    refused = client.get("/api/v1/jobs", params=params)

    assert reason_of(refused) == (422, "BAD_VALUE")
    assert refused.json()["error"]["details"]["params"] == {"field": next(iter(params))}


@pytest.mark.parametrize(
    "wanted",
    [
        {"from": BEFORE_ALL_TIME},
        {"to": AFTER_ALL_TIME},
        {"queue": "nope"},
        {"query": "\ud800"},
        {"kind": "a\0b"},
    ],
    ids=ascii,
)
def test_a_filter_in_a_body_is_judged_alike(client: httpx.Client, wanted: Any) -> None:
    body = json.dumps({"filter": wanted, "dryRun": True})

    refused = client.post(RETRY, content=body, headers=JSON)

    assert reason_of(refused) == (422, "BAD_VALUE")


def test_workflows_are_listed_as_a_queue(client: httpx.Client) -> None:
    assert client.get("/api/v1/jobs", params={"queue": "workflow"}).status_code == 200


@pytest.mark.parametrize("text", ["\ud800", "a\0b"], ids=ascii)
def test_a_reason_that_no_store_can_keep_is_refused(client: httpx.Client, text: str) -> None:
    refused = client.post(PAUSE, content=json.dumps({"reason": text}), headers=JSON)

    assert reason_of(refused) == (422, "BAD_VALUE")


def test_a_client_that_no_store_can_keep_is_refused(client: httpx.Client) -> None:
    refused = client.post(ANALYZE, data={"clientId": "a\0b"}, files={"image": ("a.jpg", b"x")})

    assert reason_of(refused) == (422, "BAD_VALUE")


def test_workers_come_in_pages(tmp_path: Path) -> None:
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server,
        server.client() as client,
    ):
        with write_session(server.settings) as session:
            for name in ("one", "two", "three"):
                workers.beat(session, name, {"documents": 1}, now=utc_now())

        def page(number: int) -> tuple[int, int]:
            params = {"page": number, "pageSize": 2}
            data = client.get("/api/v1/workers", params=params).json()["data"]
            assert (data["total"], data["page"]) == (3, number)
            return number, len(data["items"])

        assert [page(number) for number in (1, 2, 3)] == [(1, 2), (2, 1), (3, 0)]


def test_a_start_leaves_the_uploads_that_another_server_is_taking(tmp_path: Path) -> None:
    running, abandoned = tmp_path / "upload-running", tmp_path / "upload-abandoned"
    for path in (running, abandoned):
        path.write_bytes(b"half")
    two_hours_ago = time.time() - 7200
    os.utime(abandoned, (two_hours_ago, two_hours_ago))

    clear_spools(tmp_path)

    assert list(tmp_path.iterdir()) == [running]
