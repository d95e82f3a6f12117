"""Workers that are killed, frozen and started again, as under a supervisor."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.support.worker import ROOT, WorkerProcess

BACKOFF_S = 0.5
STOP_WITHIN_S = 40.0
GONE_WITHIN_S = 10.0


@dataclass
class Member:
    """One worker process after the other, each started soon after the one before ended."""

    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    retired: threading.Event = field(default_factory=threading.Event)
    starting: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        self._spawn()
        threading.Thread(target=self._keep_going, daemon=True).start()

    def retire(self) -> None:
        """Tell the process to end, and start no other."""
        with self.starting:
            self.retired.set()
            assert self.process is not None
            self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int | None:
        """The exit code; None where it had to be killed."""
        assert self.process is not None
        try:
            return self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            return None

    def _keep_going(self) -> None:
        while not self.retired.is_set():
            assert self.process is not None
            self.process.wait()
            time.sleep(BACKOFF_S)
            with self.starting:
                if not self.retired.is_set():
                    self._spawn()

    def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@dataclass
class Crew:
    """Two workers on the same store, and the deaths they died."""

    members: list[Member]
    data_dir: Path
    killed: Counter[str] = field(default_factory=Counter)

    def kill_worker(self, chance: random.Random) -> bool:
        """SIGKILL a worker; False where that one is not up."""
        process = chance.choice(self.members).process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        self.killed["worker processes killed"] += 1
        return True

    def kill_runner(self, chance: random.Random) -> bool:
        """SIGKILL a runner; False where there is none."""
        runners = [runner for member in self.members for runner in _runners_of(member)]
        if not runners:
            return False
        with suppress(psutil.Error):
            chance.choice(runners).kill()
        self.killed["runner processes killed"] += 1
        return True

    def freeze(self, pid: int, seconds: float) -> None:
        """SIGSTOP the worker with its runners, then let it wake."""
        frozen = []
        with suppress(psutil.Error):
            frozen = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for process in frozen:
            with suppress(psutil.Error):
                process.suspend()
        time.sleep(seconds)
        for process in frozen:
            with suppress(psutil.Error):
                process.resume()

    @property
    def pids(self) -> set[int]:
        """The worker processes that run at this moment."""
        processes = [member.process for member in self.members]
        return {process.pid for process in processes if process and process.poll() is None}

    def all_are_in(self, reported: set[int]) -> bool:
        """Whether every member runs and has reported itself; one just killed has, too."""
        pids = self.pids
        return len(pids) == len(self.members) and pids <= reported

    def stop(self) -> list[str]:
        """End all, and say what did not end as it should."""
        for member in self.members:
            member.retire()
        codes = [member.wait() for member in self.members]
        found = [f"a worker ended with {code}" for code in codes if code != 0]
        ends_s = time.monotonic() + GONE_WITHIN_S
        while (left := self._processes()) and time.monotonic() < ends_s:
            time.sleep(0.1)
        return found + [f"left behind: {process}" for process in left]

    def _processes(self) -> list[psutil.Process]:
        """Workers and runners of our data folder; servers that we started are none."""
        ours = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if (
                    process.pid != os.getpid()
                    and process.cmdline()[:1] == [sys.executable]
                    and process.environ().get("COMPTOIR_DATA_DIR") == str(self.data_dir)
                    and process.status() != psutil.STATUS_ZOMBIE
                ):
                    ours.append(process)
        return ours


def hire_crew(environment: Mapping[str, str], data_dir: Path, log: Path) -> Crew:
    """Two workers of the documents queue, started."""
    command = [sys.executable, str(ROOT / "worker.py"), "documents"]
    members = [Member(command, environment, log) for _ in range(2)]
    for member in members:
        member.start()
    return Crew(members, data_dir)


def _runners_of(member: Member) -> list[psutil.Process]:
    assert member.process is not None
    try:
        return WorkerProcess(member.process).runners
    except psutil.Error:
        return []
