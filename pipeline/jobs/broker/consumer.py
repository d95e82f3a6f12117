"""Answering: Huey's consumer on one of our queues, without its signals and its schedule."""

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from huey import Huey
from huey.api import Task
from huey.consumer import Consumer, Scheduler

from pipeline.jobs.broker.queue import QueueStorage, read_message

log = structlog.get_logger(__name__)

BROKEN_PAUSE_S = 1.0
COMPLAIN_EVERY_S = 60.0


class Complaint:
    """Says at most once a minute, for all threads together, that the broker cannot be read."""

    def __init__(self) -> None:
        self._next_s = float("-inf")
        self._lock = threading.Lock()

    def say(self, queue: str, error: Exception) -> None:
        """Log the error, unless one was logged just now."""
        with self._lock:
            if time.monotonic() < self._next_s:
                return
            self._next_s = time.monotonic() + COMPLAIN_EVERY_S
        # No stack: what it holds on a terminal includes the address with its password.
        log.warning("broker_unreadable", queue=queue, error=f"{type(error).__name__}: {error}")


class DoorbellHuey(Huey):  # type: ignore[misc]
    """Huey that reads our messages and answers each by one function."""

    def __init__(
        self,
        queue: str,
        storage: QueueStorage,
        answer: Callable[[str], None],
        complaint: Complaint,
    ) -> None:
        self._given_storage = storage
        self._complaint = complaint
        self.stopping = threading.Event()
        super().__init__(queue, results=False)
        self._answer = self.task(retries=0)(answer)

    def create_storage(self) -> QueueStorage:
        """The storage that the doorbell opened."""
        return self._given_storage

    def deserialize_task(self, data: bytes) -> Task | None:
        """The answer to a message; None for somebody else's, which is dropped."""
        try:
            return self._answer.task_class((read_message(data),))
        except (ValueError, TypeError, KeyError):
            log.warning("message_unreadable", queue=self.name, exc_info=True)
            return None

    def dequeue(self) -> Task | None:
        """The next message; None also where the broker cannot be read just now."""
        try:
            data = self.storage.dequeue()
        except Exception as error:  # noqa: BLE001 - whatever a driver raises, its queue lives on
            self._complaint.say(self.name, error)
            self.stopping.wait(BROKEN_PAUSE_S)
            return None
        return None if data is None else self.deserialize_task(data)

    def execute(self, task: Task, _timestamp: Any = None) -> None:
        """Answer, without the reads and writes by which Huey itself knows of cancelled tasks."""
        task.execute()


class _NoScheduler(Scheduler):  # type: ignore[misc]
    """The ledger knows when a job is due; Huey's own schedule would only cost a lock a second."""

    def loop(self, _now: Any = None) -> None:
        self.stop_flag.wait()


class QueueConsumer(Consumer):  # type: ignore[misc]
    """Several of these live in one process, so signals are left to that process."""

    scheduler_class = _NoScheduler

    def __init__(self, huey: DoorbellHuey, workers: int) -> None:
        super().__init__(huey, workers=workers, periodic=False, check_worker_health=False)
        huey.stopping = self.stop_flag

    def stop(self, graceful: bool = False) -> None:
        """Take no further message; `graceful` also waits for the answers that run."""
        self.stop_flag.set()
        self.huey.storage.wake()
        super().stop(graceful=graceful)

    def _set_signal_handlers(self) -> None:
        pass
