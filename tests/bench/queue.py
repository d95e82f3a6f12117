"""How quickly a job is taken, how many pass in a second, and what an idle worker costs."""

import argparse
import contextlib
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import psutil
import redis
import structlog
from sqlmodel import col, select

from pipeline.clock import utc_now
from pipeline.jobs import ledger
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import get_kind
from pipeline.models import FINISHED, Job, WorkerRow
from pipeline.queue_settings import QUEUES
from pipeline.settings import Settings, get_settings
from pipeline.store import close_store, migrate, read_session, write_session
from tests.bench.table import format_table
from tests.support.bare_huey import Counted, open_huey, rate_of
from tests.support.kinds import EXTRA_KINDS
from tests.support.postgresql import PostgresServer, new_database, start_postgresql
from tests.support.valkey import ValkeyServer, start_valkey
from tests.support.worker import ROOT, start_worker, wait_until

# As in production; the workers of tests beat and dispatch much more often.
PRODUCTION = {
    "COMPTOIR_DISPATCH_S": "2",
    "COMPTOIR_HEARTBEAT_S": "10",
    "COMPTOIR_LEASE_S": "30",
    "COMPTOIR_EXTRA_KINDS": EXTRA_KINDS,
    "COMPTOIR_DOCUMENTS_WORKERS": "2",
}
P50_TARGET_MS = {"sqlite": 60.0, "valkey": 20.0}
P99_TARGET_MS = {"sqlite": 250.0}
RATIO_TARGET = 0.2
MEMORY_TARGET_MB = 100.0
IDLE_TARGET_PERCENT = 2.0
ROUNDS = 3
SETTLE_S = 5.0
PERIODIC_KINDS = 3


@dataclass(frozen=True)
class Row:
    """One figure beside its target; `within` is False where the target is a least value."""

    name: str
    value: float
    unit: str
    target: float | None = None
    within: bool = True

    @property
    def is_missed(self) -> bool:
        if self.target is None:
            return False
        return self.value > self.target if self.within else self.value < self.target

    def cells(self) -> tuple[str, ...]:
        sign = "≤" if self.within else "≥"
        target = "" if self.target is None else f"{sign} {self.target:g}"
        digits = 2 if self.value < 10 else 0 if self.value >= 1000 else 1
        return self.name, f"{self.value:.{digits}f}", self.unit, target


@dataclass
class Bench:
    """Fresh stores and brokers of one sort, in a folder."""

    broker: str
    store: str
    folder: Path
    postgresql: PostgresServer | None
    valkey: ValkeyServer | None
    made: int = 0

    @contextlib.contextmanager
    def fresh(self) -> Iterator[tuple[Settings, Mapping[str, str]]]:
        """An empty store and broker: our settings, and the worker's further variables."""
        self.made += 1
        data_dir = self.folder / str(self.made)
        environment = {**PRODUCTION, "COMPTOIR_BROKER": self.broker.replace("valkey", "redis")}
        if self.postgresql is not None:
            environment["COMPTOIR_DATABASE_URL"] = new_database(self.postgresql)
        if self.valkey is not None:
            environment["COMPTOIR_REDIS_URL"] = self.valkey.url()
            with redis.Redis.from_url(self.valkey.url()) as client:
                client.flushall()
        variables = {**environment, "COMPTOIR_DATA_DIR": str(data_dir)}
        with mock.patch.dict(os.environ, variables):
            get_settings.cache_clear()
            settings = get_settings()
            migrate(settings)
            yield settings, environment
            close_store(settings)
        get_settings.cache_clear()

    def bare_address(self, name: str) -> str:
        """Where bare Huey keeps its queue."""
        return self.valkey.url(1) if self.valkey is not None else str(self.folder / name)


def main(argv: list[str]) -> int:
    """Measure, print the table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="tests.bench queue", description=__doc__)
    parser.add_argument("--broker", choices=("sqlite", "valkey", "postgresql"), default="sqlite")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--submits", type=int, default=200, help="jobs of the latency measurement")
    parser.add_argument("--jobs", type=int, default=2000, help="no-op jobs a drain")
    parser.add_argument(
        "--idle-s", type=float, default=30.0, help="how long the idle worker is watched"
    )
    options = parser.parse_args(argv)
    # One line a transition is for those who watch a worker.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with open_bench(options.broker, options.store) as bench:
        rows = [
            *measure_latency(bench, options.submits),
            *measure_throughput(bench, options.jobs),
            *measure_idle(bench, options.idle_s),
        ]
        header = (f"broker {bench.broker}, store {bench.store}", "measured", "", "target")
    print(format_table(header, [row.cells() for row in rows]))
    print("jobs that take milliseconds are claimed and ended together (pipeline/jobs/pace.py)")
    missed = [row.name for row in rows if row.is_missed]
    print(f"missed: {', '.join(missed)}" if missed else "every target is met")
    return 1 if missed else 0


@contextlib.contextmanager
def open_bench(broker: str, store: str) -> Iterator[Bench]:
    """The servers that are asked for, and a folder."""
    store = "postgresql" if broker == "postgresql" else store
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="comptoir-bench-"))
        server = stack.enter_context(start_postgresql()) if store == "postgresql" else None
        valkey = stack.enter_context(start_valkey()) if broker == "valkey" else None
        yield Bench(broker, store, Path(folder), server, valkey)


def measure_latency(bench: Bench, submits: int) -> list[Row]:
    """From before the submit's transaction to the claim, one job at a time."""
    chance = random.Random(1)
    with (
        bench.fresh() as (settings, environment),
        start_worker(settings.data_dir, **environment),
        contextlib.closing(open_doorbell(settings)) as doorbell,
    ):
        asked = {}
        for number in range(submits + 5):
            # The first ones start the runners.
            time.sleep(1 if number < 5 else chance.uniform(0.05, 0.15))
            began = utc_now()
            with write_session(settings) as session:
                job = ledger.submit(session, get_kind("test.noop"), {}, now=began)
            ring_new(settings, doorbell, job)
            if number >= 5:
                asked[job.id] = began
        jobs = {job.id: job for job in _wait_for_end(settings)}
    millis = sorted(
        1000 * (jobs[job_id].started_at - began).total_seconds()  # type: ignore[operator]
        for job_id, began in asked.items()
    )
    quantiles = statistics.quantiles(millis, n=100)
    return [
        Row("submit to claim, p50", quantiles[49], "ms", P50_TARGET_MS.get(bench.broker)),
        Row("submit to claim, p95", quantiles[94], "ms"),
        Row("submit to claim, p99", quantiles[98], "ms", P99_TARGET_MS.get(bench.broker)),
        Row("submit to claim, max", millis[-1], "ms"),
    ]


