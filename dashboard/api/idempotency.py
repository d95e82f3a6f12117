"""`Idempotency-Key` on a POST or PATCH gives the first answer again: ASGI middleware of the API.

Kept for a day: answers in JSON of up to 1 MB with a status below 500, except 429, 401 and 403,
which say nothing about the request. Everything else frees the key: the request may be sent again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import product
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api.clients import caller_of
from dashboard.api.handover import MAX_ID_LENGTH, require_usable_key
from dashboard.api.held_exchange import HeldAnswer, ReadBody
from pipeline import idempotency
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.idempotency import FirstAnswer, Reservation
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotent-Replayed": "true"}
# A correction that adds a line adds two where it is carried out twice.
METHODS = ("POST", "PATCH")
LIFE_SIGN_S = 20.0
DESCRIPTION = (
    "Any text of up to 200 characters, new for each thing to be done. The same request with the "
    "same key returns the first answer again for a day, with the header `Idempotent-Replayed`; "
    "409 while the first is still running, 422 for another request. Answers over 1 MB, errors of "
    "the server (5xx), 401, 403 and 429 are not kept: the request is then carried out again."
)


class Idempotency:
    """Runs a request once for each client and key; `own_way` are paths that see to it alone."""

    def __init__(self, app: ASGIApp, settings: Settings, own_way: frozenset[str]) -> None:
        self._app = app
        self._settings = settings
        self._own_way = own_way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = self._key_of(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        found = await run_in_threadpool(
            idempotency.reserve, self._settings, caller_of(scope), key, utc_now()
        )
        body = ReadBody(scope, receive)
        if isinstance(found, FirstAnswer):
            await _replay(found, body, scope, send)
        else:
            await self._run(found, body, scope, send)

    def _key_of(self, scope: Scope) -> str | None:
        if scope["type"] != "http" or scope["method"] not in METHODS:
            return None
        key = Headers(scope=scope).get(HEADER)
        if not key or scope["path"].removeprefix(scope["root_path"]) in self._own_way:
            return None
        return require_usable_key(key)

    async def _run(self, held: Reservation, body: ReadBody, scope: Scope, send: Send) -> None:
        answer = HeldAnswer(send)
        try:
            async with _showing_life(self._settings, held):
                await self._app(scope, body.receive, answer.send)
                await body.read_rest()
        except BaseException:
            await _forget_failure(idempotency.release, self._settings, held)
            raise
        # Kept before it is sent: whoever has the answer can rely on getting it again.
        text = answer.text_worth_keeping() if body.is_whole else None
        if text is None:
            await _forget_failure(idempotency.release, self._settings, held)
        else:
            first = FirstAnswer(body.fingerprint(), answer.status_code, text)
            await _forget_failure(idempotency.keep_answer, self._settings, held, first, utc_now())
        await answer.pass_on()


async def _replay(first: FirstAnswer, body: ReadBody, scope: Scope, send: Send) -> None:
    await body.read_all()
    if body.fingerprint() != first.request:
        raise idempotency.key_reused()
    headers = {"Cache-Control": "no-store", **REPLAYED}
    answer = Response(first.body.encode(), first.status_code, headers, "application/json")
    await answer(scope, body.receive, send)


@asynccontextmanager
async def _showing_life(settings: Settings, held: Reservation) -> AsyncIterator[None]:
    async def show() -> None:
        while True:
            await asyncio.sleep(LIFE_SIGN_S)
            await _forget_failure(idempotency.show_life, settings, held, utc_now())

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()


async def _forget_failure(write: Any, *arguments: Any) -> None:
    # The request itself is done, or failed for its own reason, and that is what its sender must
    # hear. Without this write the key is free again once it counts as abandoned.
    try:
        await run_in_threadpool(write, *arguments)
    except (PipelineError, SQLAlchemyError) as error:
        log.warning("idempotency_not_kept", exc_info=error)


def describe_header(schema: dict[str, Any], ignored_at: frozenset[str]) -> None:
    """Show the header at every POST and PATCH of an OpenAPI description but for these paths."""
    for path, method in product(schema["paths"].keys() - ignored_at, METHODS):
        with suppress(KeyError):
            schema["paths"][path][method.lower()].setdefault("parameters", []).append(
                {
                    "name": HEADER,
                    "in": "header",
                    "required": False,
                    "description": DESCRIPTION,
                    "schema": {"type": "string", "maxLength": MAX_ID_LENGTH},
                }
            )
