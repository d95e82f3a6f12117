"""Each bad upload gets its own code and a sentence, and leaves nothing behind."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import Server
from tests.support.uploads import draw_receipt, encrypted_pdf, huge_png, truncated_jpeg
from tests.support.worker import wait_until

ANALYZE = "/api/v1/receipts/analyze"
OVER_50_MB = 51_000_000


def kept(server: Server) -> set[Path]:
    """Files of uploads on disk, finished or not."""
    folders = (server.settings.files_dir, server.settings.incoming_dir)
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "make", "status", "code", "reason"),
    [
        ("notes.jpg", lambda: b"milk, bread\n" * 40, 415, "UNSUPPORTED_MEDIA", "NOT_AN_IMAGE"),
        ("cut.jpg", truncated_jpeg, 415, "UNSUPPORTED_MEDIA", "TRUNCATED_IMAGE"),
        ("huge.png", huge_png, 413, "PAYLOAD_TOO_LARGE", "TOO_MANY_PIXELS"),
        ("locked.pdf", encrypted_pdf, 415, "UNSUPPORTED_MEDIA", "ENCRYPTED_PDF"),
        ("empty.jpg", lambda: b"", 422, "INVALID_REQUEST", "EMPTY_FILE"),
        ("big.jpg", lambda: bytes(OVER_50_MB), 413, "PAYLOAD_TOO_LARGE", "TOO_MANY_BYTES"),
    ],
)
def test_a_bad_file_is_refused_with_its_own_code(
    client: httpx.Client,
    quiet_server: Server,
    name: str,
    make: Callable[[], bytes],
    status: int,
    code: str,
    reason: str,
) -> None:
    before = kept(quiet_server)

    refused = client.post(ANALYZE, files={"image": (name, make())})

    assert refused.status_code == status
    body = refused.json()
    assert body["success"] is False
    assert (body["error"]["code"], body["error"]["details"]["reason"]) == (code, reason)
    assert body["error"]["message"].endswith(".")
    assert "Traceback" not in refused.text
    assert kept(quiet_server) == before
    assert client.post(ANALYZE, files={"image": ("a.jpg", draw_receipt(name))}).status_code == 202


def test_a_file_too_large_is_refused_before_it_has_come(quiet_server: Server) -> None:
    head = (
        f"POST {ANALYZE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nExpect: 100-continue\r\n\r\n"
    )

    with quiet_server.connect() as connection:
        connection.sendall(head.encode())
        answer = connection.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_file_too_large_of_undeclared_length_is_refused_on_the_way(
    client: httpx.Client, quiet_server: Server
) -> None:
    before = kept(quiet_server)

    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
        for _ in range(52):
            yield bytes(1_000_000)
        yield b"\r\n--b--\r\n"

    refused = client.post(
        ANALYZE,
        content=body(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )

    assert refused.status_code == 413
    assert kept(quiet_server) == before


def test_a_large_file_within_the_limit_is_taken(client: httpx.Client) -> None:
    picture = draw_receipt("with a long tail") + bytes(20_000_000)

    assert client.post(ANALYZE, files={"image": ("a.jpg", picture)}).status_code == 202


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"{}", {"Content-Type": "application/json"}),
        (b"x", {"Content-Type": "multipart/form-data"}),
        (b"no boundary here", {"Content-Type": "multipart/form-data; boundary=b"}),
        (
            b'--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nhalf',
            {"Content-Type": "multipart/form-data; boundary=b"},
        ),
        (b"x", {"Content-Type": "multipart/form-data; boundary=" + "b" * 5000}),
    ],
)
def test_a_malformed_form_is_refused(
    client: httpx.Client, quiet_server: Server, body: bytes, headers: dict[str, str]
) -> None:
    before = kept(quiet_server)

    refused = client.post(ANALYZE, content=body, headers=headers)

    assert refused.status_code == 400
    assert refused.json()["error"]["details"]["reason"] == "MALFORMED_FORM"
    assert kept(quiet_server) == before


def test_a_form_without_the_image_is_refused(client: httpx.Client) -> None:
    refused = client.post(ANALYZE, files={"picture": ("a.jpg", draw_receipt())})

    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "INVALID_REQUEST"
    assert refused.json()["error"]["details"]["reason"] == "IMAGE_MISSING"


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({"metadata": "[not json"}, 422, "BAD_METADATA"),
        ({"metadata": "[]"}, 422, "BAD_METADATA"),
        ({"metadata": '{"priority": "urgent"}'}, 422, "UNKNOWN_PRIORITY"),
        ({"metadata": '{"source": 5}'}, 422, "BAD_VALUE"),
        ({"clientId": "x" * 201}, 422, "BAD_VALUE"),
        ({"metadata": "x" * 20_000}, 413, "FORM_TOO_LARGE"),
        ({str(number): "x" for number in range(30)}, 413, "FORM_TOO_LARGE"),
    ],
)
def test_fields_that_cannot_be_used_are_named(
    client: httpx.Client, quiet_server: Server, fields: dict[str, str], status: int, reason: str
) -> None:
    before = kept(quiet_server)

    refused = client.post(ANALYZE, data=fields, files={"image": ("a.jpg", draw_receipt(reason))})

    assert (refused.status_code, refused.json()["error"]["details"]["reason"]) == (status, reason)
    assert kept(quiet_server) == before


def test_an_upload_that_breaks_off_leaves_nothing(quiet_server: Server) -> None:
    before = kept(quiet_server)
    head = (
        f"POST {ANALYZE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    )

    with quiet_server.connect() as connection:
        connection.sendall(head.encode() + bytes(4_000_000))
        wait_until(lambda: kept(quiet_server) > before)

    wait_until(lambda: kept(quiet_server) == before)
