"""How every part is: looked at once, told by `/health` and shown by the Health page."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.probe import Probe
from dashboard.runtime import Runtime
from dashboard.worker_child import ChildState
from pipeline.catalog.index.figures import IndexFigures, measure_index
from pipeline.clock import utc_now
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.files import open_files
from pipeline.jobs.admission import DiskState, judge_disk
from pipeline.jobs.queue_states import QueueNow, QueueState, WorkerNow, list_workers, watch_queues
from pipeline.jobs.statistics import Figures, measure_all, measure_queues
from pipeline.notifications.smtp import mail_is_set_up
from pipeline.notifications.standing import MailStanding, measure_mail
from pipeline.settings import Settings
from pipeline.store import check_writable, read_session

log = structlog.get_logger(__name__)

# A storage that does not answer may take a minute to say so; whoever asks for health cannot wait.
FILES_PATIENCE_S = 2.0
NO_FILE = "0" * 64
MAIL = "notifications"

Overall = Literal["healthy", "degraded", "unhealthy"]


@dataclass(frozen=True)
class BrokerNow:
    """`messages` are those of the documents queue; None where it does not answer."""

    kind: str
    messages: int | None

    @property
    def is_up(self) -> bool:
        """Whether it answers."""
        return self.messages is not None


@dataclass(frozen=True)
class DiskNow:
    """The disk of the data folder."""

    state: DiskState
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Activity:
    """What the store says: queues, workers, the last hour, and how mail goes."""

    queues: dict[str, QueueNow]
    workers: list[WorkerNow]
    last_hour: Figures
    mail: MailStanding
    # Of the jobs that send it: they also fail where no server can be reached at all.
    mail_last_hour: Figures


@dataclass(frozen=True)
class Health:
    """Every part at one moment.

    `activity` is None where the store cannot be used, `index` where it cannot be asked, `child`
    where somebody else runs the worker. `deserted_since` is when the last worker was known to
    live, None where one does or may still be starting.
    """

    at: datetime
    store_kind: Literal["sqlite", "postgresql"]
    activity: Activity | None
    broker: BrokerNow
    child: ChildState | None
    deserted_since: datetime | None
    index: IndexFigures | None
    disk: DiskNow
    files_kind: Literal["folder", "storage"]
    files_are_up: bool
    sends_mail: bool

    @property
    def overall(self) -> Overall:
        """Unhealthy where nothing can be taken in or read, degraded where anything is not well."""
        if self.activity is None or self.disk.state is DiskState.FULL or not self.files_are_up:
            return "unhealthy"
        index_is_lost = self.index is not None and self.index.status in ("down", "in use")
        child_is_down = self.child is not None and self.child.state != "running"
        if (
            not self.broker.is_up
            or child_is_down
            or self.deserted_since is not None
            or self.disk.state is not DiskState.UP
            or index_is_lost
            or self.mail_is_failing
            or any(is_abandoned(queue) for queue in self.activity.queues.values())
        ):
            return "degraded"
        return "healthy"

    @property
    def mail_is_failing(self) -> bool:
        """Whether the server took none of the last mails."""
        if self.activity is None or not self.sends_mail or self.activity.mail.sent:
            return False
        return self.activity.mail.failed > 0 or self.activity.mail_last_hour.failed > 0


def examine(runtime: Runtime) -> Health:
    """Look at every part."""
    settings, now = runtime.settings, utc_now()
    activity = _look(settings, now)
    return Health(
        at=now,
        store_kind="postgresql" if settings.uses_postgresql else "sqlite",
        activity=activity,
        broker=_ask_broker(runtime),
        child=runtime.child.state if runtime.child else None,
        deserted_since=_find_deserted_since(runtime, activity, now),
        index=_ask_index(runtime),
        disk=_look_at_disk(settings),
        files_kind="folder" if settings.files_url is None else "storage",
        files_are_up=_files_are_up(settings),
        sends_mail=mail_is_set_up(settings),
    )


def is_abandoned(queue: QueueNow) -> bool:
    """Whether something is due there and nobody serves it."""
    return queue.state is QueueState.UNATTENDED and queue.due > 0


def _find_deserted_since(
    runtime: Runtime, activity: Activity | None, now: datetime
) -> datetime | None:
    if activity is None:
        return None
    has_worker = any(worker.is_alive for worker in activity.workers)
    return runtime.attendance.find_deserted_since(has_worker=has_worker, now=now)


def _look(settings: Settings, now: datetime) -> Activity | None:
    heartbeat_s = settings.heartbeat_s
    try:
        check_writable(settings)
        with read_session(settings) as session:
            return Activity(
                queues=watch_queues(session, heartbeat_s=heartbeat_s, now=now),
                workers=list_workers(session, heartbeat_s=heartbeat_s, now=now),
                last_hour=measure_all(session, "1h", now=now),
                mail=measure_mail(session, now=now),
                mail_last_hour=measure_queues(session, [MAIL], "1h", now=now)[MAIL].whole,
            )
    except (StoreUnavailableError, SQLAlchemyError) as error:
        log.warning("store_unavailable", exc_info=error)
        return None


def _ask_broker(runtime: Runtime) -> BrokerNow:
    kind = runtime.doorbell.kind
    try:
        return BrokerNow(kind, runtime.doorbell.depth("documents"))
    except PipelineError as error:
        log.warning("broker_down", exc_info=error)
        return BrokerNow(kind, None)


def _ask_index(runtime: Runtime) -> IndexFigures | None:
    try:
        return measure_index(runtime.catalog.index)
    except (StoreUnavailableError, SQLAlchemyError):
        return None


def _look_at_disk(settings: Settings) -> DiskNow:
    usage = shutil.disk_usage(settings.data_dir)
    return DiskNow(judge_disk(settings, usage.free), usage.free, usage.total)


def _files_are_up(settings: Settings) -> bool:
    return _may_write(settings) if settings.files_url is None else _STORAGE.answers(settings)


def _may_write(settings: Settings) -> bool:
    folder = settings.files_dir if settings.files_dir.exists() else settings.data_dir
    return os.access(folder, os.W_OK | os.X_OK)


def _answers(settings: Settings) -> bool:
    try:
        open_files(settings).has(NO_FILE)
    except PipelineError as error:
        log.warning("files_unavailable", exc_info=error)
        return False
    return True


_STORAGE = Probe("files-probe", _answers, patience_s=FILES_PATIENCE_S)
