"""Too many requests, too many jobs, too full a disk: each has an answer that says what to do."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipeline.rate_counters import PostgresqlCounters, Rate
from pipeline.rate_limit import RateLimiter
from pipeline.settings import Settings
from tests.integration.api.conftest import send_from
from tests.support.postgresql import PostgresServer, new_database
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt

ANALYZE = "/api/v1/receipts/analyze"
STATS = "/api/v1/receipts/stats"


@pytest.fixture(scope="module")
def limited_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One request a minute after a burst of three, and two waiting jobs for each client."""
    limits = {
        "COMPTOIR_RATE_LIMIT_PER_S": "0.0166666",
        "COMPTOIR_RATE_LIMIT_BURST": "3",
        "COMPTOIR_CLIENT_QUEUE_CAP": "2",
        "COMPTOIR_WORKER": "external",
    }
    with start_server(tmp_path_factory.mktemp("limited") / "data", **limits) as running:
        yield running


@pytest.fixture
def api(limited_server: Server, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of its own: each test has the whole burst."""
    number = zlib.crc32(request.node.name.encode())
    with limited_server.client(transport=send_from(f"127.{number % 200 + 1}.0.2")) as client:
        yield client


def test_over_the_burst_requests_are_refused_with_the_time_to_wait(api: httpx.Client) -> None:
    answers = [api.get(STATS) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    error = answers[3].json()["error"]
    assert error["code"] == "RATE_LIMITED"
    assert error["details"]["reason"] == "TOO_MANY_REQUESTS"
    assert 55 <= int(answers[3].headers["retry-after"]) <= 60
    assert str(error["details"]["params"]["retry_after_s"]) == answers[3].headers["retry-after"]


def test_the_refusal_speaks_the_language_of_the_caller(api: httpx.Client) -> None:
    refused = [api.get(STATS, headers={"Accept-Language": "fr"}) for _ in range(4)][-1]

    assert refused.headers["content-language"] == "fr"
    assert refused.json()["error"]["message"].startswith("Trop de requêtes")


def test_one_client_does_not_use_up_the_share_of_another(
    api: httpx.Client, limited_server: Server
) -> None:
    assert [api.get(STATS).status_code for _ in range(4)][-1] == 429

    with limited_server.client(transport=send_from("127.201.0.2")) as other:
        assert other.get(STATS).status_code == 200


@pytest.mark.parametrize("header", ["X-API-Key", "X-Forwarded-For"])
def test_an_invented_name_does_not_evade_the_limit(api: httpx.Client, header: str) -> None:
    answers = [api.get(STATS, headers={header: f"192.0.2.{number}"}) for number in range(4)]

    assert answers[-1].status_code == 429


def test_health_is_never_refused(api: httpx.Client) -> None:
    assert {api.get("/health").status_code for _ in range(8)} == {200}


def test_a_client_with_too_many_jobs_waiting_is_told_the_figures(
    api: httpx.Client, limited_server: Server
) -> None:
    def hand_over(text: str) -> httpx.Response:
        files = {"image": ("a.jpg", draw_receipt(text))}
        return api.post(ANALYZE, files=files, data={"clientId": "eager"})

    taken = [hand_over("one").status_code, hand_over("two").status_code]
    kept = files_of(limited_server)
    refused = hand_over("three")

    assert taken == [202, 202]
    assert refused.status_code == 429
    error = refused.json()["error"]
    assert (error["code"], error["details"]["reason"]) == ("RATE_LIMITED", "TOO_MANY_QUEUED")
    assert error["message"].startswith("2 jobs of yours are waiting, and no more than 2 may.")
    assert refused.headers["retry-after"] == "30"
    assert files_of(limited_server) == kept


def test_a_repeated_submit_is_answered_though_the_queue_is_full(api: httpx.Client) -> None:
    def hand_over(key: str) -> httpx.Response:
        files = {"image": ("a.jpg", draw_receipt(key))}
        headers = {"Idempotency-Key": key}
        return api.post(ANALYZE, files=files, data={"clientId": "calm"}, headers=headers)

    first, _, again = hand_over("one"), hand_over("two"), hand_over("one")

    assert again.status_code == 202
    assert again.json()["data"] == first.json()["data"]
    assert again.headers["idempotent-replayed"] == "true"


def test_below_the_floor_of_the_disk_nothing_is_taken_and_health_says_so(tmp_path: Path) -> None:
    floor = {"COMPTOIR_DISK_FLOOR_MB": str(10**7), "COMPTOIR_WORKER": "external"}
    with start_server(tmp_path / "data", **floor) as server, server.client() as client:
        refused = client.post(ANALYZE, files={"image": ("a.jpg", draw_receipt())})
        report = client.get("/health").json()
        left = files_of(server)

    assert refused.status_code == 503
    error = refused.json()["error"]
    assert (error["code"], error["details"]["reason"]) == ("SERVICE_UNAVAILABLE", "DISK_LOW")
    assert "10,000,000 MB are kept free" in error["message"]
    assert "retry-after" in refused.headers
    assert report["disk"]["status"] in ("low", "full")
    assert report["status"] in ("degraded", "unhealthy")
    assert left == set()


def files_of(server: Server) -> set[Path]:
    """Files of uploads on disk, finished or not."""
    folders = (server.settings.files_dir, server.settings.incoming_dir)
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


def limiter_on(url: str, rate: Rate) -> RateLimiter:
    return RateLimiter(PostgresqlCounters(Settings(store_url=url).database_url), rate)


def test_two_hosts_share_one_count_on_postgresql(postgresql: PostgresServer) -> None:
    url = new_database(postgresql)
    hosts = [limiter_on(url, Rate(1 / 60, 5)) for _ in range(2)]

    waits_s = [hosts[number % 2].wait_s("ana") for number in range(8)]

    assert waits_s[:5] == [0.0] * 5
    assert all(50 < wait_s <= 60 for wait_s in waits_s[5:])
    assert hosts[0].wait_s("ben") == 0


def test_a_server_that_says_nothing_stops_no_request(postgresql: PostgresServer) -> None:
    limiter = limiter_on(new_database(postgresql), Rate(1 / 60, 1))
    limiter.wait_s("ana")

    with postgresql.freeze():
        assert [limiter.wait_s("ana") for _ in range(50)] == [0.0] * 50
