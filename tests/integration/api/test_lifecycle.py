"""Server and worker live and die together, whatever kills them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.clock import utc_now
from tests.support.ledger import LedgerBench, open_ledger
from tests.support.server import Server, start_server
from tests.support.worker import ROOT, ring, wait_until


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def server(data_dir: Path) -> Iterator[Server]:
    """Started as people start it, unlike those of other tests."""
    with start_server(data_dir, anew=True) as running:
        yield running


@pytest.fixture
def shared(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    with open_ledger(data_dir, monkeypatch, utc_now) as ledger:
        yield ledger


def hang(ledger: LedgerBench, data_dir: Path) -> str:
    """A job that runs until `release` is there; returns once it does."""
    job_id = ledger.submit("test.hang", payload={"release": str(data_dir / "release")})
    ring(ledger.settings, job_id)
    wait_until(lambda: ledger.job(job_id).stage == "hang")
    return job_id


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(
        process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes
    )


def test_a_killed_worker_is_replaced_and_its_job_taken_back_at_once(
    shared: LedgerBench, data_dir: Path
) -> None:
    # A lease that outlasts the test shows that nobody waited for it.
    with (
        start_server(data_dir, anew=True, COMPTOIR_LEASE_S="300") as server,
        server.client() as client,
    ):
        job_id = hang(shared, data_dir)
        first = server.worker
        first_family = [first, *first.children(recursive=True)]
        first.kill()
        (data_dir / "release").touch()

        wait_until(lambda: shared.job(job_id).status == "completed")
        workers = client.get("/health").json()["workers"]

        assert shared.job(job_id).attempt == 2
        assert shared.effects(job_id) == 1
        assert "crashed" in shared.events(job_id)
        assert workers["child"]["restarts"] == 1
        assert workers["child"]["pid"] != first.pid
        wait_until(lambda: all_gone(first_family), 10)


def test_the_worker_ends_when_the_dashboard_is_killed(shared: LedgerBench, data_dir: Path) -> None:
    with start_server(data_dir, anew=True) as server:
        job_id = hang(shared, data_dir)
        family = server.descendants
        server.process.kill()

        wait_until(lambda: all_gone(family), 20)

    assert shared.job(job_id).status == "pending"
    assert "handed_back" in shared.events(job_id)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_cleanly(server: Server, number: int) -> None:
    wait_until(lambda: "worker_started" in server.log())
    family = server.descendants

    assert server.stop(number) == 0
    assert all_gone(family)
    assert "dashboard_stopped" in server.log()
    assert "Traceback" not in server.log()


def test_an_open_page_does_not_hold_up_the_end(server: Server) -> None:
    wait_until(lambda: "worker_started" in server.log())
    upgrade = (
        "GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with server.connect() as browser:
        browser.sendall(upgrade.encode())
        assert b" 101 " in browser.recv(4096)

        started_s = time.monotonic()
        assert server.stop() == 0
        # This browser never says goodbye; the server gives it two seconds.
        assert time.monotonic() - started_s < 10


def test_a_running_job_is_handed_back_after_its_grace(shared: LedgerBench, data_dir: Path) -> None:
    with start_server(data_dir, anew=True, COMPTOIR_STOP_GRACE_S="0.5") as server:
        job_id = hang(shared, data_dir)

        assert server.stop() == 0

    assert shared.job(job_id).status == "pending"
    assert shared.job(job_id).failures == shared.job(job_id).crashes == 0


def run_dashboard(data_dir: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dashboard"],
        env=os.environ | {"COMPTOIR_DATA_DIR": str(data_dir)} | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_in_use_is_said_in_a_sentence(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_dashboard(data_dir, COMPTOIR_PORT=str(port))

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} is in use already")
    assert "COMPTOIR_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"COMPTOIR_PORT": "abc"}, "COMPTOIR_PORT=abc cannot be used"),
        ({"COMPTOIR_HOST": "0.0.0.0"}, "COMPTOIR_HOST=0.0.0.0 would let anyone"),
        ({"COMPTOIR_WORKER": "maybe"}, "COMPTOIR_WORKER=maybe cannot be used"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_in_a_sentence(
    data_dir: Path, settings: dict[str, str], sentence: str
) -> None:
    ended = run_dashboard(data_dir, **settings)

    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert "Traceback" not in ended.stderr


def test_the_server_says_where_it_is(quiet_server: Server) -> None:
    output = (quiet_server.data_dir / "server.out").read_text()

    assert output == f"Comptoir is ready: {quiet_server.base_url}  (Ctrl-C stops it)\n"
