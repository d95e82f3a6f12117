"""How fast statistics and job lists answer over a store of a million jobs, beside naive scans.

The baseline of a row is the same figure asked of the job table itself, once, in the same run.
"""

import argparse
import gc
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
from sqlalchemy import text
from sqlmodel import Session, select

from pipeline.clock import utc_now
from pipeline.jobs import failures, queue_states
from pipeline.jobs import statistics as figures
from pipeline.jobs.search import JobFilter, list_jobs
from pipeline.jobs.totals import read_totals
from pipeline.models import Job, Upload
from pipeline.receipts.counts import count_receipts
from pipeline.receipts.queries import list_receipts
from pipeline.settings import Settings
from pipeline.store import migrate, read_session
from tests.bench.table import format_table
from tests.support.many_jobs import seed_jobs
from tests.support.postgresql import new_database, start_postgresql
from tests.support.server import start_server

TARGET_MS = 100.0
HEARTBEAT_S = 10.0
CLIENT = "client-000"
HEADER = ("question", "n", "p50 ms", "p95 ms", "max ms", "target", "scan ms")

LIST_SCAN = """
    SELECT job.id FROM job LEFT JOIN upload ON upload.id = job.upload_id
    WHERE job.id LIKE :word OR job.error_code LIKE :word OR job.client_id = :word
       OR job.kind LIKE :word OR lower(upload.name) LIKE :word
    ORDER BY job.created_at DESC LIMIT 50
"""
FIGURES_SCAN = """
    SELECT queue, kind, status, count(*), min(started_at), max(finished_at), sum(failures)
    FROM job WHERE finished_at IS NOT NULL GROUP BY queue, kind, status
"""
FAILURES_SCAN = """
    SELECT kind, error_code, error_message, count(*), min(finished_at), max(finished_at)
    FROM job WHERE error_code IS NOT NULL GROUP BY kind, error_code, error_message
"""
FILTER_SCAN = """
    SELECT count(*) FROM job
    WHERE client_id || '' = 'client-000' AND status || '' = 'failed'
"""
RECEIPTS_SCAN = """
    SELECT job.status, count(*), avg(receipt.processing_time_s), sum(receipt.confidence)
    FROM job JOIN upload ON upload.id = job.upload_id LEFT JOIN receipt ON receipt.job_id = job.id
    WHERE job.kind = 'receipt.analyze' GROUP BY job.status
"""


@dataclass(frozen=True)
class Question:
    """Something that a page or a program asks, and how one would ask it without an index."""

    name: str
    ask: Callable[[], None]
    scan: str | None = None
    pause_s: float = 0.0


@dataclass(frozen=True)
class Answers:
    """What one question took, in milliseconds."""

    name: str
    millis: list[float]
    scan_ms: float | None

    @property
    def p95(self) -> float:
        return sorted(self.millis)[math.ceil(0.95 * len(self.millis)) - 1]

    def row(self) -> tuple[str, ...]:
        scan = "" if self.scan_ms is None else f"{self.scan_ms:.0f}"
        shown = (statistics.median(self.millis), self.p95, max(self.millis))
        times = (f"{millis:.1f}" for millis in shown)
        return (self.name, str(len(self.millis)), *times, f"{TARGET_MS:.0f}", scan)


