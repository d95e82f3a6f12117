"""How Comptoir is doing at this moment, gathered once for `status` and each look of `monitor`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import PipelineError
from pipeline.files import open_files
from pipeline.jobs.failures import GroupedFailures, list_failures
from pipeline.jobs.latest_events import LatestEvent, list_latest_events
from pipeline.jobs.queue_states import (
    QueueNow,
    QueueState,
    RunningJob,
    WorkerNow,
    list_running,
    list_workers,
    watch_queues,
)
from pipeline.jobs.statistics import Figures, measure_queues
from pipeline.jobs.vitals import examine
from pipeline.queue_settings import QUEUES
from pipeline.settings import Settings
from pipeline.store import check_writable, read_session
from terminal.desk import explain, require_store

Health = Literal["healthy", "degraded", "unhealthy"]
EXIT_CODES: dict[Health, int] = {"healthy": 0, "degraded": 1, "unhealthy": 2}

NEWEST_FAILURES = 5
MOST_EVENTS = 60
# No file has this hash; asking for it tells whether the storage answers.
NO_FILE = "0" * 64
SENTENCES = {
    "DISK_LOW": "The disk is nearly full, so nothing is taken in. Free some space.",
    "BROKER_DOWN": "Jobs are kept and wait for dispatch until it is back.",
}


@dataclass(frozen=True)
class Part:
    """Something that Comptoir stands on; `problem` is a sentence where it is not well."""

    name: str
    kind: str
    problem: str | None = None
    fatal: bool = False


@dataclass(frozen=True)
class Activity:
    """What the store tells; `figures` are those of the last hour."""

    queues: dict[str, QueueNow]
    figures: dict[str, Figures]
    workers: list[WorkerNow]
    running: list[RunningJob]
    failures: list[GroupedFailures]
    events: list[LatestEvent]


@dataclass(frozen=True)
class Overview:
    """Everything; `activity` is None where the store cannot be read."""

    at: datetime
    parts: list[Part]
    activity: Activity | None

    @property
    def health(self) -> Health:
        """unhealthy where nothing can be taken in or read, degraded with any other warning."""
        if any(part.fatal for part in self.parts) or self.activity is None:
            return "unhealthy"
        return "degraded" if self.warnings else "healthy"

    @property
    def warnings(self) -> list[str]:
        """A sentence for each thing that somebody should look after."""
        broken = [f"{part.name}: {part.problem}" for part in self.parts if part.problem]
        return broken + (_list_unattended(self.activity) if self.activity else [])


def examine_parts(settings: Settings) -> list[Part]:
    """Store, broker, files and disk, each asked for a sign of life."""
    problem = _find_store_problem(settings)
    if problem is not None:
        return [Part("store", _store_kind(settings), problem, fatal=True)]
    vitals = {problem.part: problem for problem in examine(settings).problems}
    kinds = {"store": _store_kind(settings), "broker": settings.broker_kind, "disk": "local"}
    parts = []
    for name, kind in kinds.items():
        found = vitals.get(name)
        sentence = SENTENCES.get(found.code, "It cannot be used just now.") if found else None
        parts.append(Part(name, kind, sentence, fatal=bool(found and found.fatal)))
    return [*parts[:2], _examine_files(settings), *parts[2:]]


def read_activity(settings: Settings, now: datetime) -> Activity:
    """One consistent look at the store. Raises StoreUnavailableError."""
    require_store(settings)
    with read_session(settings) as session:
        failures, _groups = list_failures(session, page_size=NEWEST_FAILURES)
        measured = measure_queues(session, QUEUES, "1h", now=now)
        return Activity(
            queues=watch_queues(session, heartbeat_s=settings.heartbeat_s, now=now),
            figures={queue: measured[queue].whole for queue in QUEUES},
            workers=list_workers(session, heartbeat_s=settings.heartbeat_s, now=now),
            running=list_running(session),
            failures=failures,
            events=list_latest_events(session, MOST_EVENTS),
        )


def look(settings: Settings, parts: list[Part], now: datetime) -> Overview:
    """The store's part of the overview beside `parts`; what cannot be read is said, not raised."""
    try:
        return Overview(now, parts, read_activity(settings, now))
    except (PipelineError, SQLAlchemyError) as error:
        others = [part for part in parts if part.name != "store"]
        store = Part("store", _store_kind(settings), explain(error), fatal=True)
        return Overview(now, [store, *others], None)


def _find_store_problem(settings: Settings) -> str | None:
    try:
        require_store(settings)
        check_writable(settings)
    except (PipelineError, SQLAlchemyError) as error:
        return explain(error)
    return None


def _examine_files(settings: Settings) -> Part:
    kind = settings.files_url.partition(":")[0] if settings.files_url else "folder"
    try:
        open_files(settings).has(NO_FILE)
    except PipelineError as error:
        return Part("files", kind, explain(error), fatal=True)
    return Part("files", kind)


def _store_kind(settings: Settings) -> str:
    return "postgresql" if settings.uses_postgresql else "sqlite"


def _list_unattended(activity: Activity) -> list[str]:
    if not any(worker.is_alive for worker in activity.workers):
        return ["No worker is running. Start one: python worker.py all"]
    unserved = [
        queue
        for queue in activity.queues.values()
        if queue.state == QueueState.UNATTENDED and queue.pending
    ]
    return [
        f"Nothing serves {queue.queue}, where {_count_jobs(queue.pending)}. Start a worker: "
        f"python worker.py {queue.queue}"
        for queue in unserved
    ]


def _count_jobs(waiting: int) -> str:
    return "1 job waits" if waiting == 1 else f"{waiting} jobs wait"
