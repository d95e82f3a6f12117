"""Judge a PDF in a small process of its own: pdfium can need gigabytes for a hostile one.

`media` asks through `measure_pdf`; the process is this module, run by `python -m`. It is no pool
of multiprocessing, whose children would run Streamlit's page again: it stands in as `__main__`.
"""

import atexit
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from pipeline.errors import UnsupportedMediaError
from pipeline.receipts.pages.pdf import encrypted_pdf, measure_page, open_pdf, unreadable_pdf

TIMEOUT_S = 5
"""Measuring takes milliseconds; a file that takes seconds is no receipt."""

MAX_ADDRESS_BYTES = 1_500_000_000
MAX_IDLE_RSS_BYTES = 300_000_000
"""A process that keeps more than this after a file is not kept for the next."""

PROJECT = Path(__file__).resolve().parents[2]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PdfMeasures:
    """Number of pages, and pixels (width, height) of each; no sizes where there are too many."""

    pages: int
    sizes: list[tuple[int, int]]


def measure_pdf(source: Path | bytes, max_pixels: int, max_pages: int) -> PdfMeasures:
    """Count the pages and prove that each can be drawn.

    Raises UnsupportedMediaError ENCRYPTED_PDF or UNREADABLE_PDF, the latter also for a file that
    takes more than TIMEOUT_S or MAX_ADDRESS_BYTES.
    """
    content = source if isinstance(source, bytes) else b""
    request = {
        "path": None if isinstance(source, bytes) else str(source.resolve()),
        "bytes": len(content),
        "max_pixels": max_pixels,
        "max_pages": max_pages,
    }
    answer = _INSPECTOR.ask(json.dumps(request).encode() + b"\n", content)
    if answer is None:
        raise unreadable_pdf()
    if answer["error"] is not None:
        raise encrypted_pdf() if answer["error"] == "ENCRYPTED_PDF" else unreadable_pdf()
    return PdfMeasures(answer["pages"], [(width, height) for width, height in answer["sizes"]])


class _Inspector:
    """The one process of this web process, started by the first PDF and again after it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: bytes, content: bytes) -> dict[str, Any] | None:
        """Send one file and wait, TIMEOUT_S at most; None where the process died of it."""
        with self._lock:
            process = self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(request)
                process.stdin.write(content)
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = b""
            answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
            if answer is None or answer["rss_bytes"] > MAX_IDLE_RSS_BYTES:
                self._stop()
            if answer is None:
                log.warning("pdf_inspector_died", returncode=process.returncode)
            return answer

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.receipts.intake.pdf_inspector"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            # OpenBLAS would reserve address space for every core.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C is for the parent; the end of stdin is the sign here
        )
        return self._process

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None

    def stop(self) -> None:
        """Kill the process, at the end of this one."""
        with self._lock:
            self._stop()


_INSPECTOR = _Inspector()
atexit.register(_INSPECTOR.stop)


def serve() -> None:
    """Answer one request line after the other until the parent is gone."""
    # Of itself, so that the bounds hold even when the parent has been killed.
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_BYTES, MAX_ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, also inside pdfium
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        content = sys.stdin.buffer.read(request["bytes"])
        signal.setitimer(signal.ITIMER_REAL, TIMEOUT_S)
        answer = _answer(request, content)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answer["rss_bytes"] = _read_rss_bytes()
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


def _read_rss_bytes() -> int:
    # Not ru_maxrss: it starts at what the parent had (getrusage(2) survives exec).
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    source = content if request["path"] is None else Path(request["path"])
    try:
        with open_pdf(source) as document:
            pages = len(document)
            measured = range(pages if pages <= request["max_pages"] else 0)
            sizes = [measure_page(document, index, request["max_pixels"]) for index in measured]
    except UnsupportedMediaError as error:
        return {"error": error.code}
    return {"error": None, "pages": pages, "sizes": sizes}


if __name__ == "__main__":
    serve()
