"""The shapes of queues, workers and failures, and how the ledger's figures become them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dashboard.api.envelope import ApiModel
from pipeline.jobs.failures import GroupedFailures
from pipeline.jobs.histogram import Percentiles
from pipeline.jobs.queue_states import QueueNow, RunningJob, WorkerNow
from pipeline.jobs.statistics import Figures, QueueStatistics, QueueSummary, WindowName
from pipeline.messages import translate
from pipeline.models import QueuePause


class PauseAnswer(ApiModel):
    """Who stopped a queue, why and when."""

    by: str
    reason: str
    since: datetime


class PercentilesAnswer(ApiModel):
    """Seconds, within 5 %."""

    p50: float
    p95: float
    p99: float


class FiguresAnswer(ApiModel):
    """What ended in a window; what ended in the last seconds may be missing still."""

    completed: int
    failed: int
    cancelled: int
    retries: int
    success_rate: float | None = Field(description="0..1; null before any was processed.")
    per_hour: float
    mean_run_seconds: float | None
    wait_seconds: PercentilesAnswer | None = Field(description="From due to started.")
    run_seconds: PercentilesAnswer | None = Field(description="Of the attempt that ended it.")


class QueueItem(ApiModel):
    """A queue at this moment, and its figures over the window."""

    name: str
    state: Literal["running", "paused", "idle", "unattended"] = Field(
        description="unattended: no living worker serves this queue."
    )
    due: int
    scheduled: int
    blocked: int = Field(description="Parts that wait for other parts of their workflow.")
    running: int
    oldest_due_seconds: float | None
    workers: int
    pause: PauseAnswer | None
    window: WindowName
    since: datetime
    figures: FiguresAnswer


class QueueList(ApiModel):
    """All queues, on one page."""

    total: int
    page: int
    items: list[QueueItem]


class KindItem(ApiModel):
    """One kind of job."""

    kind: str
    figures: FiguresAnswer


class PointItem(ApiModel):
    """One step of a chart."""

    start: datetime
    figures: FiguresAnswer


class QueueAnswer(QueueItem):
    """One queue with its kinds and the points of its charts."""

    kinds: list[KindItem]
    points: list[PointItem]


class RunningItem(ApiModel):
    """A job that a worker holds."""

    job_id: str
    queue: str
    kind: str
    attempt: int
    stage: str | None
    progress: int
    started_at: datetime | None


class WorkerItem(ApiModel):
    """A worker as it last reported itself."""

    worker_id: str
    state: Literal["alive", "silent"] = Field(description="silent: it missed three heartbeats.")
    host: str
    pid: int
    version: str
    queues: dict[str, int] = Field(description="Queue to how many jobs of it run at once.")
    memory_bytes: int = Field(description="With its runners.")
    stopping: bool
    started_at: datetime
    beat_at: datetime
    beat_age_seconds: float
    jobs: list[RunningItem]


class WorkerList(ApiModel):
    """One page of workers."""

    total: int
    page: int
    items: list[WorkerItem]


class FailureItem(ApiModel):
    """Failures that are alike."""

    fingerprint: str
    kind: str
    queue: str
    code: str
    explanation: str = Field(description="The code as a sentence in the caller's language.")
    message: str = Field(description="What was said the last time.")
    frame: str | None = Field(description="Where in the code it happened.")
    count: int = Field(description="Over all time.")
    failed_now: int = Field(description="Jobs that are failed with it at this moment.")
    first_seen_at: datetime
    last_seen_at: datetime
    example_job_id: str


class FailureList(ApiModel):
    """One page of groups, the one seen last first."""

    total: int
    page: int
    items: list[FailureItem]


def pause_answer(pause: QueuePause) -> PauseAnswer:
    """Who stopped a queue, why and when."""
    return PauseAnswer(by=pause.actor, reason=pause.reason, since=pause.paused_at)


def queue_item(now: QueueNow, measured: QueueSummary) -> QueueItem:
    """One row of the list."""
    return QueueItem(
        name=now.queue,
        state=now.state.value,
        due=now.due,
        scheduled=now.scheduled,
        blocked=now.blocked,
        running=now.running,
        oldest_due_seconds=now.oldest_due_s,
        workers=now.workers,
        pause=pause_answer(now.pause) if now.pause else None,
        window=measured.window,
        since=measured.since,
        figures=_figures(measured.whole),
    )


def queue_answer(now: QueueNow, measured: QueueStatistics) -> QueueAnswer:
    """One queue in full."""
    return QueueAnswer(
        **dict(queue_item(now, measured)),
        kinds=[
            KindItem(kind=kind, figures=_figures(figures))
            for kind, figures in measured.kinds.items()
        ],
        points=[
            PointItem(start=point.start, figures=_figures(point.figures))
            for point in measured.points
        ],
    )


def worker_item(worker: WorkerNow) -> WorkerItem:
    """One row of the list."""
    row = worker.row
    return WorkerItem(
        worker_id=row.id,
        state="alive" if worker.is_alive else "silent",
        host=row.host,
        pid=row.pid,
        version=row.version,
        queues=row.queues,
        memory_bytes=row.memory_bytes,
        stopping=row.stopping,
        started_at=row.started_at,
        beat_at=row.beat_at,
        beat_age_seconds=round(worker.beat_age_s, 3),
        jobs=[_running(job) for job in worker.jobs],
    )


def failure_item(failures: GroupedFailures, language: str) -> FailureItem:
    """One row of the list."""
    group = failures.group
    return FailureItem(
        fingerprint=group.fingerprint,
        kind=group.kind,
        queue=group.queue,
        code=group.code,
        explanation=translate(group.code, language, fallback=group.message),
        message=group.message,
        frame=group.frame,
        count=group.count,
        failed_now=failures.failed_now,
        first_seen_at=group.first_seen_at,
        last_seen_at=group.last_seen_at,
        example_job_id=group.example_job_id,
    )


def _running(job: RunningJob) -> RunningItem:
    return RunningItem(
        job_id=job.job_id,
        queue=job.queue,
        kind=job.kind,
        attempt=job.attempt,
        stage=job.stage,
        progress=job.progress,
        started_at=job.started_at,
    )


def _figures(figures: Figures) -> FiguresAnswer:
    return FiguresAnswer(
        completed=figures.completed,
        failed=figures.failed,
        cancelled=figures.cancelled,
        retries=figures.retries,
        success_rate=figures.success_rate,
        per_hour=round(figures.per_hour, 3),
        mean_run_seconds=figures.mean_run_s,
        wait_seconds=_percentiles(figures.wait),
        run_seconds=_percentiles(figures.run),
    )


def _percentiles(found: Percentiles | None) -> PercentilesAnswer | None:
    if found is None:
        return None
    return PercentilesAnswer(
        p50=round(found.p50_s, 4), p95=round(found.p95_s, 4), p99=round(found.p99_s, 4)
    )