def main(argv: list[str]) -> int:
    """Seed, measure, print the tables; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="tests.bench statistics", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000, help="jobs in the store")
    parser.add_argument("--rounds", type=int, default=20, help="how often each question is asked")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL started for it")
    parser.add_argument("--store-url", help="on this empty, migrated PostgreSQL database instead")
    options = parser.parse_args(argv)
    with (
        tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder,
        _open_store(Path(folder), options) as settings,
    ):
        _seed(settings, options.jobs)
        # As the server does once it has started.
        gc.freeze()
        answers = [
            *_measure(_list_queries(settings), settings, options.rounds),
            *_measure_http(settings, options.rounds),
        ]
    print(format_table(HEADER, [one.row() for one in answers]))
    missed = [one.name for one in answers if one.p95 > TARGET_MS]
    print(f"missed: {', '.join(missed)}" if missed else "every target is met (p95)")
    return 1 if missed else 0


@contextmanager
def _open_store(folder: Path, options: argparse.Namespace) -> Iterator[Settings]:
    settings = Settings(data_dir=folder, store_wait_s=60)
    if options.store_url:
        yield Settings(data_dir=folder, store_wait_s=60, store_url=options.store_url)
    elif options.postgresql:
        with start_postgresql() as server:
            yield Settings(data_dir=folder, store_wait_s=60, store_url=new_database(server))
    else:
        migrate(settings)
        yield settings


def _seed(settings: Settings, jobs: int) -> None:
    started_s = time.perf_counter()
    seed_jobs(settings, jobs, now=utc_now())
    kind = "PostgreSQL" if settings.uses_postgresql else "SQLite"
    print(f"{jobs:,} jobs seeded into {kind} in {time.perf_counter() - started_s:.0f} s")


def _measure(questions: list[Question], settings: Settings, rounds: int) -> Iterator[Answers]:
    scans: dict[str, float] = {}
    for question in questions:
        if question.scan and question.scan not in scans:
            scans[question.scan] = _time_scan(settings, question.scan)
        # Asked once before, as by whoever looked a moment ago.
        question.ask()
        # A pause is for what is kept for a moment, and so makes for fewer rounds.
        count = rounds if not question.pause_s else max(rounds // 4, 3)
        millis = [_time(question) for _ in range(count)]
        yield Answers(question.name, millis, scans.get(question.scan or ""))


def _time(question: Question) -> float:
    time.sleep(question.pause_s)
    started_s = time.perf_counter()
    question.ask()
    return 1000 * (time.perf_counter() - started_s)


def _time_scan(settings: Settings, statement: str) -> float:
    started_s = time.perf_counter()
    with read_session(settings) as session:
        words = {"word": "img_99%"} if ":word" in statement else {}
        session.execute(text(statement), words).all()
    return 1000 * (time.perf_counter() - started_s)


def _list_queries(settings: Settings) -> list[Question]:
    """What pages ask the library."""
    now = utc_now()

    def question(name: str, ask: Callable[[Session], object], scan: str | None = None) -> Question:
        def in_session() -> None:
            with read_session(settings) as session:
                ask(session)

        return Question(name, in_session, scan)

    windows = [
        question(
            f"figures of documents, {window}",
            lambda session, window=window: figures.measure_queue(  # type: ignore[misc]
                session, "documents", window, now=now
            ),
            FIGURES_SCAN,
        )
        for window in figures.WINDOWS
    ]
    return [
        *windows,
        question("figures of all queues, 90d", lambda s: figures.measure_all(s, "90d", now=now)),
        question("queues now", lambda s: queue_states.watch_queues(s, heartbeat_s=10, now=now)),
        question("failures by likeness", failures.list_failures, FAILURES_SCAN),
        question("totals of /metrics", read_totals, FIGURES_SCAN),
        question("counts of receipts", count_receipts, RECEIPTS_SCAN),
        question("receipts, first page", lambda s: list_receipts(s, now=now, workers=2)),
        question("jobs, middle page", lambda s: list_jobs(s, JobFilter(), now=now, page=10_000)),
    ]


def _measure_http(settings: Settings, rounds: int) -> Iterator[Answers]:
    """The same as programs ask it: a real server, one request after the other."""
    environment = {"COMPTOIR_WORKER": "external", "COMPTOIR_RATE_LIMIT_PER_S": "0"}
    if settings.store_url:
        environment["COMPTOIR_DATABASE_URL"] = settings.store_url
    with start_server(settings.data_dir, **environment) as server, server.client() as client:
        yield from _measure(_list_requests(client, settings), settings, rounds)


def _list_requests(client: httpx.Client, settings: Settings) -> list[Question]:
    def request(path: str, scan: str | None = None) -> Question:
        def get() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, answer.text

        return Question(f"GET {path.removeprefix('/api/v1')}"[:60], get, scan)

    month = quote((utc_now() - timedelta(days=30)).isoformat())
    job_id, file_name = _pick(settings)
    jobs = "/api/v1/jobs"
    lists = [
        *("", "?page=10000", "?queue=documents", "?queue=documents&page=7000"),
        *("?kind=receipt.analyze&page=6000", "?kind=report.excel", "?status=failed"),
        *("?status=completed&page=9000", "?status=pending&page=100", f"?from={month}&page=3000"),
        *(f"?clientId={CLIENT}", f"?clientId={CLIENT}&page=1000", f"?fingerprint={3:016x}"),
        *("?queue=documents&status=failed", "?queue=reports&status=completed&page=300"),
        *("?kind=receipt.analyze&status=failed", "?status=failed&from=" + month),
        *("?kind=receipt.analyze&status=completed&page=900",),
        *(f"?clientId={CLIENT}&kind=product.index", f"?clientId={CLIENT}&status=completed"),
    ]
    words = (job_id[:6], "TIMED_OUT", CLIENT, "receipt.analyze", file_name, "img_", "nothing")
    windows = [f"/api/v1/queues/documents?window={window}" for window in figures.WINDOWS]
    metrics = replace(request("/metrics", FIGURES_SCAN), pause_s=1.1)
    return [
        *(request(f"{jobs}{query}") for query in lists),
        request(f"{jobs}?clientId={CLIENT}&status=failed", FILTER_SCAN),
        *(request(f"{jobs}?query={quote(word)}", LIST_SCAN) for word in words),
        request(f"{jobs}/{job_id}"),
        request("/api/v1/queues?window=24h", FIGURES_SCAN),
        request("/api/v1/queues?window=90d", FIGURES_SCAN),
        *(request(path, FIGURES_SCAN) for path in windows),
        request("/api/v1/workers"),
        request("/api/v1/failures", FAILURES_SCAN),
        request("/api/v1/receipts/stats", RECEIPTS_SCAN),
        request("/api/v1/receipts"),
        request("/health", FIGURES_SCAN),
        metrics,
    ]


def _pick(settings: Settings) -> tuple[str, str]:
    """A job that failed, and the name of a file as someone types it."""
    with read_session(settings) as session:
        job_id = session.exec(select(Job.id).where(Job.status == "failed")).first()
        name = session.exec(select(Upload.name).where(Upload.name != "receipt.jpg")).first()
    assert job_id and name
    return job_id, name.lower()[:7]
