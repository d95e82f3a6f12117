"""Webhooks to a real server: signed, bounded in time, and never led elsewhere."""

import hashlib
import hmac
import socket
import threading
import time
from typing import Any

import pytest

from pipeline.alerts.webhook import post_json
from tests.support.webhooks import DRIP, HANG, start_webhooks

BODY = b'{"event":"raised"}'


def test_a_body_arrives_with_a_signature_that_can_be_checked() -> None:
    with start_webhooks() as server:
        reply = post_json(server.url, BODY, "a secret")

    assert (reply.ok, reply.text) == (True, "HTTP 204 No Content")
    request = server.received[0]
    expected = hmac.new(b"a secret", request.body, hashlib.sha256).hexdigest()
    assert (request.path, request.body) == ("/hook?token=abc", BODY)
    assert request.headers["X-Comptoir-Signature"] == f"sha256={expected}"
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "text"), [(500, "HTTP 500 Internal Server Error"), (302, "HTTP 302 Found")]
)
def test_what_is_no_2xx_has_not_arrived_and_no_redirect_is_followed(status: int, text: str) -> None:
    with start_webhooks(status) as server:
        reply = post_json(server.url, BODY, None)

    assert (reply.ok, reply.text) == (False, text)
    assert len(server.received) == 1
    assert "X-Comptoir-Signature" not in server.received[0].headers


@pytest.mark.parametrize("manner", [HANG, DRIP])
def test_a_server_that_does_not_come_to_the_point_is_left(manner: int) -> None:
    with start_webhooks(manner) as server:
        began_s = time.monotonic()
        reply = post_json(server.url, BODY, None, timeout_s=0.3)
        assert time.monotonic() - began_s < 5

    assert (reply.ok, reply.text) == (False, "no answer within 0.3 s")


def test_a_name_that_is_found_too_late_is_not_waited_for_any_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_up = socket.getaddrinfo

    def look_up_slowly(*asked: Any, **said: Any) -> Any:
        threading.Event().wait(0.4)
        return look_up(*asked, **said)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_slowly)
    with start_webhooks(DRIP) as server:
        reply = post_json(server.url, BODY, None, timeout_s=0.3)

    assert (reply.ok, reply.text) == (False, "no answer within 0.3 s")
    assert server.received == []


def test_nobody_there_is_an_outcome_too() -> None:
    with start_webhooks() as server:
        gone = server.url
    reply = post_json(gone, BODY, None)
    assert not reply.ok
    assert reply.text == "Connection refused"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "http://a:b@c/"])
def test_other_addresses_are_not_called(url: str) -> None:
    assert post_json(url, BODY, None).text == "not an http or https address"
