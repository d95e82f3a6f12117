"""A real worker process for tests, and ways to wait for what it does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

from pipeline.jobs.broker import open_doorbell
from pipeline.settings import Settings
from tests.support.kinds import EXTRA_KINDS

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

FAST = {
    "COMPTOIR_DISPATCH_S": "0.2",
    "COMPTOIR_HEARTBEAT_S": "0.5",
    "COMPTOIR_LEASE_S": "2",
    "COMPTOIR_EXTRA_KINDS": EXTRA_KINDS,
    "COMPTOIR_WARM_RUNNERS": "0",
    # Tests hammer from one address; those of the limit set one.
    "COMPTOIR_RATE_LIMIT_PER_S": "0",
    "COMPTOIR_DOCUMENTS_BACKOFF_S": "0.1,0.2,0.4",
}


@dataclass
class WorkerProcess:
    """A `worker.py` that runs, with its runner processes."""

    process: "subprocess.Popen[bytes]"

    @property
    def runners(self) -> list[psutil.Process]:
        """The spawned runner processes, without multiprocessing's own helper."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if "spawn_main" in " ".join(_command(child))]

    def kill(self) -> None:
        """SIGKILL, as the kernel does when memory runs out."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextmanager
def start_worker(
    data_dir: Path, queue: str = "documents", **settings: str
) -> Iterator[WorkerProcess]:
    """A worker on `data_dir`; killed at the end of the block if it still runs."""
    environment = os.environ | FAST | {"COMPTOIR_DATA_DIR": str(data_dir)} | settings
    log = (data_dir / "worker.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "worker.py"), queue],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        yield WorkerProcess(process)
    finally:
        log.close()
        process.kill()
        process.wait(10)


def wait_until(probe: Callable[[], T], within_s: float = 60.0) -> T:
    """The first true value of `probe`, or a failure that shows the last one."""
    ends_s = time.monotonic() + within_s
    while not (value := probe()):
        assert time.monotonic() < ends_s, f"still {value!r} after {within_s} s"
        time.sleep(0.02)
    return value


def ring(settings: Settings, job_id: str) -> None:
    """Ring for a job as the dashboard does after a submit."""
    open_doorbell(settings).ring("documents", job_id)


def _command(process: psutil.Process) -> list[Any]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
