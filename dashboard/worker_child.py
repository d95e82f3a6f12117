"""The worker process beside the dashboard: started, watched, restarted, and stopped with it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.jobs import workers
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import take_back
from pipeline.settings import Settings
from pipeline.store import write_session

log = structlog.get_logger(__name__)

WORKER_SCRIPT = Path(__file__).resolve().parents[1] / "worker.py"
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
HEALTHY_AFTER_S = 60.0
# After the grace that running jobs get: the worker still writes them back and kills its runners.
STOP_MARGIN_S = 3.0


@dataclass(frozen=True)
class ChildState:
    """What health shows of the worker; `since` is when this state began."""

    worker_id: str
    state: Literal["starting", "running", "restarting", "stopped"]
    pid: int | None
    restarts: int
    since: datetime


class WorkerChild:
    """One worker process at a time, for as long as the dashboard lives."""

    def __init__(self, settings: Settings, doorbell: Doorbell) -> None:
        self._settings = settings
        self._doorbell = doorbell
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._state = ChildState("", "starting", None, 0, utc_now())
        self._watcher = threading.Thread(target=self._keep_running, name="worker-child")
        self._watcher.daemon = True

    @property
    def state(self) -> ChildState:
        """Where the worker stands just now."""
        return self._state

    def start(self) -> None:
        """Start the worker and keep it running; returns at once."""
        self._watcher.start()

    def stop(self) -> None:
        """Ask the worker to end, wait for its running jobs' grace, then kill what is left."""
        with self._lock:
            self._stopping.set()
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(self._settings.stop_grace_s + STOP_MARGIN_S)
            except subprocess.TimeoutExpired:
                log.warning("worker_killed", pid=process.pid)
        if process is not None:
            _kill_group(process)
        self._watcher.join()

    def _keep_running(self) -> None:
        pause_s = FIRST_PAUSE_S
        while (process := self._spawn()) is not None:
            started_s = time.monotonic()
            exit_code = process.wait()
            _kill_group(process)
            if self._stopping.is_set():
                break
            log.error("worker_died", worker=self._state.worker_id, exit_code=exit_code)
            self._take_jobs_back()
            if time.monotonic() - started_s >= HEALTHY_AFTER_S:
                pause_s = FIRST_PAUSE_S
            self._show("restarting", None)
            self._stopping.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        self._show("stopped", None)

    def _spawn(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            if self._stopping.is_set():
                return None
            self._starts += 1
            worker_id = f"{socket.gethostname()}:{os.getpid()}:{int(time.time())}-{self._starts}"
            self._process = subprocess.Popen(
                (sys.executable, WORKER_SCRIPT, "all", "--supervised", "--worker-id", worker_id),
                # Never written to: it ends when we do, even by kill -9, and the worker sees that.
                stdin=subprocess.PIPE,
                # Ctrl-C reaches a whole terminal group; the worker is stopped by us, in order.
                start_new_session=True,
            )
            self._show("running", self._process.pid, worker_id)
            return self._process

    def _take_jobs_back(self) -> None:
        # At once instead of when the leases run out. Where the store is busy, those still do it.
        try:
            taken = take_back(self._settings, self._doorbell, self._state.worker_id)
            with write_session(self._settings) as session:
                workers.sign_off(session, self._state.worker_id)
        except (PipelineError, SQLAlchemyError):
            log.warning("jobs_not_taken_back", exc_info=True)
        else:
            log.info("jobs_taken_back", worker=self._state.worker_id, jobs=taken)

    def _show(
        self,
        state: Literal["running", "restarting", "stopped"],
        pid: int | None,
        worker_id: str | None = None,
    ) -> None:
        restarts = max(self._starts - 1, 0)
        self._state = ChildState(
            worker_id or self._state.worker_id, state, pid, restarts, utc_now()
        )


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    # The worker leads its own process group, so this ends runners that outlived it too.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
