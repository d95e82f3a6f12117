"""Refuses bodies that no request but an upload needs: ASGI middleware around the API."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import PayloadTooLargeError

MAX_BODY_BYTES = 1_000_000


class BodyLimit:
    """Raises PayloadTooLargeError BODY_TOO_LARGE; `uploads` are paths with limits of their own."""

    def __init__(self, app: ASGIApp, uploads: frozenset[str]) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_upload(scope):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
            raise _too_large()
        await self._app(scope, _limit(receive), send)

    def _is_upload(self, scope: Scope) -> bool:
        return scope["path"].removeprefix(scope["root_path"]) in self._uploads


async def read_limited(request: Request) -> bytes:
    """The body of what may be an upload but is none. Raises PayloadTooLargeError BODY_TOO_LARGE."""
    return await Request(request.scope, _limit(request.receive)).body()


def _limit(receive: Receive) -> Receive:
    received = 0

    async def receive_and_count() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise _too_large()
        return message

    return receive_and_count


def _too_large() -> PayloadTooLargeError:
    max_mb = round(MAX_BODY_BYTES / 1_000_000)
    return PayloadTooLargeError(
        "BODY_TOO_LARGE",
        f"The request is larger than {max_mb} MB. Send less at once.",
        params={"max_mb": max_mb},
    )
