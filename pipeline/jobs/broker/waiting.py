"""Waiting for messages of brokers that cannot wait themselves: one watcher wakes all threads."""

import threading
import time
from collections.abc import Callable

from pipeline.jobs.broker.queue import QueueStorage

# A change that the watcher missed is found after so long.
LOOK_AGAIN_S = 1.0
# Longer than a thread waits, so that the watcher lives on while anybody waits.
LINGER_S = 3.0


class WakeUp:
    """Wakes the threads that wait for one queue."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.calls = 0
        self.waiting = 0

    def call(self) -> None:
        """Wake every thread that waits, or is about to."""
        with self._condition:
            self.calls += 1
            self._condition.notify_all()

    def wait(self, calls_seen: int, timeout_s: float) -> None:
        """Wait for a call after `calls_seen`."""
        with self._condition:
            self.waiting += 1
            try:
                self._condition.wait_for(lambda: self.calls != calls_seen, timeout_s)
            finally:
                self.waiting -= 1


class Watcher:
    """Repeats `look` in a thread of its own for as long as somebody waits."""

    def __init__(self, look: Callable[[], None], finish: Callable[[], None]) -> None:
        self._look = look
        self._finish = finish
        self._lock = threading.Lock()
        self._wanted_until_s = 0.0
        self._thread: threading.Thread | None = None

    def keep_going(self) -> None:
        """Watch for the next seconds; called by each thread that begins to wait."""
        with self._lock:
            self._wanted_until_s = time.monotonic() + LINGER_S
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="broker", daemon=True)
                thread.start()
                self._thread = thread

    def _run(self) -> None:
        while self._is_wanted():
            try:
                self._look()
            except Exception:  # noqa: BLE001 - the waiting threads meet and report it themselves
                time.sleep(LOOK_AGAIN_S)

    def _is_wanted(self) -> bool:
        with self._lock:
            if time.monotonic() < self._wanted_until_s:
                return True
            self._finish()
            self._thread = None
            return False


class BoundedLock:
    """A lock that nobody waits for longer than `patience_s`."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._patience_s):
            # An OSError, which every broker counts among its errors.
            raise TimeoutError("other threads wait for the broker already")

    def __exit__(self, *_exception: object) -> None:
        self._lock.release()


class WatchedQueue(QueueStorage):
    """A queue whose threads sleep until the watcher sees a message."""

    wake_up: WakeUp
    watcher: Watcher

    def dequeue(self) -> bytes | None:
        """The next message; None after a wait, which ends as soon as one may be there."""
        calls_seen = self.wake_up.calls
        found = self.take(1)
        if not found:
            self.watcher.keep_going()
            # Not taken here once there is one: what woke us may have been a stop.
            self.wake_up.wait(calls_seen, LOOK_AGAIN_S)
        return found[0] if found else None

    def wake(self) -> None:
        """End the waiting of `dequeue` at once."""
        self.wake_up.call()
