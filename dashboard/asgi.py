"""Composition root: pages, API, health and the worker child in one ASGI application.

Served by `python -m dashboard`, or by `uvicorn dashboard.asgi:app`.
"""

import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from streamlit.starlette import App

from dashboard.access import elsewhere
from dashboard.access.gate import Gate
from dashboard.access.sign_in import SignIn
from dashboard.api.app import create_api
from dashboard.api.errors import answer_unknown_path
from dashboard.api.health import health
from dashboard.api.metrics import metrics
from dashboard.api.spool import clear_spools
from dashboard.guard import Guard
from dashboard.language_choice import choose
from dashboard.preloading import load_widgets
from dashboard.runtime import Runtime, get_runtime
from dashboard.script_errors import show_script_error
from dashboard.worker_child import WorkerChild
from pipeline.access.network import require_guard
from pipeline.alerts.watcher import Watcher
from pipeline.audit.settings_change import note_settings
from pipeline.clock import utc_now
from pipeline.errors import ForbiddenError, StoreUnavailableError
from pipeline.files import open_files
from pipeline.logs import configure_logs
from pipeline.settings import Settings
from pipeline.starting import read_settings_and_kinds_or_exit, warn_of_unknown_variables
from pipeline.store import migrate_when_ready

log = structlog.get_logger(__name__)

ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")
PAGES = Path(__file__).parent / "main.py"


async def open_data_or_exit(settings: Settings) -> None:
    """Migrate the store and open the files; where one cannot be, end with a sentence and code 1.

    The same where the whole network could come in.
    """
    try:
        await asyncio.to_thread(migrate_when_ready, settings)
        await asyncio.to_thread(require_guard, settings)
        open_files(settings).sweep(time.time())
    except (StoreUnavailableError, ForbiddenError) as error:
        # Raised further, it would be shown as a traceback. Nothing runs yet that must be stopped.
        sys.stderr.write(f"{error.message}\n")
        sys.stderr.flush()
        os._exit(1)


def create_app(settings: Settings) -> App:
    """Everything that answers on the port."""
    runtime = get_runtime()
    return App(
        PAGES,
        secrets=elsewhere.describe_provider(settings),
        lifespan=lambda _app: _live(runtime),
        routes=[
            Route("/health", health(runtime)),
            Route("/metrics", metrics(runtime)),
            Route("/language/{name}", choose),
            *SignIn(settings).routes(),
            *elsewhere.routes(settings),
            Mount("/api/v1", create_api(runtime)),
            Route("/api/{path:path}", answer_unknown_path, methods=ANY_METHOD),
        ],
        middleware=[Middleware(Guard, settings=settings), Middleware(Gate, settings=settings)],
        on_script_error=show_script_error,
    )


@asynccontextmanager
async def _live(runtime: Runtime) -> AsyncIterator[dict[str, Any] | None]:
    """All that runs beside the answers, from the first of them to the last."""
    settings = runtime.settings
    configure_logs(settings)
    warn_of_unknown_variables()
    await open_data_or_exit(settings)
    # Noted at the next start, then.
    with suppress(StoreUnavailableError):
        await asyncio.to_thread(note_settings, settings, utc_now())
    clear_spools(settings.incoming_dir)
    child = WorkerChild(settings, runtime.doorbell) if settings.worker == "embedded" else None
    runtime.child = child
    if child:
        child.start()
    runtime.catalog.index.start()
    watcher = Watcher(settings)
    watcher.start()
    await asyncio.to_thread(load_widgets)
    # What is loaded by now stays for ever. Looking through it for garbage again and again held
    # up an answer in a hundred by 130 ms (tests/bench/statistics.py).
    gc.freeze()
    log.info("dashboard_started", host=settings.host, port=settings.port)
    try:
        yield None
    finally:
        await asyncio.to_thread(watcher.stop)
        if child:
            await asyncio.to_thread(child.stop)
        await asyncio.to_thread(runtime.catalog.close)
        log.info("dashboard_stopped")


app = create_app(read_settings_and_kinds_or_exit())
