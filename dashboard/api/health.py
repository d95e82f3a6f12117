"""`/health`: how the parts are, as JSON; the Health page copies the same for a ticket."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.health import Health, examine
from dashboard.runtime import Runtime
from pipeline.access.principal import OPEN_API
from pipeline.catalog.index.figures import IndexFigures
from pipeline.jobs.queue_states import QueueNow, WorkerNow
from pipeline.jobs.statistics import Figures

Part = dict[str, Any]


def health(runtime: Runtime) -> Callable[[Request], Awaitable[JSONResponse]]:
    """The endpoint; 503 where nothing can be taken in or read. Strangers learn the status alone."""

    async def answer(request: Request) -> JSONResponse:
        report = describe(await run_in_threadpool(examine, runtime))
        principal = request.scope.get("principal", OPEN_API)
        if principal is None or not principal.may("read"):
            report = {"status": report["status"]}
        status_code = 503 if report["status"] == "unhealthy" else 200
        return JSONResponse(report, status_code, {"Cache-Control": "no-store"})

    return answer


def describe(found: Health) -> Part:
    """The whole of it as the contract names it; what cannot be known is null."""
    activity = found.activity
    return {
        "status": found.overall,
        "store": {"status": "up" if activity else "down", "kind": found.store_kind},
        "broker": {
            "status": "up" if found.broker.is_up else "down",
            "kind": found.broker.kind,
            "messages": found.broker.messages,
        },
        "queues": activity and {name: _show_queue(q) for name, q in activity.queues.items()},
        "workers": _show_workers(found),
        "index": _show_index(found.index),
        "disk": {
            "status": found.disk.state,
            "freeBytes": found.disk.free_bytes,
            "totalBytes": found.disk.total_bytes,
        },
        "files": {"status": "up" if found.files_are_up else "down", "kind": found.files_kind},
        "mail": _show_mail(found),
        "metrics": activity and _show_metrics(activity.last_hour),
    }


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


def _show_workers(found: Health) -> Part:
    workers = found.activity and found.activity.workers
    part: Part = {
        "status": "unknown" if workers is None else "up",
        "mode": "external",
        "alive": _ids(workers, lambda worker: worker.is_alive),
        "silent": _ids(workers, lambda worker: not worker.is_alive),
        "busy": _ids(workers, lambda worker: bool(worker.jobs)),
        "child": None,
    }
    child = found.child
    if child is None:
        # Without one, somebody may still be starting it.
        known = "down" if found.deserted_since else "unknown"
        return part | {"status": "up" if part["alive"] else known}
    is_up = child.state == "running" and found.deserted_since is None
    return part | {
        "status": "up" if is_up else "down",
        "mode": "embedded",
        "child": {
            "id": child.worker_id,
            "state": child.state,
            "pid": child.pid,
            "restarts": child.restarts,
            "since": _show_time(child.since),
        },
    }


def _ids(workers: list[WorkerNow] | None, wanted: Callable[[WorkerNow], bool]) -> list[str] | None:
    return None if workers is None else [one.row.id for one in workers if wanted(one)]


def _show_index(figures: IndexFigures | None) -> Part:
    if figures is None:
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


def _show_mail(found: Health) -> Part:
    if not found.sends_mail:
        return {"status": "off"}
    if found.activity is None:
        return {"status": "unknown"}
    mail = found.activity.mail
    status = "down" if found.mail_is_failing else "up"
    return {"status": status, "sentLately": mail.sent, "failedLately": mail.failed}


def _show_time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
