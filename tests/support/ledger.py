"""A real store and ledger for tests, with a clock that only moves when told to."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from pipeline.clock import Clock
from pipeline.jobs import endings, ledger, recovery
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.ledger import Claim
from pipeline.models import AuditEntry, Job, JobEvent
from pipeline.settings import Settings, get_settings
from pipeline.store import close_store, read_session, write_session
from tests.support.kinds import EXTRA_KINDS
from tests.support.migrated import migrate_copy

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that stands still until `tick` moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@contextmanager
def open_ledger(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock, **environment: str
) -> Iterator["LedgerBench"]:
    """A migrated store in `data_dir`, which this process's settings name meanwhile.

    `environment` are further variables, such as COMPTOIR_DATABASE_URL.
    """
    monkeypatch.setenv("COMPTOIR_DATA_DIR", str(data_dir))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMPTOIR_EXTRA_KINDS", EXTRA_KINDS)
    monkeypatch.setenv("COMPTOIR_DOCUMENTS_BACKOFF_S", "0.1,0.2,0.4")
    get_settings.cache_clear()
    migrate_copy(get_settings())
    yield LedgerBench(get_settings(), clock)
    close_store(get_settings())
    get_settings.cache_clear()


@dataclass
class LedgerBench:
    """The ledger of a temporary store, in few words."""

    settings: Settings
    clock: Any

    def submit(self, kind: str = "test.echo", **options: Any) -> str:
        with self.write() as session:
            return self.submit_in(session, kind, **options)

    def submit_in(self, session: Session, kind: str = "test.echo", **options: Any) -> str:
        """Submit inside a transaction of the test's own."""
        payload = options.pop("payload", {})
        return ledger.submit(session, get_kind(kind), payload, now=self.clock(), **options).id

    def claim(self, job_id: str, worker: str = "worker-1") -> Claim | None:
        with self.write() as session:
            return ledger.claim(
                session,
                job_id,
                worker,
                now=self.clock(),
                lease_s=30,
                time_limit_s=lambda _kind, _payload: 60,
            )

    def take(self, job_id: str, worker: str = "worker-1") -> Claim:
        held = self.claim(job_id, worker)
        assert held is not None
        return held

    def complete(self, held: Claim, detail: dict[str, Any] | None = None) -> bool:
        kind = get_kind(held.kind)
        with self.write() as session:
            return endings.complete(session, held, kind, detail or {}, now=self.clock())

    def fail(self, held: Claim, failure: Failure) -> bool:
        policy = self.settings.policy_of("documents")
        return bool(self.change(endings.fail, held, failure, policy))

    def crash(self, held: Claim) -> bool:
        return bool(self.change(endings.crash, held, self.settings.max_crashes))

    def hand_back(self, held: Claim) -> bool:
        return bool(self.change(endings.hand_back, held))

    def reap(self) -> int:
        with self.write() as session:
            expired = recovery.list_expired(session, now=self.clock())
            limit = self.settings.max_crashes
            return sum(recovery.reap(session, job, limit, now=self.clock()) for job in expired)

    def at_once(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Every call in a thread of its own, all let go at the same moment."""
        barrier = threading.Barrier(len(calls))

        def run(call: Callable[[], Any]) -> Any:
            barrier.wait()
            return call()

        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(run, calls))

    def change(self, transition: Callable[..., Any], *args: Any, **options: Any) -> Any:
        with self.write() as session:
            return transition(session, *args, now=self.clock(), **options)

    def write(self) -> AbstractContextManager[Session]:
        return write_session(self.settings)

    def job(self, job_id: str) -> Job:
        with read_session(self.settings) as session:
            return session.get_one(Job, job_id)

    def events(self, job_id: str) -> list[str]:
        return [event.event for event in self.timeline(job_id)]

    def timeline(self, job_id: str) -> list[JobEvent]:
        with read_session(self.settings) as session:
            found = session.exec(
                select(JobEvent).where(JobEvent.job_id == job_id).order_by(col(JobEvent.id))
            )
            return list(found.all())

    def effects(self, job_id: str) -> int:
        with read_session(self.settings) as session:
            found = session.exec(
                select(AuditEntry).where(
                    AuditEntry.target_id == job_id, AuditEntry.action == "effect"
                )
            )
            return len(found.all())
