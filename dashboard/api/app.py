"""The API application: routers, error answers, its own description. Mounted under /api/v1."""

from time import perf_counter

import structlog
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api import docs, jobs, receipt_files, receipts
from dashboard.api.errors import answer_unexpected, install_handlers
from dashboard.runtime import Runtime

log = structlog.get_logger(__name__)

DESCRIPTION = """
Hand receipts over and fetch what was read on them.

Every success is `{success, requestId, data, processingTime, timestamp}`; every error is
`{success: false, error: {code, message, timestamp, details}}`, its message in the language of
`Accept-Language` (en, fr). `/health`, at the root of the server, says how the parts are.
"""


def create_api(runtime: Runtime) -> FastAPI:
    """The API of this process."""
    api = FastAPI(
        title="Comptoir",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
    )
    api.state.runtime = runtime
    install_handlers(api)
    for resource in (receipts, receipt_files, jobs):
        api.include_router(resource.router)
    docs.install(api)
    api.add_middleware(Exchange)
    return api


class Exchange:
    """Notes when a request came, and answers for an exception that nobody expected."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["started_s"] = perf_counter()
        answering = False

        async def send_and_note(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            if answering:
                raise
            await answer_unexpected(Request(scope), error)(scope, receive, send)
