"""A real `python -m dashboard` for tests: own folder, free port, settings that make it quick."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from pipeline.settings import Settings
from tests.support.nursery import Forked, nursery
from tests.support.worker import FAST, ROOT, wait_until

START_WITHIN_S = 60.0
READY = re.compile(r"ready: (http://\S+)")


@dataclass
class Server:
    """A dashboard that listens; `data_dir` is its own."""

    base_url: str
    data_dir: Path
    process: "subprocess.Popen[bytes] | Forked"

    @property
    def settings(self) -> Settings:
        """Settings with which a test reaches the server's store."""
        return Settings(data_dir=self.data_dir)

    @property
    def descendants(self) -> list[psutil.Process]:
        """Worker and runners of this server."""
        return psutil.Process(self.process.pid).children(recursive=True)

    @property
    def worker(self) -> psutil.Process:
        """The worker child, once there is one."""
        return wait_until(lambda: next(iter(psutil.Process(self.process.pid).children()), None))

    def client(self, **options: object) -> httpx.Client:
        """An HTTP client that keeps its connection."""
        return httpx.Client(base_url=self.base_url, timeout=30, **options)  # type: ignore[arg-type]

    def connect(self) -> socket.socket:
        """A bare connection, for what no HTTP client would send."""
        url = httpx.URL(self.base_url)
        return socket.create_connection((url.host, url.port or 80), timeout=10)

    def log(self) -> str:
        """Everything that the server and its worker logged."""
        return (self.data_dir / "server.log").read_text(errors="replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def start_server(data_dir: Path, *, anew: bool = False, **settings: str) -> Iterator[Server]:
    """A server that listens; stopped at the end of the block if it still runs.

    Tests fork it; `anew` starts Python as people do, and so does whatever measures.
    """
    forked = "PYTEST_CURRENT_TEST" in os.environ and not anew
    data_dir.mkdir(parents=True, exist_ok=True)
    output = data_dir / "server.out"
    own = {"COMPTOIR_DATA_DIR": str(data_dir), "COMPTOIR_PORT": "0", "COMPTOIR_STOP_GRACE_S": "3"}
    with output.open("ab") as stdout, (data_dir / "server.log").open("ab") as stderr:
        start = _fork if forked else _start
        process = start(os.environ | FAST | own | settings, stdout.fileno(), stderr.fileno())
    server = Server("", data_dir, process)
    try:
        server.base_url = wait_until(lambda: _find_url(server, output), START_WITHIN_S)
        yield server
    finally:
        if process.poll() is None:
            _stop(process)


def _fork(environment: dict[str, str], stdout: int, stderr: int) -> Forked:
    return nursery().fork(environment, stdout, stderr)


def _start(environment: dict[str, str], stdout: int, stderr: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard"],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
    )


def _find_url(server: Server, output: Path) -> str | None:
    assert server.process.poll() is None, f"the server ended: {server.log()}"
    found = READY.search(output.read_text())
    return found.group(1) if found else None


def _stop(process: "subprocess.Popen[bytes] | Forked") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
