"""A restore needs the installation for itself, and deletes nothing that it was not told to."""

import sqlite3
import time
from contextlib import closing
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from pipeline.backup.errors import in_use, not_empty
from pipeline.clock import utc_now
from pipeline.jobs.queue_states import MISSED_BEATS
from pipeline.models import Account, ApiKey, AuditEntry, Job, Product, Upload, WorkerRow
from pipeline.settings import Settings
from pipeline.store import close_store
from pipeline.store.migration import current_revision
from pipeline.store.snapshot import read_snapshot

# What is not there in an installation that was only just started.
KEPT = (Job.id, Upload.id, Product.id, Account.id, ApiKey.id, AuditEntry.id)
# The server forgets a connection a little after its client does.
FORGOTTEN_WITHIN_S = 2.0
PAUSE_S = 0.1
LOCK_WAIT_S = 0.5


def require_quiet(settings: Settings) -> None:
    """Raise ConflictError STORE_IN_USE where a worker or a dashboard runs."""
    if has_store(settings):
        _refuse_workers(settings)
        hold_alone(settings)


def require_empty(settings: Settings) -> None:
    """Raise ConflictError STORE_NOT_EMPTY where there is anything to lose."""
    if not has_store(settings):
        return
    with read_snapshot(settings) as connection, Session(connection) as session:
        if any(session.exec(select(one).limit(1)).first() is not None for one in KEPT):
            raise not_empty()


def has_store(settings: Settings) -> bool:
    """Whether there are tables of ours."""
    if not settings.uses_postgresql and not settings.database_path.exists():
        return False
    with read_snapshot(settings) as connection:
        return bool(current_revision(connection))


def hold_alone(settings: Settings) -> None:
    """See that nobody else has the store open; on SQLite its file is then all there is of it."""
    close_store(settings)
    if settings.uses_postgresql:
        _refuse_connections(settings)
    else:
        _fold_log(settings)


def _refuse_workers(settings: Settings) -> None:
    since = utc_now() - timedelta(seconds=MISSED_BEATS * settings.heartbeat_s)
    with read_snapshot(settings) as connection, Session(connection) as session:
        found = session.exec(select(WorkerRow.id).where(col(WorkerRow.beat_at) >= since)).first()
    if found is not None:
        raise in_use(f"the worker {found} reported just now")


def _refuse_connections(settings: Settings) -> None:
    ends_s = time.monotonic() + FORGOTTEN_WITHIN_S
    while others := _count_others(settings):
        if time.monotonic() > ends_s:
            raise in_use(f"{others} connections to the store are open")
        time.sleep(PAUSE_S)


def _count_others(settings: Settings) -> int:
    statement = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'comptoir' AND pid <> pg_backend_pid()"
    )
    with read_snapshot(settings) as connection:
        return int(connection.execute(statement).scalar_one())


def _fold_log(settings: Settings) -> None:
    # Every open connection holds a lock that this needs, even one that does nothing.
    with closing(sqlite3.connect(settings.database_path, timeout=LOCK_WAIT_S)) as database:
        try:
            database.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise in_use("a dashboard or a worker has the store open") from error
