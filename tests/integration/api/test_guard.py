"""Other web sites cannot reach an open server through its owner's browser."""

import httpx
import pytest

from dashboard.guard import Guard
from pipeline.settings import Settings
from tests.support.server import Server

FORBIDDEN = 403


def refused_with(answer: httpx.Response) -> str:
    assert answer.status_code == FORBIDDEN
    assert answer.json()["error"]["code"] == "FORBIDDEN"
    reason: str = answer.json()["error"]["details"]["reason"]
    return reason


@pytest.mark.parametrize(
    "host", ["rebound.example", "127.0.0.1.example:8501", "192.168.1.5", "localhost.evil", "["]
)
def test_a_foreign_host_name_is_refused(client: httpx.Client, host: str) -> None:
    assert refused_with(client.get("/health", headers={"Host": host})) == "FOREIGN_HOST"


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "LOCALHOST"])
def test_every_loopback_name_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_asked_for_by_another_site_is_refused(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    answer = client.post("/api/v1/receipts/analyze", headers=headers)

    assert refused_with(answer) == "FOREIGN_ORIGIN"


def test_our_own_pages_and_programs_may_change_things(client: httpx.Client) -> None:
    own = str(client.base_url).rstrip("/")
    for headers in ({"Origin": own}, {"Sec-Fetch-Site": "same-origin"}, {}):
        answer = client.post("/api/v1/receipts/analyze", headers=headers)
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "rebound.example"}, b" 403 "),
        ({"Host": "127.0.0.1", "Origin": "https://elsewhere.example"}, b" 403 "),
        ({"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}, b" 101 "),
    ],
)
def test_websockets_are_guarded_too(
    quiet_server: Server, headers: dict[str, str], status: bytes
) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers | upgrade).items())

    with quiet_server.connect() as connection:
        connection.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode())
        answer = connection.recv(4096)

    assert status in answer.splitlines()[0]


def test_answers_carry_the_headers_that_browsers_obey(client: httpx.Client) -> None:
    for path in ("/", "/health", "/api/v1/docs"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "same-origin"


def allows(settings: Settings, host: str, origin: str | None = None) -> bool:
    from starlette.datastructures import Headers

    headers = {"host": host} | ({"origin": origin} if origin else {})
    guard = Guard(lambda *_: None, settings)  # type: ignore[arg-type, return-value]
    return guard._judge({"type": "http", "method": "POST"}, Headers(headers)) is None


def test_a_listed_host_is_answered_also_behind_a_proxy() -> None:
    settings = Settings(allowed_hosts=("receipts.example",))

    assert allows(settings, "receipts.example", "https://receipts.example")
    assert allows(settings, "127.0.0.1:8501", "https://receipts.example")
    assert not allows(settings, "other.example")


def test_an_open_network_is_reached_by_address_but_not_by_an_unlisted_name() -> None:
    settings = Settings(host="0.0.0.0", allow_open_network=True)

    assert allows(settings, "192.168.1.5:8501")
    assert not allows(settings, "rebound.example")


@pytest.mark.parametrize("path", ["/api/nope", "/api/v2/receipts"])
def test_an_address_for_programs_where_nothing_is_answers_404(
    quiet_server: Server, path: str
) -> None:
    with quiet_server.client() as client:
        answer = client.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["details"]["reason"] == "PATH_UNKNOWN"


def test_an_origin_that_is_no_address_is_refused(quiet_server: Server) -> None:
    with quiet_server.client() as client:
        answer = client.post("/api/v1/receipts/analyze", headers={"Origin": "http://["})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "FORBIDDEN"
