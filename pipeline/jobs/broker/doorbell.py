"""The doorbell: Huey on its own SQLite file. A message is a job id and nothing else.

Losing every message loses no job: the dispatcher rings again from the ledger.
"""

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog
from huey import Huey
from huey.api import Task
from huey.consumer import Consumer, Scheduler
from huey.storage import SqliteStorage

from pipeline.errors import PipelineError
from pipeline.models import Priority
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

POLL_S = 0.05
RING_TIMEOUT_S = 2.0
BROKEN_PAUSE_S = 1.0
COMPLAIN_EVERY_S = 60.0


class BrokerDownError(PipelineError):
    """The doorbell cannot be rung just now; the dispatcher will."""


class DoorbellStorage(SqliteStorage):  # type: ignore[misc]
    """Huey's SQLite storage that starts anew when its file is deleted or damaged under it."""

    _conn: Any
    _inode: int | None = None

    @property
    def conn(self) -> Any:
        if self._conn is not None and self._inode != _inode_of(self.filename):
            self._conn.close()
            self._conn = None
        if self._conn is None:
            self._conn = self._create_connection()
            for statement in self.ddl:
                self._conn.execute(statement)
            self._inode = _inode_of(self.filename)
        return self._conn

    @contextlib.contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[Any]:
        try:
            with super().db(commit=commit, close=close) as cursor:
                yield cursor
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # Not a database any more. It holds nothing that the ledger does not know.
            self.close()
            Path(self.filename).unlink(missing_ok=True)
            raise


class DoorbellHuey(Huey):  # type: ignore[misc]
    """Huey whose messages are `{"jobId": …}`: readable, and never a pickle."""

    _complain_at_s = 0.0

    def serialize_task(self, task: Task) -> bytes:
        return json.dumps({"jobId": task.args[0]}).encode()

    def deserialize_task(self, data: bytes) -> Task:
        (ring,) = self._registry._registry.values()
        return ring((json.loads(bytes(data))["jobId"],))

    def dequeue(self) -> Task | None:
        """The next message; None also where the broker cannot be read just now."""
        try:
            return super().dequeue()
        except (sqlite3.Error, OSError):
            # Twenty times a second for every thread would bury the log and a core.
            if time.monotonic() >= self._complain_at_s:
                self._complain_at_s = time.monotonic() + COMPLAIN_EVERY_S
                log.warning("broker_unreadable", queue=self.name, exc_info=True)
            time.sleep(BROKEN_PAUSE_S)
            return None


class _NoScheduler(Scheduler):  # type: ignore[misc]
    """The ledger knows when a job is due; Huey's own schedule would only cost a lock a second."""

    def loop(self, _now: Any = None) -> None:
        self.stop_flag.wait()


class QueueConsumer(Consumer):  # type: ignore[misc]
    """Several of these live in one process, so signals are left to that process."""

    scheduler_class = _NoScheduler

    def _set_signal_handlers(self) -> None:
        pass


class Doorbell:
    """Rings for jobs, and answers: one Huey instance a queue, all in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queues: dict[str, DoorbellHuey] = {}

    def ring(self, queue: str, job_id: str, priority: int = Priority.NORMAL) -> None:
        """Wake a worker of `queue` for this job. Raises BrokerDownError."""
        try:
            storage = self._queue(queue).storage
            storage.enqueue(json.dumps({"jobId": job_id}).encode(), priority)
        except (sqlite3.Error, OSError) as error:
            raise BrokerDownError(
                "BROKER_DOWN", "The job is kept and starts soon.", permanent=False
            ) from error

    def depth(self, queue: str) -> int:
        """Messages waiting for `queue`. Raises BrokerDownError."""
        try:
            return int(self._queue(queue).storage.queue_size())
        except (sqlite3.Error, OSError) as error:
            raise BrokerDownError(
                "BROKER_DOWN", "The broker cannot be read just now.", permanent=False
            ) from error

    def consumer(self, queue: str, answer: Callable[[str], None], workers: int) -> QueueConsumer:
        """A consumer, not yet started, whose threads call `answer(job_id)`."""
        huey = self._queue(queue)
        huey.task(retries=0)(answer)
        return QueueConsumer(
            huey,
            workers=workers,
            periodic=False,
            initial_delay=POLL_S,
            backoff=1.0,
            max_delay=POLL_S,
            check_worker_health=False,
        )

    def _queue(self, queue: str) -> DoorbellHuey:
        if queue not in self._queues:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._queues[queue] = DoorbellHuey(
                queue,
                results=False,
                storage_class=DoorbellStorage,
                filename=str(self._path),
                # No -wal and -shm beside it that could outlive a deleted file and haunt the new
                # one; no fsync, because the ledger is what must survive a power cut.
                journal_mode="truncate",
                fsync=False,
                timeout=RING_TIMEOUT_S,
            )
        return self._queues[queue]


def open_doorbell(settings: Settings) -> Doorbell:
    """The doorbell that the settings ask for."""
    return Doorbell(settings.broker_path)


def _inode_of(path: str) -> int | None:
    try:
        return Path(path).stat().st_ino
    except FileNotFoundError:
        return None
