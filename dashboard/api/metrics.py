"""`/metrics` for Prometheus, read from the store, so that any number of processes tell the same.

A store that is down is told as `store_up 0` with status 200, as Prometheus advises exporters with
more than one thing to say (https://prometheus.io/docs/instrumenting/writing_exporters/, "Failed
scrapes"): broker_up is still told, and an alert can name the part that fails.
"""

import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.metrics_of_server import tell_memory, tell_server
from dashboard.probe import Probe
from dashboard.runtime import Runtime
from pipeline.alerts.history import count_firing
from pipeline.catalog.index.figures import IndexFigures, measure_index
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.jobs.histogram import BINS_PER_DECADE, count_up_to, edge_s
from pipeline.jobs.queue_states import QueueNow, WorkerNow, list_workers, watch_queues
from pipeline.jobs.totals import KindTotal, read_totals
from pipeline.queue_settings import QUEUES
from pipeline.receipts.counts import count_unsure
from pipeline.settings import Settings
from pipeline.store import check_writable, read_session

log = structlog.get_logger(__name__)

# However many ask, the store is asked once in this time.
FRESH_S = 1.0
# A store that somebody locks may keep a scrape this long; Prometheus gives up after 10 s.
WRITE_PATIENCE_S = 2.0
# 10 ms to 10,000 s, three to a decade; each is an edge of the bins that the rollup keeps.
FIRST_BUCKET, LAST_BUCKET, BUCKET_STEP = BINS_PER_DECADE, 7 * BINS_PER_DECADE, BINS_PER_DECADE // 3
BUCKETS = tuple(range(FIRST_BUCKET, LAST_BUCKET + 1, BUCKET_STEP))


def metrics(runtime: Runtime) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint."""
    scrapes = _Scrapes(runtime)

    async def answer(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        families = await run_in_threadpool(scrapes.latest)
        registry = CollectorRegistry()
        registry.register(_Told(families))
        return Response(
            encode(registry),
            headers={"Content-Type": content_type, "Cache-Control": "no-store"},
        )

    return answer


class _Told(Collector):
    """What was measured, as the library wants to be handed it."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