def measure_throughput(bench: Bench, jobs: int) -> list[Row]:
    """Ours and bare Huey in turn, so that whatever else goes on meets both."""
    ours, bare, durable = [], [], []
    for number in range(ROUNDS):
        ours.append(_drain(bench, jobs))
        # Huey keeps no queue on PostgreSQL without another library.
        if bench.broker != "postgresql":
            address = bench.bare_address(f"bare{number}.db")
            bare.append(_drain_bare(bench.broker, address, jobs))
        if bench.broker == "sqlite":
            address = bench.bare_address(f"durable{number}.db")
            durable.append(_drain_bare("sqlite-durable", address, jobs))
    rows = [Row("no-op jobs, 2 runners", statistics.median(ours), "/s")]
    if bare:
        ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
        rows += [
            Row("bare Huey, 2 threads", statistics.median(bare), "/s"),
            Row("of bare Huey", ratio, "", RATIO_TARGET, within=False),
        ]
    if durable:
        rows.append(Row("bare Huey, fsync", statistics.median(durable), "/s"))
    return rows


def measure_idle(bench: Bench, idle_s: float) -> list[Row]:
    """A worker of every queue: its memory as it starts, its processor time once it is idle."""
    with (
        bench.fresh() as (settings, environment),
        start_worker(settings.data_dir, "all", **environment, COMPTOIR_WARM_RUNNERS="0") as worker,
    ):
        main = psutil.Process(worker.process.pid)
        wait_until(lambda: _read(settings, select(WorkerRow)))
        memory_mb = main.memory_info().rss / 1e6
        _wait_for_end(settings, at_least=PERIODIC_KINDS)
        time.sleep(SETTLE_S)
        processes = [main, *main.children(recursive=True)]
        before_s, began_s = _cpu_s(processes), time.monotonic()
        time.sleep(idle_s)
        percent = 100 * (_cpu_s(processes) - before_s) / (time.monotonic() - began_s)
    return [
        Row("main process before a runner starts", memory_mb, "MB", MEMORY_TARGET_MB),
        Row(f"idle worker, {len(QUEUES)} queues, of one core", percent, "%", IDLE_TARGET_PERCENT),
    ]


def _drain(bench: Bench, count: int) -> float:
    with bench.fresh() as (settings, environment):
        with write_session(settings) as session:
            now, kind = utc_now(), get_kind("test.noop")
            jobs = [ledger.submit(session, kind, {}, now=now) for _ in range(count)]
        with contextlib.closing(open_doorbell(settings)) as doorbell:
            ring_new(settings, doorbell, *jobs)
        with start_worker(settings.data_dir, **environment):
            ended = _wait_for_end(settings)
    return rate_of(sorted(job.finished_at.timestamp() for job in ended if job.finished_at))


def _drain_bare(broker: str, address: str, count: int) -> float:
    app = open_huey(broker, address)
    noop = Counted(app, count)
    for _ in range(count):
        noop.task()
    # Not by -m: Huey knows a task by its module, which would then be __main__.
    program = "import sys; from tests.support.bare_huey import main; main(*sys.argv[1:])"
    command = [sys.executable, "-c", program, broker, address, str(count)]
    drained = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    app.flush()
    return float(drained.stdout)


def _wait_for_end(settings: Settings, at_least: int = 1) -> list[Job]:
    # Seldom, because looking takes the processor from those who are measured.
    while True:
        time.sleep(0.5)
        jobs = _read(settings, select(Job).where(col(Job.status).not_in(FINISHED)).limit(1))
        if not jobs and len(ended := _read(settings, select(Job))) >= at_least:
            return ended


def _read(settings: Settings, statement: object) -> Sequence[object]:
    with read_session(settings) as session:
        return session.exec(statement).all()  # type: ignore[call-overload, no-any-return]


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return sum(one.user + one.system for one in times)
