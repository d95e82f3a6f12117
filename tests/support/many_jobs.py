"""A store that has seen a lot: jobs of every kind and ending over 90 days, written in bulk."""

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlmodel import col

from pipeline.jobs.rollup import count_endings
from pipeline.models import FailureGroup, Job, Upload
from pipeline.settings import Settings
from pipeline.store import write_session

DAYS = 90
# Endings that are counted in one transaction here; the dispatcher takes fewer.
COUNTED_AT_ONCE = 50_000

# Kind, queue, share of all jobs, typical seconds of a run.
Kind = tuple[str, str, float, float]
KINDS: tuple[Kind, ...] = (
    ("receipt.analyze", "documents", 0.600, 2.5),
    ("receipt.thumbnail", "documents", 0.100, 0.2),
    ("product.index", "catalog", 0.170, 0.4),
    ("catalog.import", "catalog", 0.010, 40.0),
    ("report.pdf", "reports", 0.020, 60.0),
    ("report.excel", "reports", 0.010, 30.0),
    ("report.analysis", "reports", 0.005, 300.0),
    ("email.send", "notifications", 0.045, 0.8),
    ("email.bulk", "notifications", 0.005, 20.0),
    ("maintenance.health", "maintenance", 0.030, 0.05),
    ("workflow.group", "workflow", 0.005, 90.0),
)
CLIENTS = ("", *(f"client-{number:03d}" for number in range(300)))
CODES = ("TRUNCATED_IMAGE", "TIMED_OUT", "ENCRYPTED_PDF", "WORKER_CRASHED", "INTERNAL_ERROR")
GROUPS = 200
NAMES = ("IMG_{0}.jpg", "IMG_{0}.jpg", "receipt.jpg", "Scan {0}.pdf", "facture-{0}.pdf")
EXTRAS = 2_000

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Tables:
    """Rows of a piece of the history, by table."""

    job: list[Row]
    upload: list[Row]
    receipt: list[Row]
    job_event: list[Row]


JOB = (
    *("id", "queue", "kind", "status", "priority", "payload", "upload_id", "client_id"),
    *("parent_id", "root_id", "position", "on_failure", "blocked"),
    *("attempt", "failures", "crashes", "progress", "cancel_requested"),
    *("error_code", "error_message", "fingerprint", "counted", "worker_id", "lease_until"),
    *("created_at", "run_at", "rung_at", "started_at", "finished_at"),
)
UPLOAD = ("id", "sha256", "name", "media_type", "size_bytes", "pages", "client_id", "created_at")
RECEIPT = (
    *("job_id", "upload_id", "merchant", "total_cents", "currency", "confidence"),
    *("needs_review", "review_reasons", "fields", "pages", "ocr_engine", "ocr_confidence"),
    *("processing_time_s", "created_at"),
)
EVENT = ("job_id", "at", "event", "attempt")
COLUMNS = {"upload": UPLOAD, "job": JOB, "receipt": RECEIPT, "job_event": EVENT}


def seed_jobs(
    settings: Settings, jobs: int, *, now: datetime, kinds: Sequence[Kind] = KINDS
) -> None:
    """Fill a migrated, empty store with `jobs` jobs, and count their endings as we do."""
    engine = create_engine(settings.database_url)
    indexes = [index for table in (Job, Upload) for index in table.__table__.indexes]  # type: ignore[attr-defined]
    # Built once over all rows, an index costs a tenth of what it costs row by row.
    for index in indexes:
        index.drop(engine)
    write = _write_postgresql if settings.uses_postgresql else _write_sqlite
    write(engine, _history(jobs, now, kinds))
    for index in indexes:
        index.create(engine)
    _seed_groups(engine, now)
    while True:
        with write_session(settings) as session:
            if not count_endings(session, now, COUNTED_AT_ONCE):
                break
    # What PostgreSQL does by itself within minutes, and SQLite with its next quiet moment.
    tidy = "VACUUM ANALYZE" if settings.uses_postgresql else "PRAGMA wal_checkpoint(TRUNCATE)"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(tidy))
    engine.dispose()


