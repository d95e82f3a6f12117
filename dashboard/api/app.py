"""The API application: routers, error answers, its own description. Mounted under /api/v1."""

from time import perf_counter
from typing import Any

import structlog
from fastapi import Depends, FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api import (
    alerts,
    analyses,
    audit,
    catalog_files,
    catalogs,
    docs,
    factors,
    failures,
    index_product,
    jobs,
    keys,
    product_export,
    product_files,
    products,
    queues,
    receipt_edits,
    receipt_export,
    receipt_files,
    receipts,
    report_files,
    report_schedules,
    reports,
    saved_views,
    search,
    search_pictures,
    workers,
)
from dashboard.api.body_limit import BodyLimit
from dashboard.api.durations import Durations
from dashboard.api.errors import answer_outside, install_handlers
from dashboard.api.idempotency import Idempotency, describe_header
from dashboard.api.refusals import describe_refusals
from dashboard.api.scopes import check_scope, describe_security
from dashboard.api.throttle import Throttle, describe_limit
from dashboard.runtime import Runtime
from pipeline.rate_limit import open_limiter

log = structlog.get_logger(__name__)

UPLOADS = frozenset().union(
    *(one.UPLOADS for one in (receipts, index_product, catalog_files, catalogs, search))
)

OWN_IDEMPOTENCY = receipts.OWN_IDEMPOTENCY | keys.OWN_IDEMPOTENCY

RESOURCES = (
    receipt_export,
    saved_views,
    receipts,
    receipt_edits,
    receipt_files,
    factors,
    jobs,
    queues,
    alerts,
    workers,
    failures,
    catalog_files,
    catalogs,
    # In front of what takes any id below /products.
    analyses,
    product_export,
    product_files,
    products,
    index_product,
    search,
    search_pictures,
    # In front of what takes any id below /reports.
    report_schedules,
    reports,
    report_files,
    audit,
    keys,
)

DESCRIPTION = """
Hand receipts over and fetch what was read on them.

Every success is `{success, requestId, data, processingTime, timestamp}`; every error is
`{success: false, error: {code, message, timestamp, details}}`, its message in the language of
`Accept-Language` (en, fr). Whoever sends too many requests is answered 429 with `Retry-After`.
`/health`, at the root of the server, says how the parts are.
"""


def create_api(runtime: Runtime) -> FastAPI:
    """The API of this process."""
    api = Api(
        title="Comptoir",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(check_scope)],
    )
    api.state.runtime = runtime
    install_handlers(api)
    for resource in RESOURCES:
        api.include_router(resource.router)
    docs.install(api)
    # The last one added is the first to see a request.
    api.add_middleware(Idempotency, settings=runtime.settings, own_way=OWN_IDEMPOTENCY)
    api.add_middleware(BodyLimit, uploads=UPLOADS)
    limiter = open_limiter(runtime.settings)
    if limiter:
        in_thread = runtime.settings.uses_postgresql
        api.add_middleware(Throttle, limiter=limiter, in_thread=in_thread)
    api.add_middleware(Exchange)
    api.add_middleware(Durations)
    return api


class Api(FastAPI):
    """Describes what holds for every address once, instead of at each of them."""

    def openapi(self) -> dict[str, Any]:
        """The description that FastAPI makes, with what the middleware adds to it."""
        is_new = self.openapi_schema is None
        schema = super().openapi()
        if is_new:
            describe_header(schema, keys.OWN_IDEMPOTENCY)
            describe_limit(schema)
            describe_security(schema)
            describe_refusals(schema)
        return schema


class Exchange:
    """Notes when a request came, and answers for what is raised around the routes."""

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
            await answer_outside(Request(scope), error)(scope, receive, send)
