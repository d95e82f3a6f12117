"""Posts JSON to an address that somebody gave: bounded in time, in size, and in where it goes."""

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

from pipeline.alerts.rules import is_web_address

TIMEOUT_S = 10.0
# Read so that the receiver can finish its answer; not kept: it may come from inside a network.
MOST_ANSWER_BYTES = 4096
MAX_REPLY_LENGTH = 200
SIGNATURE = "X-Comptoir-Signature"


@dataclass(frozen=True)
class WebhookReply:
    """What came of one POST; `text` is the status line, or what went wrong."""

    ok: bool
    text: str


def post_json(
    url: str, body: bytes, secret: str | None, *, timeout_s: float = TIMEOUT_S
) -> WebhookReply:
    """POST `body`; 2xx is taken for received. Redirects are not followed, nothing is raised.

    With a secret, `X-Comptoir-Signature: sha256=…` is the HMAC-SHA256 (RFC 2104) of the body.
    """
    if not is_web_address(url):
        return WebhookReply(False, "not an http or https address")
    try:
        connection = _open(url, timeout_s)
        with _ended_after(connection, timeout_s) as ended:
            return _exchange(connection, url, body, _headers(body, secret), ended, timeout_s)
    except TimeoutError:
        return _silent(timeout_s)
    except (OSError, http.client.HTTPException, ValueError) as error:
        # The words alone: a number says nothing to whoever reads it at night.
        said = getattr(error, "strerror", None) or str(error)
        return WebhookReply(False, _shorten(said or type(error).__name__))


def sign(body: bytes, secret: str) -> str:
    """The value of the signature's header."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def _open(url: str, timeout_s: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, parts.port, timeout=timeout_s, context=context)
    return http.client.HTTPConnection(host, parts.port, timeout=timeout_s)


def _headers(body: bytes, secret: str | None) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Comptoir/{version('comptoir')}",
        "Connection": "close",
    }
    return headers | ({SIGNATURE: sign(body, secret)} if secret else {})


@contextmanager
def _ended_after(
    connection: http.client.HTTPConnection, timeout_s: float
) -> Iterator[threading.Event]:
    """Cut the connection off after that time: a time-out of its own counts each byte anew."""
    ended = threading.Event()

    def cut_off() -> None:
        ended.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(timeout_s, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection,
    url: str,
    body: bytes,
    headers: dict[str, str],
    ended: threading.Event,
    timeout_s: float,
) -> WebhookReply:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
        if ended.is_set():
            # The time was over before there was anything to cut off.
            return _silent(timeout_s)
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException):
        if ended.is_set():
            return _silent(timeout_s)
        raise
    with suppress(OSError, http.client.HTTPException):
        answer.read(MOST_ANSWER_BYTES)
    return WebhookReply(
        200 <= answer.status < 300, _shorten(f"HTTP {answer.status} {answer.reason}".strip())
    )


def _silent(timeout_s: float) -> WebhookReply:
    return WebhookReply(False, f"no answer within {timeout_s:g} s")


def _shorten(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown[:MAX_REPLY_LENGTH]
