"""The two halves of a request whose answer may be given again: its body, read; its answer, held."""

import hashlib

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

# Refusals that say nothing about the request itself.
NOT_KEPT = (401, 403, 429)
MAX_KEPT_BYTES = 1_000_000
# What nobody wanted to read is read for the fingerprint only where it is short.
MAX_UNREAD_BYTES = 1_000_000


class ReadBody:
    """A request's body on its way to the application; remembers a fingerprint of it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = Headers(scope=scope)
        self._receive = receive
        first_line = f"{scope['method']} {scope['path']}?".encode() + scope["query_string"] + b"\n"
        self._digest = hashlib.sha256(first_line)
        self._boundary = _boundary_of(headers)
        self._tail = b""
        declared = headers.get("content-length", "0")
        self._is_short = (
            "transfer-encoding" not in headers
            and declared.isdigit()
            and int(declared) <= MAX_UNREAD_BYTES
        )
        self._ended = False
        self.is_whole = False

    async def receive(self) -> Message:
        """What the application gets instead of the server's own `receive`."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._add(message.get("body", b""))
            self.is_whole = not message.get("more_body", False)
        self._ended = self.is_whole or message["type"] == "http.disconnect"
        return message

    async def read_rest(self) -> None:
        """Read what the application left, unless it refused a long body before its end."""
        if self._is_short:
            await self.read_all()

    async def read_all(self) -> None:
        """Read to the end."""
        while not self._ended:
            await self.receive()

    def fingerprint(self) -> str:
        """Method, path and body in one hash."""
        whole = self._digest.copy()
        whole.update(self._tail)
        return whole.hexdigest()

    def _add(self, chunk: bytes) -> None:
        # A form sent again comes with a new boundary, so boundaries do not count. One may be
        # split between two chunks; what could be its first part waits for the next.
        waiting = self._tail + chunk
        if self._boundary:
            waiting = waiting.replace(self._boundary, b"")
        cut = max(len(waiting) - max(len(self._boundary) - 1, 0), 0)
        self._digest.update(waiting[:cut])
        self._tail = waiting[cut:]


class HeldAnswer:
    """An answer that is held back until it is kept; one too large for that passes through."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()
        self._passed = False

    @property
    def status_code(self) -> int:
        """The status of the answer."""
        assert self._start is not None
        status: int = self._start["status"]
        return status

    async def send(self, message: Message) -> None:
        """What the application gets instead of the server's own `send`."""
        if self._passed:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if len(self._body) > MAX_KEPT_BYTES:
                await self._pass(more_body=message.get("more_body", False))

    def text_worth_keeping(self) -> str | None:
        """The whole body, or None where the request had better be carried out again."""
        if self._passed or self._start is None:
            return None
        media_type = Headers(raw=self._start["headers"]).get("content-type", "")
        if self.status_code >= 500 or self.status_code in NOT_KEPT:
            return None
        return self._body.decode() if media_type.startswith("application/json") else None

    async def pass_on(self) -> None:
        """Send what is held."""
        if not self._passed and self._start is not None:
            await self._pass(more_body=False)

    async def _pass(self, *, more_body: bool) -> None:
        assert self._start is not None
        self._passed = True
        await self._send(self._start)
        body = {"type": "http.response.body", "body": bytes(self._body), "more_body": more_body}
        await self._send(body)


def _boundary_of(headers: Headers) -> bytes:
    media_type, options = parse_options_header(headers.get("content-type"))
    return options.get(b"boundary", b"") if media_type == b"multipart/form-data" else b""
