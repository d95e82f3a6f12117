"""Calling `worker.py` as an administrator does: through a pipe, or at a terminal."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.worker import ROOT

COMMAND = [sys.executable, str(ROOT / "worker.py")]
WITHIN_S = 60.0
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HOME = "\x1b[H"
# The size of the terminal that the tests themselves run in.
SIZE = ("COLUMNS", "LINES")


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    complaint: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def call(*arguments: str, typed: str = "", **options: Any) -> Answer:
    """Run one command; `environment` adds variables, other options are subprocess's."""
    environment = _environment() | options.pop("environment", {})
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=environment,
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
        **options,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


@dataclass
class Terminal:
    """A command at a terminal, and all that it has painted so far."""

    process: "subprocess.Popen[bytes]"
    keyboard: int
    painted: bytes = field(default=b"")

    @property
    def raw(self) -> str:
        return self.painted.decode(errors="replace")

    @property
    def text(self) -> str:
        """Everything painted, one frame below the other."""
        return _strip(self.raw.replace(HOME, "\n"))

    @property
    def frame(self) -> list[str]:
        """The lines of the last whole picture."""
        return _strip(self.raw.split(HOME)[-1]).splitlines()

    def wait_for(self, probe: Callable[[str], bool]) -> None:
        """Read until the text satisfies `probe`."""
        ends_s = time.monotonic() + WITHIN_S
        while not probe(self.text):
            assert time.monotonic() < ends_s, self.text
            assert self._read() or self.process.poll() is None, self.text

    def type(self, keys: bytes) -> None:
        os.write(self.keyboard, keys)

    def end(self) -> int:
        """The exit code, once everything is read."""
        ends_s = time.monotonic() + WITHIN_S
        while self._read() or self.process.poll() is None:
            assert time.monotonic() < ends_s, "it does not end"
        return self.process.wait(WITHIN_S)

    def _read(self) -> bool:
        if not select.select([self.keyboard], [], [], 0.1)[0]:
            return False
        try:
            chunk = os.read(self.keyboard, 65536)
        except OSError:
            # The other end is closed: Linux says so with an input/output error.
            return False
        self.painted += chunk
        return bool(chunk)


@contextlib.contextmanager
def at_terminal(*arguments: str, columns: int = 80, rows: int = 40) -> Iterator[Terminal]:
    """A command whose keyboard and screen are a terminal of this size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=_environment() | {"TERM": "xterm-256color"},
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_the_terminal,  # noqa: PLW1509 - no threads here
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait(10)
        os.close(ours)


def _take_the_terminal() -> None:
    """Only in a session whose terminal this is does Ctrl-C become a signal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # Whoever runs the tests in the background has it ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _strip(painted: str) -> str:
    # The terminal itself echoes Ctrl-C.
    return SEQUENCE.sub("", painted).replace("^C", "")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in SIZE}
