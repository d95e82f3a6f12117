"""Lets in whom the table of paths lets in: ASGI middleware around everything behind Guard.

Whoever got in is `scope["principal"]`; it is None for strangers where anyone may come.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.current import SESSION_COOKIE
from dashboard.access.now_and_then import NowAndThen
from dashboard.access.page_socket import Socket, Standing
from dashboard.access.paths import Row, find_row
from dashboard.access.refusals import refuse
from pipeline.access.keys import note_use
from pipeline.access.principal import OPEN_API, OPEN_PAGES, Principal, missing_scope
from pipeline.access.resolve import is_guarded, resolve_key, resolve_session
from pipeline.access.sessions import touch
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError, PipelineError, UnauthorizedError
from pipeline.settings import Settings

Given = ParamSpec("Given")
Found = TypeVar("Found")

# A session slides and a key notes its use this often at most.
NOTE_EVERY_S = 60.0


class Gate:
    """Finds out who asks, and passes on, refuses, or leads to the page to sign in on."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        # SQLite answers at once; where the store is across a network, the event loop must not wait.
        self._in_thread = settings.uses_postgresql
        self._noted = NowAndThen(NOTE_EVERY_S)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        row = find_row(scope["path"], scope.get("method", "WEBSOCKET"))
        try:
            scope["principal"] = await self._admit(HTTPConnection(scope), row)
        except (PipelineError, SQLAlchemyError) as error:
            await refuse(scope, receive, send, row, error)
            return
        if scope["type"] == "websocket":
            await Socket(scope, receive, send, self._standing_of, self._note_visit).run(self._app)
        else:
            await self._app(scope, receive, send)

    async def _admit(self, connection: HTTPConnection, row: Row | None) -> Principal | None:
        """Raises NotFoundError, UnauthorizedError or ForbiddenError for who stays outside."""
        if row is None or row.need == "nobody":
            raise NotFoundError("PATH_UNKNOWN", "There is nothing at this address.")
        if row.need == "nothing":
            return await self._recognise(connection, row)
        principal = await self._identify(connection, row)
        if row.need == "read" and not principal.may("read"):
            raise missing_scope("read")
        return principal

    async def _recognise(self, connection: HTTPConnection, row: Row) -> Principal | None:
        """Who asks where anyone may, if it makes a difference there and they say so."""
        if not row.keys:
            return None
        try:
            return await self._identify(connection, row)
        except (PipelineError, SQLAlchemyError):
            return None

    async def _identify(self, connection: HTTPConnection, row: Row) -> Principal:
        if not await self._ask(is_guarded, self._settings):
            return OPEN_API if row.kind in ("api", "route") else OPEN_PAGES
        key = _key_in(connection.headers) if row.keys else ""
        if key:
            return await self._identify_program(key)
        token = connection.cookies.get(SESSION_COOKIE, "")
        person = await self._ask(resolve_session, self._settings, token)
        if person is None:
            raise _refuse_stranger(row, token)
        if row.kind != "websocket":
            await self._note_visit(token)
        return person

    async def _identify_program(self, key: str) -> Principal:
        program = await self._ask(resolve_key, self._settings, key)
        if program is None:
            raise UnauthorizedError("KEY_UNKNOWN", "This key is unknown, expired or revoked.")
        if self._noted.is_due(program.id):
            await run_in_threadpool(note_use, self._settings, program.id)
        return program

    async def _standing_of(self, token: str, principal: Principal) -> Standing:
        """How the person at an open page is seen now; a store that is down turns nobody out."""
        try:
            if not await self._ask(is_guarded, self._settings):
                return "same"
            found = await self._ask(resolve_session, self._settings, token)
        except (PipelineError, SQLAlchemyError):
            return "same"
        if found is None:
            return "out"
        return "same" if found.scopes == principal.scopes else "changed"

    async def _note_visit(self, token: str) -> None:
        if token and self._noted.is_due(token):
            await run_in_threadpool(touch, self._settings, token, now=utc_now())

    async def _ask(
        self, question: Callable[Given, Found], *args: Given.args, **options: Given.kwargs
    ) -> Found:
        if self._in_thread:
            return await run_in_threadpool(question, *args, **options)
        return question(*args, **options)


def _key_in(headers: Headers) -> str:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else ""
    return headers.get("x-api-key", "").strip() or bearer


def _refuse_stranger(row: Row, token: str) -> UnauthorizedError:
    if row.keys and not token:
        return UnauthorizedError("KEY_MISSING", "This needs a key: send it as X-API-Key.")
    return UnauthorizedError("SIGNED_OUT", "You are signed out. Sign in again.")
