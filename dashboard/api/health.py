"""`/health`: how the parts are, reported as far as they exist."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.runtime import Runtime
from pipeline.catalog.index.figures import measure_index
from pipeline.clock import utc_now
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.jobs.admission import judge_disk
from pipeline.jobs.queue_states import (
    QueueNow,
    QueueState,
    WorkerNow,
    list_workers,
    watch_queues,
)
from pipeline.jobs.statistics import Figures, measure_all
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
    """Look at every part."""
    activity = _look(runtime.settings)
    broker = _examine_broker(runtime)
    workers = _examine_workers(runtime, activity)
    disk = _examine_disk(runtime.settings)
    index = _examine_index(runtime)
    kind = "postgresql" if runtime.settings.uses_postgresql else "sqlite"
    if activity is None or disk["status"] == "full":
        status = "unhealthy"
    elif (
        broker["status"] != "up"
        or workers["status"] == "down"
        or disk["status"] != "up"
        or index["status"] in ("down", "in use")
        or any(_is_abandoned(queue) for queue in activity.queues.values())
    ):
        status = "degraded"
    else:
        status = "healthy"
    return {
        "status": status,
        "store": {"status": "down" if activity is None else "up", "kind": kind},
        "broker": broker,
        "queues": activity and {name: _show_queue(q) for name, q in activity.queues.items()},
        "workers": workers,
        "index": index,
        "disk": disk,
        "metrics": activity and _show_metrics(activity.last_hour),
    }


@dataclass(frozen=True)
class _Activity:
    queues: dict[str, QueueNow]
    workers: list[WorkerNow]
    last_hour: Figures


def _look(settings: Settings) -> _Activity | None:
    """What the store says; None where it cannot be used."""
    now, heartbeat_s = utc_now(), settings.heartbeat_s
    try:
        check_writable(settings)
        with read_session(settings) as session:
            return _Activity(
                queues=watch_queues(session, heartbeat_s=heartbeat_s, now=now),
                workers=list_workers(session, heartbeat_s=heartbeat_s, now=now),
                last_hour=measure_all(session, "1h", now=now),
            )
    except (StoreUnavailableError, SQLAlchemyError) as error:
        log.warning("store_unavailable", exc_info=error)
        return None


def _is_abandoned(queue: QueueNow) -> bool:
    return queue.state is QueueState.UNATTENDED and queue.due > 0


def _examine_broker(runtime: Runtime) -> Part:
    try:
        depth = runtime.doorbell.depth("documents")
    except PipelineError as error:
        log.warning("broker_down", exc_info=error)
        return {"status": "down", "kind": runtime.doorbell.kind, "messages": None}
    return {"status": "up", "kind": runtime.doorbell.kind, "messages": depth}


def _show_queue(queue: QueueNow) -> Part:
    pause = queue.pause
    return {
        "state": queue.state,
        "pending": queue.pending,
        "due": queue.due,
        "processing": queue.running,
        "oldestPendingSeconds": queue.oldest_due_s,
        "workers": queue.workers,
        "pause": pause
        and {"by": pause.actor, "reason": pause.reason, "since": _show_time(pause.paused_at)},
    }


def _show_metrics(last_hour: Figures) -> Part:
    return {
        "path": "/metrics",
        "lastHour": {
            "completed": last_hour.completed,
            "failed": last_hour.failed,
            "successRate": last_hour.success_rate,
            "waitP95Seconds": last_hour.wait and last_hour.wait.p95_s,
            "runP95Seconds": last_hour.run and last_hour.run.p95_s,
        },
    }


def _examine_workers(runtime: Runtime, activity: _Activity | None) -> Part:
    workers = activity and activity.workers
    part: Part = {
        "status": "unknown" if workers is None else "up",
        "mode": "external",
        "alive": workers and [worker.row.id for worker in workers if worker.is_alive],
        "silent": workers and [worker.row.id for worker in workers if not worker.is_alive],
        "busy": workers and [worker.row.id for worker in workers if worker.jobs],
        "child": None,
    }
    if runtime.child is None:
        # Whether a missing one matters is told by the queues: only where something is due.
        return part | {"status": "up" if part["alive"] else "unknown"}
    child = runtime.child.state
    return part | {
        "status": "up" if child.state == "running" else "down",
        "mode": "embedded",
        "child": {
            "id": child.worker_id,
            "state": child.state,
            "pid": child.pid,
            "restarts": child.restarts,
            "since": _show_time(child.since),
        },
    }


def _examine_index(runtime: Runtime) -> Part:
    try:
        figures = measure_index(runtime.catalog.index)
    except (StoreUnavailableError, SQLAlchemyError):
        return {"status": "unknown"}
    return {
        "status": figures.status,
        "kind": figures.kind,
        "model": figures.model,
        "points": figures.points,
        "lag": figures.lag,
        "comingModel": figures.coming,
        "skippedPictures": figures.skipped,
    }


def _show_time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _examine_disk(settings: Settings) -> Part:
    usage = shutil.disk_usage(settings.data_dir)
    return {
        "status": judge_disk(settings, usage.free),
        "freeBytes": usage.free,
        "totalBytes": usage.total,
    }
