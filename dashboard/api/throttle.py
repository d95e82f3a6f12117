"""Refuses requests of a client that sends too many: ASGI middleware around the API."""

import math
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api.clients import caller_of
from dashboard.api.errors import DESCRIPTIONS
from pipeline.errors import RateLimitedError
from pipeline.rate_limit import RateLimiter


class Throttle:
    """Raises RateLimitedError TOO_MANY_REQUESTS before anything of the request is read.

    `in_thread`: where the limiter may wait for a network, the event loop must not wait with it.
    """

    def __init__(self, app: ASGIApp, limiter: RateLimiter, *, in_thread: bool) -> None:
        self._app = app
        self._limiter = limiter
        self._in_thread = in_thread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            wait_s = await self._wait_s(caller_of(scope))
            if wait_s > 0:
                raise _too_many(wait_s)
        await self._app(scope, receive, send)

    async def _wait_s(self, client: str) -> float:
        if self._in_thread:
            return await run_in_threadpool(self._limiter.wait_s, client)
        return self._limiter.wait_s(client)


def describe_limit(schema: dict[str, Any]) -> None:
    """Show the refusal at every address of an OpenAPI description."""
    envelope = {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}
    refusal = {"description": DESCRIPTIONS[429], "content": {"application/json": envelope}}
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].setdefault("429", refusal)


def _too_many(wait_s: float) -> RateLimitedError:
    retry_after_s = max(1, math.ceil(wait_s))
    return RateLimitedError(
        "TOO_MANY_REQUESTS",
        f"Too many requests in a short time. Send the next one in {retry_after_s} s.",
        permanent=False,
        params={"retry_after_s": retry_after_s},
    )
