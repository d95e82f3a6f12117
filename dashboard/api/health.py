"""`/health`: how the parts are, reported as far as they exist."""

import shutil
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.runtime import Runtime
from pipeline.clock import utc_now
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.jobs.admission import judge_disk
from pipeline.jobs.statistics import QueueCounts, count_queues, list_busy_workers
from pipeline.settings import Settings
from pipeline.store import check_writable, read_session

log = structlog.get_logger(__name__)

Part = dict[str, Any]


def health(runtime: Runtime) -> Callable[[Request], Awaitable[JSONResponse]]:
    """The endpoint; 503 where nothing can be taken in or read."""

    async def answer(_request: Request) -> JSONResponse:
        report = await run_in_threadpool(examine, runtime)
        status_code = 503 if report["status"] == "unhealthy" else 200
        return JSONResponse(report, status_code, {"Cache-Control": "no-store"})

    return answer


def examine(runtime: Runtime) -> Part:
    """Look at every part; null stands for one that this version does not have."""
    store = _examine_store(runtime.settings)
    broker = _examine_broker(runtime)
    queues, busy = store.pop("queues"), store.pop("busy")
    workers = _examine_workers(runtime, busy)
    disk = _examine_disk(runtime.settings)
    if store["status"] != "up" or disk["status"] == "full":
        status = "unhealthy"
    elif broker["status"] != "up" or workers["status"] == "down" or disk["status"] != "up":
        status = "degraded"
    else:
        status = "healthy"
    return {
        "status": status,
        "store": store,
        "broker": broker,
        "queues": queues,
        "workers": workers,
        "index": None,
        "disk": disk,
        "metrics": None,
    }


def _examine_store(settings: Settings) -> Part:
    kind = "postgresql" if settings.uses_postgresql else "sqlite"
    try:
        check_writable(settings)
        with read_session(settings) as session:
            counts = count_queues(session, now=utc_now())
            busy = list_busy_workers(session, now=utc_now())
    except (StoreUnavailableError, SQLAlchemyError) as error:
        log.warning("store_unavailable", exc_info=error)
        return {"status": "down", "kind": kind, "queues": None, "busy": None}
    queues = {name: _show_counts(queue) for name, queue in counts.items()}
    return {"status": "up", "kind": kind, "queues": queues, "busy": busy}


def _examine_broker(runtime: Runtime) -> Part:
    try:
        depth = runtime.doorbell.depth("documents")
    except PipelineError as error:
        log.warning("broker_down", exc_info=error)
        return {"status": "down", "kind": runtime.doorbell.kind, "messages": None}
    return {"status": "up", "kind": runtime.doorbell.kind, "messages": depth}


def _show_counts(counts: QueueCounts) -> Part:
    return {
        "pending": counts.pending,
        "processing": counts.processing,
        "failed": counts.failed,
        "oldestPendingSeconds": counts.oldest_pending_s,
    }


def _examine_workers(runtime: Runtime, busy: list[str] | None) -> Part:
    if runtime.child is None:
        # Nobody registers while idle, so an external worker is known only by what it holds.
        status = "up" if busy else "unknown"
        return {"status": status, "mode": "external", "busy": busy, "child": None}
    child = runtime.child.state
    return {
        "status": "up" if child.state == "running" else "down",
        "mode": "embedded",
        "busy": busy,
        "child": {
            "id": child.worker_id,
            "state": child.state,
            "pid": child.pid,
            "restarts": child.restarts,
            "since": child.since.isoformat().replace("+00:00", "Z"),
        },
    }


def _examine_disk(settings: Settings) -> Part:
    usage = shutil.disk_usage(settings.data_dir)
    return {
        "status": judge_disk(settings, usage.free),
        "freeBytes": usage.free,
        "totalBytes": usage.total,
    }
