"""Dashboards for tests that are forked from a process which has loaded their modules already.

To load them takes 1.5 s of a core, and a run of all tests starts over a hundred dashboards.
"""

import ast
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Loaded only when a server listens.
LATER = ("uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto")
LONGEST_MESSAGE = 1 << 20


class Forked:
    """A forked dashboard, to be used as a `subprocess.Popen`."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery
        self._ended = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises TimeoutExpired."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("dashboard", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout_s: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout_s)[0]:
            self.returncode = self._nursery.ask({"reap": self.pid})
            os.close(self._ended)
        return self.returncode


class Nursery:
    """The process that forks them, and the socket on which it is told to."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.nursery", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._socket = ours
        self._lock = threading.Lock()

    def fork(self, environment: Mapping[str, str], stdout: int, stderr: int) -> Forked:
        """A dashboard with these variables that writes into these files."""
        return Forked(self, self.ask({"environment": dict(environment)}, [stdout, stderr]))

    def ask(self, what: dict[str, object], files: list[int] | None = None) -> int:
        """Have one thing done; its answer is a number."""
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(what).encode()], files or [])
            return int(self._socket.recv(64))


@cache
def nursery() -> Nursery:
    """The one of this process; it ends when this process does."""
    return Nursery()


def load() -> None:
    """Import what `dashboard.asgi` imports, which makes its application as it is imported."""
    gc.disable()
    composed = ast.parse((ROOT / "dashboard" / "asgi.py").read_text())
    for statement in composed.body:
        if isinstance(statement, ast.ImportFrom):
            import_module(statement.module or "")
    for module in ("dashboard.__main__", *LATER):
        import_module(module)
    assert threading.active_count() == 1, "a fork takes no threads along"
    gc.freeze()
    gc.enable()


def serve(told: socket.socket) -> None:
    """Fork and reap as told until whoever tells is gone; returns in every fork."""
    while True:
        message, files, _flags, _address = socket.recv_fds(told, LONGEST_MESSAGE, 2)
        if not message:
            os._exit(0)
        what = json.loads(message)
        if "reap" in what:
            _pid, status = os.waitpid(what["reap"], 0)
            told.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        pid = os.fork()
        if pid == 0:
            told.close()
            _become(what["environment"], files)
            return
        for file in files:
            os.close(file)
        told.send(str(pid).encode())


def _become(environment: dict[str, str], files: list[int]) -> None:
    for file, number in zip(files, (1, 2), strict=True):
        os.dup2(file, number)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["dashboard"]


if __name__ == "__main__":
    # Ctrl-C reaches the whole group; the tests say themselves what is to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    load()
    serve(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(import_module("dashboard.__main__").main())
