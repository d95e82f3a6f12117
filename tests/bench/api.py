"""How fast submits and status answer over HTTP, idle and while two receipts are being read."""

import argparse
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bench.table import format_table
from tests.support.server import Server, start_server
from tests.support.worker import ROOT, wait_until

SUBMIT_TARGET_MS = 15.0
STATUS_TARGET_MS = 5.0
# As in production; the servers of tests beat and dispatch much more often.
PRODUCTION = {
    # Counted as in production, but no request of ours is refused.
    "COMPTOIR_RATE_LIMIT_PER_S": "1000000",
    "COMPTOIR_DISPATCH_S": "2",
    "COMPTOIR_HEARTBEAT_S": "10",
    "COMPTOIR_LEASE_S": "30",
    "COMPTOIR_WARM_RUNNERS": "1",
}
# Requests come one after the other with this pause, as from one busy program.
PAUSE_S = 0.01


@dataclass(frozen=True)
class Latencies:
    """What one kind of request took, in milliseconds."""

    name: str
    millis: list[float]
    target_ms: float | None = None

    @property
    def p50(self) -> float:
        return statistics.median(self.millis)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.millis, n=20)[-1]

    def row(self) -> tuple[str, ...]:
        target = "" if self.target_ms is None else f"{self.target_ms:.0f}"
        slowest = f"{max(self.millis):.1f}"
        return (
            self.name,
            str(len(self.millis)),
            f"{self.p50:.1f}",
            f"{self.p95:.1f}",
            slowest,
            target,
        )


class Receipts:
    """Pictures that were never sent before: the samples, each with bytes of its own at the end."""

    def __init__(self) -> None:
        folder = ROOT / "data" / "samples" / "receipts"
        pictures = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]
        assert pictures, f"{folder} holds no pictures"
        self._pictures = itertools.cycle(pictures)

    def next(self) -> bytes:
        return next(self._pictures) + os.urandom(8)


def main(argv: list[str]) -> int:
    """Measure, print the table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="tests.bench api", description=__doc__)
    parser.add_argument("--submits", type=int, default=100, help="submits measured a phase")
    parser.add_argument("--statuses", type=int, default=400, help="status requests a phase")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        rows = [
            *measure_idle(Path(folder) / "idle", options.submits, options.statuses),
            *measure_busy(Path(folder) / "busy", options.submits, options.statuses),
        ]
    header = ("request", "n", "p50 ms", "p95 ms", "max ms", "p50 target")
    print(format_table(header, [row.row() for row in rows]))
    print("the rate limit counted every request and was set too high to refuse one")
    missed = [row.name for row in rows if row.target_ms is not None and row.p50 > row.target_ms]
    print(f"missed: {', '.join(missed)}" if missed else "every target is met")
    return 1 if missed else 0


def measure_idle(data_dir: Path, submits: int, statuses: int) -> Iterator[Latencies]:
    """Without a worker nothing is read, so this is the price of HTTP and the store alone."""
    settings = PRODUCTION | {"COMPTOIR_WORKER": "external"}
    with start_server(data_dir, **settings) as server, server.client() as client:
        yield from _measure(client, "idle", submits, statuses, with_targets=False)


def measure_busy(data_dir: Path, submits: int, statuses: int) -> Iterator[Latencies]:
    """Two receipts are being read all the while."""
    with busy_server(data_dir) as server, server.client() as client:
        yield from _measure(client, "two being read", submits, statuses, with_targets=True)
        assert _reading(client) == 2, "the reading stopped before the measurement did"


@contextmanager
def busy_server(data_dir: Path) -> Iterator[Server]:
    """A server with a queue that does not run dry, once both runners are at work."""
    with start_server(data_dir, **PRODUCTION) as server, server.client() as client:
        receipts = Receipts()
        for _ in range(20):
            _submit(client, receipts.next())
        wait_until(lambda: _done(client) >= 2)
        wait_until(lambda: _reading(client) == 2)
        yield server
        # Killed rather than drained: what is still queued was only there as a load.
        for process in server.descendants:
            process.kill()


def _measure(
    client: httpx.Client, phase: str, submits: int, statuses: int, *, with_targets: bool
) -> Iterator[Latencies]:
    receipts = Receipts()
    request_ids: list[str] = []
    pictures = [receipts.next() for _ in range(submits)]
    submit_ms = _time_each(
        [
            lambda picture=picture: request_ids.append(_submit(client, picture))
            for picture in pictures
        ]  # type: ignore[misc]
    )
    yield Latencies(f"submit, {phase}", submit_ms, SUBMIT_TARGET_MS if with_targets else None)
    pictures = [receipts.next() for _ in range(submits)]
    product_ms = _time_each(
        [lambda picture=picture: _submit_product(client, picture) for picture in pictures]  # type: ignore[misc]
    )
    target_ms = SUBMIT_TARGET_MS if with_targets else None
    yield Latencies(f"submit a product, {phase}", product_ms, target_ms)
    asked = itertools.islice(itertools.cycle(request_ids), statuses)
    status_ms = _time_each([lambda one=one: _ask_status(client, one) for one in asked])  # type: ignore[misc]
    yield Latencies(f"status, {phase}", status_ms, STATUS_TARGET_MS if with_targets else None)


def _time_each(requests: list[Callable[[], None]]) -> list[float]:
    millis = []
    for request in requests:
        started_s = time.perf_counter()
        request()
        millis.append(1000 * (time.perf_counter() - started_s))
        time.sleep(PAUSE_S)
    return millis


def _submit(client: httpx.Client, picture: bytes) -> str:
    answer = client.post("/api/v1/receipts/analyze", files={"image": ("receipt.jpg", picture)})
    assert answer.status_code == 202, answer.text
    request_id: str = answer.json()["requestId"]
    return request_id


def _submit_product(client: httpx.Client, picture: bytes) -> None:
    fields = {"product_id": os.urandom(8).hex(), "name": "Red mug", "metadata": '{"price": 9.9}'}
    files = {"image_file": ("mug.jpg", picture)}
    answer = client.post("/api/v1/index-product-with-image", data=fields, files=files)
    assert answer.status_code == 202, answer.text


def _ask_status(client: httpx.Client, request_id: str) -> None:
    answer = client.get(f"/api/v1/receipts/{request_id}/status")
    assert answer.status_code == 200, answer.text


def _reading(client: httpx.Client) -> int:
    counts: dict[str, int] = client.get("/api/v1/receipts/stats").json()["data"]["localStorage"]
    return counts["processing"]


def _done(client: httpx.Client) -> int:
    counts: dict[str, int] = client.get("/api/v1/receipts/stats").json()["data"]["localStorage"]
    assert not counts["failed"], "receipts fail, so nothing is being read"
    return counts["completed"]
