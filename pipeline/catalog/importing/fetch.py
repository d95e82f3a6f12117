"""Pictures from https addresses, each connection pinned to the address that was checked."""

import http.client
import socket
import ssl
import string
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin

import structlog

from pipeline.catalog.importing.archive import PictureRefusedError
from pipeline.catalog.importing.public_address import Target, check_url, find_target

log = structlog.get_logger(__name__)

MAX_REDIRECTS = 5
# Polite, and enough: more at once from one host is rarely quicker.
PER_HOST = 4
RETRY_PAUSE_S = 1.0
# A host that fails so often in a row is asked no more: each time costs twice the time limit.
GIVE_UP_AFTER = 10
CHUNK_BYTES = 65_536
AGENT = "Comptoir"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class FetchLimits:
    """What one picture may take, all redirects included."""

    max_bytes: int
    timeout_s: float


class _TransientError(Exception):
    """Perhaps it works the next time."""


@dataclass
class Fetcher:
    """Fetches pictures; safe to share by threads.

    `find_target` decides where a connection may go and `tls` whom to believe; a test gives its
    own for a server of its own, nothing else can.
    """

    limits: FetchLimits
    find_target: Callable[[str], Target] = find_target
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    pause_s: float = RETRY_PAUSE_S

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Semaphore] = defaultdict(
            lambda: threading.Semaphore(PER_HOST)
        )
        self._failures: Counter[str] = Counter()

    def fetch(self, url: str) -> bytes:
        """The bytes behind `url`, tried twice where that may help.

        Raises PictureRefusedError: URL_... or PICTURE_TOO_LARGE.
        """
        host = check_url(url)[0]
        try:
            if self._failures[host] >= GIVE_UP_AFTER:
                raise _TransientError("its host does not answer")
            content = self._try_twice(url)
        except _TransientError as error:
            self._failures[host] += 1
            raise PictureRefusedError("URL_UNREACHABLE", url=url[:200]) from error
        self._failures[host] = 0
        return content

    def _try_twice(self, url: str) -> bytes:
        try:
            return self._fetch(url)
        except _TransientError as error:
            log.info("picture_fetch_again", url=url, cause=str(error))
        time.sleep(self.pause_s)
        return self._fetch(url)

    def _fetch(self, url: str) -> bytes:
        ends_s = time.monotonic() + self.limits.timeout_s
        here = url
        for _ in range(MAX_REDIRECTS + 1):
            target = self._find(here)
            with self._turn_of(target.host):
                answer = self._ask(target, ends_s, url)
            if isinstance(answer, bytes):
                return answer
            here = urljoin(here, answer)
        raise PictureRefusedError("URL_TOO_MANY_REDIRECTS", url=url[:200])

    def _find(self, url: str) -> Target:
        try:
            return self.find_target(url)
        except PictureRefusedError as refused:
            if refused.problem.code == "URL_UNREACHABLE":
                # Name servers stumble too, and take as long about it.
                raise _TransientError("its host has no address") from refused
            raise

    def _turn_of(self, host: str) -> threading.Semaphore:
        with self._lock:
            return self._turns[host]

    def _ask(self, target: Target, ends_s: float, url: str) -> bytes | str:
        """The picture, or the address that it is at instead."""
        connection = _PinnedConnection(target, self.tls, max(ends_s - time.monotonic(), 0.1))
        # A server may send a byte now and then for ever; each of them starts a socket's own clock.
        stop = threading.Timer(max(ends_s - time.monotonic(), 0.1), connection.cut)
        stop.daemon = True
        stop.start()
        try:
            connection.request(
                "GET", target.path, headers={"User-Agent": AGENT, "Accept": "image/*"}
            )
            answer = self._read(connection.getresponse(), url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _TransientError(str(error)) from error
        finally:
            stop.cancel()
            connection.close()
        if connection.is_cut:
            # What has come until then looks like a whole answer without a length.
            raise _TransientError("it takes too long")
        return answer

    def _read(self, response: http.client.HTTPResponse, url: str) -> bytes | str:
        location = response.getheader("Location")
        if response.status in _REDIRECTS and location:
            # Python takes the bytes of a header for Latin-1; they are UTF-8 more often.
            return quote(location.encode("latin-1"), safe=string.punctuation)
        if response.status in _TRANSIENT:
            raise _TransientError(f"status {response.status}")
        if response.status != 200:
            raise PictureRefusedError("URL_ANSWERS_ERROR", url=url[:200], status=response.status)
        text = response.getheader("Content-Length", "")
        declared = int(text) if text.isdigit() else 0
        self._check_size(declared, url)
        content = bytearray()
        while chunk := response.read(CHUNK_BYTES):
            content += chunk
            self._check_size(len(content), url)
        if len(content) < declared:
            raise _TransientError("the answer stops before its end")
        return bytes(content)

    def _check_size(self, size: int, url: str) -> None:
        if size > self.limits.max_bytes:
            raise PictureRefusedError(
                "PICTURE_TOO_LARGE",
                file=url[:200],
                max_mb=round(self.limits.max_bytes / 1_000_000),
            )


class _PinnedConnection(http.client.HTTPSConnection):
    """Speaks to the address that was checked, and has the certificate name the host."""

    def __init__(self, target: Target, tls: ssl.SSLContext, timeout_s: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout_s, context=tls)
        self._target = target
        self._tls = tls
        self.is_cut = False
        self._held: socket.socket | None = None

    def connect(self) -> None:
        """Resolve nothing again: a second answer may name another machine (DNS rebinding)."""
        bare = socket.create_connection((self._target.address, self._target.port), self.timeout)
        # Before the handshake: `cut` must reach it then as well.
        self.sock = self._held = self._tls.wrap_socket(
            bare, server_hostname=self._target.host, do_handshake_on_connect=False
        )
        if self.is_cut:
            raise TimeoutError
        self.sock.do_handshake()

    def cut(self) -> None:
        """End whatever is going on, from another thread."""
        self.is_cut = True
        # Its own `sock` is let go of while an answer without a length is still being read.
        if self._held is not None:
            with suppress(OSError):
                # Past TLS, which must not be taken apart while another thread reads.
                socket.socket.shutdown(self._held, socket.SHUT_RDWR)
