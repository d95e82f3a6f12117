"""The servers whose pages are measured: ours as in production, and the least of Streamlit's."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from pipeline.settings import Settings
from tests.support.server import Server, start_server
from tests.support.worker import ROOT, wait_until

BLANK = Path(__file__).with_name("blank_page.py")
STARTED_WITHIN_S = 60
# Paces as in production; no request of ours is refused.
PRODUCTION = {
    "COMPTOIR_WORKER": "external",
    "COMPTOIR_DISPATCH_S": "2",
    "COMPTOIR_HEARTBEAT_S": "10",
    "COMPTOIR_LEASE_S": "30",
}


@contextmanager
def serve(settings: Settings, port: int = 0) -> Iterator[Server]:
    """A dashboard without a worker on this port, or on any."""
    # Where the last one listened is not where this one does.
    (settings.data_dir / "server.out").unlink(missing_ok=True)
    with start_server(settings.data_dir, COMPTOIR_PORT=str(port), **PRODUCTION) as server:
        yield server


@contextmanager
def serve_blank(port: int) -> Iterator[str]:
    """An empty page under the same server; gives its address."""
    url = f"http://127.0.0.1:{port}"
    app = f"import uvicorn; from streamlit.starlette import App; uvicorn.run(App({str(BLANK)!r}), "
    command = f"{app}port={port}, log_config=None, access_log=False)"
    process = subprocess.Popen(
        [sys.executable, "-c", command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _answers(url), STARTED_WITHIN_S)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def take_up_search(server: Server) -> None:
    """The model and the index are loaded once; how long that takes is measured by `search`."""
    with server.client() as client:
        client.post("/api/v1/search", json={"text": "red shoes"}, timeout=120).raise_for_status()


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_stcore/health").status_code == 200
    except httpx.TransportError:
        return False
