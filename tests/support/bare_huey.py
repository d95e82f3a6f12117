"""Huey by itself, with nothing of ours: how many tasks that do nothing it runs in a second.

`tests.bench.queue` enqueues them, and calls `main` in a process of its own.
"""

import os
import sys
import threading
import time
from typing import Any

import huey

THREADS = 2
QUEUE = "bare"


def open_huey(broker: str, address: str) -> huey.Huey:
    """Huey on a file or server as it comes; `sqlite-durable` writes each result to the disk."""
    if broker == "valkey":
        return huey.RedisHuey(QUEUE, url=address)
    return huey.SqliteHuey(QUEUE, filename=address, fsync=broker == "sqlite-durable")


class Counted:
    """A task that notes when it ran, and ends the process after the last one."""

    def __init__(self, app: huey.Huey, count: int) -> None:
        self.task: Any = app.task(name="noop")(self._run)
        self._count = count
        self._ran_s: list[float] = []
        self._done = threading.Event()

    def wait(self) -> list[float]:
        """The moments at which tasks ran, in order."""
        self._done.wait()
        return sorted(self._ran_s)

    def _run(self) -> int:
        self._ran_s.append(time.perf_counter())
        if len(self._ran_s) == self._count:
            self._done.set()
        # Huey keeps no result that is None.
        return 1


def rate_of(moments_s: list[float]) -> float:
    """Per second, without the first tenth, in which things start."""
    steady = moments_s[len(moments_s) // 10 :]
    return (len(steady) - 1) / (steady[-1] - steady[0])


def main(broker: str, address: str, count: str) -> None:
    """Answer `count` tasks and print the rate."""
    app = open_huey(broker, address)
    counted = Counted(app, int(count))
    consumer = app.create_consumer(workers=THREADS)
    consumer.start()
    sys.stdout.write(f"{rate_of(counted.wait())}\n")
    sys.stdout.flush()
    os._exit(0)