def _write_sqlite(engine: Engine, pieces: Iterable[Tables]) -> None:
    connection = sqlite3.connect(str(engine.url.database), isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    for piece in pieces:
        for table, columns in COLUMNS.items():
            places = ",".join("?" * len(columns))
            statement = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({places})"
            connection.executemany(statement, getattr(piece, table))
    connection.execute("COMMIT")
    connection.close()


def _write_postgresql(engine: Engine, pieces: Iterable[Tables]) -> None:
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        # Nobody refers to what is not there; checking that row by row takes minutes.
        connection.execute("SET session_replication_role = replica")
        for piece in pieces:
            for table, columns in COLUMNS.items():
                statement = f"COPY {table} ({','.join(columns)}) FROM STDIN"
                with connection.cursor().copy(statement.encode()) as copy:
                    for row in getattr(piece, table):
                        copy.write_row(row)


def _history(
    jobs: int, now: datetime, kinds: Sequence[Kind], piece: int = 50_000
) -> Iterator[Tables]:
    chance = random.Random(3)
    make = _maker(chance, jobs, now.replace(tzinfo=None), kinds)
    for first in range(0, jobs, piece):
        tables = Tables([], [], [], [])
        for number in range(first, min(first + piece, jobs)):
            make(number, tables)
        yield tables


def _maker(
    chance: random.Random, jobs: int, now: datetime, offered: Sequence[Kind]
) -> Callable[[int, Tables], None]:
    began = now - timedelta(days=DAYS)
    step_s = DAYS * 86_400 / jobs
    weights = [share for _, _, share, _ in offered]
    kinds = chance.choices(offered, weights, k=jobs)
    # Few send much and many send little, as everywhere.
    clients = chance.choices(CLIENTS, [1 / (1 + rank) for rank in range(len(CLIENTS))], k=jobs)

    def make(number: int, tables: Tables) -> None:
        kind, queue, _, typical_s = kinds[number]
        created = began + timedelta(seconds=number * step_s)
        # One in a hundred, all of the last hours, between others that are done.
        still_open = number >= jobs - jobs // 50 and chance.random() < 0.5
        job = _Draft(chance, kind, queue, clients[number], created, typical_s)
        if still_open:
            job.wait(now, running=number >= jobs - 16)
        else:
            job.end(now)
        job.write(tables, with_events=jobs - number < EXTRAS)

    return make


class _Draft:
    """A job on its way into the store."""

    def __init__(
        self,
        chance: random.Random,
        kind: str,
        queue: str,
        client: str,
        created: datetime,
        typical_s: float,
    ) -> None:
        self._chance = chance
        self._id = f"{chance.getrandbits(128):032x}"
        self._kind, self._queue, self._client = kind, queue, client
        self._created = self._run_at = created
        self._typical_s = typical_s
        self._rung_at: datetime | None = created
        self._started: datetime | None = None
        self._finished: datetime | None = None
        self._status, self._group = "completed", -1
        self._blocked, self._worker = False, None

    def end(self, now: datetime) -> None:
        """It ran and is done, one way or another."""
        draw = self._chance.random()
        self._status = "failed" if draw < 0.025 else "cancelled" if draw < 0.035 else "completed"
        if self._status == "failed":
            self._group = min(int(self._chance.expovariate(1 / 20)), GROUPS - 1)
        waited_s = self._chance.expovariate(1 / 1.5)
        self._started = self._created + timedelta(seconds=waited_s)
        run_s = self._chance.lognormvariate(0, 0.5) * self._typical_s
        self._finished = min(self._started + timedelta(seconds=run_s), now)
        self._worker = "worker-1"

    def wait(self, now: datetime, *, running: bool) -> None:
        """It is waiting, for its turn, its time or another job; or it runs."""
        draw = self._chance.random()
        self._status = "processing" if running else "pending"
        if running:
            self._started, self._worker = now - timedelta(seconds=2), "worker-1"
        elif draw < 0.2:
            self._run_at, self._rung_at = now + timedelta(hours=1), None
        elif draw < 0.3:
            self._blocked = self._kind != "workflow.group"

    def write(self, tables: Tables, *, with_events: bool) -> None:
        upload_id = self._id[::-1] if self._kind.startswith("receipt.") else None
        created, started = _text(self._created), _text(self._started)
        finished, failed = _text(self._finished), self._status == "failed"
        tables.job.append(
            (
                *(self._id, self._queue, self._kind, self._status, 1, "{}", upload_id),
                *(self._client, None, None, 0, "stop", self._blocked),
                *(int(started is not None), int(failed), 0, 100 if finished else 0, False),
                CODES[self._group % len(CODES)] if failed else None,
                "In English." if failed else None,
                _fingerprint(self._group) if failed else None,
                *(0, self._worker, _text(self._created + timedelta(days=1000))),
                *(created, _text(self._run_at), _text(self._rung_at), started, finished),
            )
        )
        if upload_id is not None:
            self._write_upload(tables, upload_id, created)
        if with_events:
            times = (("submitted", created), ("started", started), (self._status, finished))
            tables.job_event.extend((self._id, at, what, 1) for what, at in times if at)

    def _write_upload(self, tables: Tables, upload_id: str, created: str | None) -> None:
        name = self._chance.choice(NAMES).format(self._chance.randrange(10_000))
        sha256 = self._id * 2
        tables.upload.append((upload_id, sha256, name, "image/jpeg", 1, 1, self._client, created))
        if self._kind == "receipt.analyze" and self._status == "completed":
            unsure = self._chance.random() < 0.15
            tables.receipt.append(
                (
                    *(self._id, upload_id, "Super Marché", 2599, "EUR", 0.9, unsure, "[]"),
                    *("{}", "[]", "rapidocr", 0.9, 2.5, _text(self._finished)),
                )
            )


def _seed_groups(engine: Engine, now: datetime) -> None:
    with engine.begin() as connection:
        found = connection.execute(
            select(col(Job.fingerprint), func.min(Job.id), func.count())
            .where(col(Job.status) == "failed")
            .group_by(col(Job.fingerprint))
        )
        groups = [
            {
                "fingerprint": fingerprint,
                "example_job_id": example,
                "count": count,
                "kind": "receipt.analyze",
                "queue": "documents",
                "message": "In English.",
                "code": CODES[int(fingerprint, 16) % len(CODES)],
                "frame": None,
                "first_seen_at": now - timedelta(days=DAYS),
                "last_seen_at": now,
            }
            for fingerprint, example, count in found
        ]
        connection.execute(insert(FailureGroup), groups)


def _fingerprint(group: int) -> str:
    return f"{group:016x}"


def _text(at: datetime | None) -> str | None:
    # As SQLAlchemy writes it on SQLite; PostgreSQL reads it too.
    return None if at is None else at.isoformat(sep=" ", timespec="microseconds")