class _Scrapes:
    """Keeps the last one for a moment; while one is made, others wait for it."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._families: list[Metric] = []
        self._made_at_s = -FRESH_S

    def latest(self) -> list[Metric]:
        """All families, at most a second old."""
        with self._lock:
            if time.monotonic() - self._made_at_s >= FRESH_S:
                self._families = list(_collect(self._runtime))
                self._made_at_s = time.monotonic()
            return self._families


@dataclass(frozen=True)
class _Look:
    totals: list[KindTotal]
    queues: Mapping[str, QueueNow]
    workers: list[WorkerNow]
    index: IndexFigures
    firing: int
    unsure: int


def _collect(runtime: Runtime) -> Iterator[Metric]:
    look = _look(runtime)
    yield _gauge("store_up", "Whether the store can be read.", look is not None)
    # One that cannot be read is not asked a second time.
    is_writable = look is not None and _STORE.answers(runtime.settings)
    yield _gauge("store_writable", "Whether the store can be written.", is_writable)
    yield _gauge("broker_up", "Whether the broker answers.", _broker_is_up(runtime))
    yield from tell_server(runtime.settings)
    if look is None:
        return
    yield _gauge("alerts_firing", "Alert rules that fire.", look.firing)
    yield _gauge("receipts_to_review", "Receipts that ask for a person.", look.unsure)
    reports = [total for total in look.totals if total.queue == "reports"]
    yield from _tell_jobs("report_jobs", "report jobs", reports)
    yield from _tell_jobs("jobs", "jobs", look.totals)
    yield from _tell_queues(look.queues)
    yield _tell_workers(look.workers)
    yield tell_memory(look.workers)
    yield from _tell_index(look.index)


def _look(runtime: Runtime) -> _Look | None:
    now, heartbeat_s = utc_now(), runtime.settings.heartbeat_s
    try:
        with read_session(runtime.settings) as session:
            totals = read_totals(session)
            queues = watch_queues(session, heartbeat_s=heartbeat_s, now=now)
            workers = list_workers(session, heartbeat_s=heartbeat_s, now=now)
            firing, unsure = count_firing(session), count_unsure(session)
        index = measure_index(runtime.catalog.index)
        return _Look(totals, queues, workers, index, firing, unsure)
    except (PipelineError, SQLAlchemyError):
        log.warning("store_unavailable", exc_info=True)
        return None


def _takes_writes(settings: Settings) -> bool:
    try:
        check_writable(settings)
    except (PipelineError, SQLAlchemyError) as error:
        log.warning("store_not_writable", cause=str(error))
        return False
    return True


_STORE = Probe("store-probe", _takes_writes, patience_s=WRITE_PATIENCE_S)


def _broker_is_up(runtime: Runtime) -> bool:
    try:
        runtime.doorbell.depth(QUEUES[0])
    except PipelineError:
        return False
    return True


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=float(value))


def _tell_jobs(prefix: str, what: str, totals: list[KindTotal]) -> Iterator[Metric]:
    labels = ["job_type", "queue"]
    ended = CounterMetricFamily(
        prefix, f"Ended {what} by status.", labels=["job_type", "status", "queue"]
    )
    duration = HistogramMetricFamily(
        f"{prefix}_duration_seconds", f"Run time of completed and failed {what}.", labels=labels
    )
    active = GaugeMetricFamily(f"{prefix}_active", f"Running {what}.", labels=labels)
    retries = CounterMetricFamily(
        f"{prefix}_retries", f"Attempts at ended {what} that were not the last.", labels=labels
    )
    for total in totals:
        for status in ("completed", "failed", "cancelled"):
            ended.add_metric([total.kind, status, total.queue], getattr(total, status))
        place = [total.kind, total.queue]
        duration.add_metric(place, _buckets(total), sum_value=total.run_s)
        active.add_metric(place, total.active)
        retries.add_metric(place, total.retries)
    yield from (ended, duration, active, retries)


def _buckets(total: KindTotal) -> list[tuple[str, float]]:
    upper = [(_label(number), count_up_to(total.run_bins, number)) for number in BUCKETS]
    return [*upper, ("+Inf", sum(total.run_bins.values()))]


def _label(number: int) -> str:
    """The edge as people write it: 0.0215, 1, 4640."""
    return f"{float(f'{edge_s(number):.3g}'):g}"


def _tell_queues(queues: Mapping[str, QueueNow]) -> Iterator[Metric]:
    depth = GaugeMetricFamily("queue_depth", "Jobs that are not ended.", labels=["queue", "state"])
    oldest = GaugeMetricFamily(
        "queue_oldest_age_seconds", "How long the oldest due job waits.", labels=["queue"]
    )
    paused = GaugeMetricFamily("queue_paused", "Whether somebody paused it.", labels=["queue"])
    workers = GaugeMetricFamily("queue_workers", "Living workers that serve it.", labels=["queue"])
    for name, queue in queues.items():
        for state in ("due", "scheduled", "blocked", "running"):
            depth.add_metric([name, state], getattr(queue, state))
        oldest.add_metric([name], queue.oldest_due_s or 0.0)
        paused.add_metric([name], float(queue.pause is not None))
        workers.add_metric([name], queue.workers)
    yield from (depth, oldest, paused, workers)


def _tell_workers(workers: list[WorkerNow]) -> Metric:
    family = GaugeMetricFamily("workers", "Workers that have not signed off.", labels=["state"])
    alive = sum(worker.is_alive for worker in workers)
    family.add_metric(["alive"], alive)
    family.add_metric(["silent"], len(workers) - alive)
    return family


def _tell_index(figures: IndexFigures) -> Iterator[Metric]:
    """The index of this process; nothing of its size where it is not open."""
    is_up = figures.status not in ("down", "in use")
    yield _gauge("index_up", "Whether this process can search its index.", is_up)
    if figures.points is not None and figures.lag is not None:
        yield _gauge("index_points", "Products in the vector index.", figures.points)
        yield _gauge("index_lag", "Changes that the index has not seen yet.", figures.lag)
