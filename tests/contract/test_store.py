"""What a store promises: its tables, its transactions, and a sentence where it cannot answer."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, SQLModel, func, select

from pipeline.errors import StoreUnavailableError
from pipeline.models import AuditEntry, IdempotentAnswer, Job, QueuePause, Receipt, Upload
from pipeline.settings import Settings
from pipeline.store import (
    check_writable,
    migrate_when_ready,
    open_store,
    read_session,
    write_session,
)
from tests.contract.conftest import HASTY_S
from tests.support.worker import ROOT

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def entry(at: datetime = NOON, **values: object) -> AuditEntry:
    return AuditEntry(
        at=at, action="test", target_type="job", target_id="1", **{"actor": "ana", **values}
    )


def count_entries(settings: Settings) -> int:
    with read_session(settings) as session:
        return session.exec(select(func.count()).select_from(AuditEntry)).one()


def store_receipt(session: Session, **values: Any) -> None:
    times = {"created_at": NOON}
    upload = {"sha256": "0", "name": "a.jpg", "media_type": "image/jpeg", "pages": 1}
    session.add(Upload(id="upload", size_bytes=5_000_000_000, **upload, **times))
    session.flush()
    session.add(Job(id="job", queue="q", kind="k", upload_id="upload", run_at=NOON, **times))
    session.flush()
    session.add(
        Receipt(
            job_id="job",
            upload_id="upload",
            purchased_on=date(2026, 2, 28),
            confidence=0.5,
            needs_review=True,
            review_reasons=[],
            pages=[],
            ocr_engine="none",
            ocr_confidence=0.5,
            processing_time_s=0.1,
            **times,
            **values,
        )
    )


@contextmanager
def hold_rows(settings: Settings) -> Iterator[None]:
    """Somebody else writes meanwhile: to the whole file, or to every row of `queue_pause`."""
    if settings.uses_postgresql:
        with psycopg.connect(settings.store_url) as holder:
            holder.execute("SELECT * FROM queue_pause FOR UPDATE")
            yield
    else:
        holder = sqlite3.connect(settings.database_path, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.close()


def test_the_migrations_make_exactly_the_tables_of_the_models(settings: Settings) -> None:
    with open_store(settings).connect() as connection:
        # Words to be found by are kept in each store's own way, which models cannot say.
        ours = {"include_name": lambda name, *_: "_words" not in str(name)}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_two_processes_that_start_at_once_migrate_one_after_the_other(empty: Settings) -> None:
    program = "from pipeline.store import migrate; migrate()"
    environment = os.environ | {"COMPTOIR_DATA_DIR": str(empty.data_dir)}
    if empty.store_url:
        environment["COMPTOIR_DATABASE_URL"] = empty.store_url
    both = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=ROOT)
        for _ in range(2)
    ]

    assert [process.wait(60) for process in both] == [0, 0]
    check_writable(empty)


def test_times_come_back_aware_and_in_utc(settings: Settings) -> None:
    paris = datetime(2026, 7, 1, 13, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with write_session(settings) as session:
        session.add(entry(paris))

    with read_session(settings) as session:
        found = session.exec(select(AuditEntry)).one().at
    assert found == datetime(2026, 7, 1, 11, 0, 0, 123456, tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


def test_the_oldest_of_some_times_is_a_time(settings: Settings) -> None:
    with write_session(settings) as session:
        session.add_all([entry(NOON), entry(NOON - timedelta(hours=1))])

    with read_session(settings) as session:
        oldest = session.exec(select(func.min(AuditEntry.at))).one()
    assert oldest == NOON - timedelta(hours=1)


def test_what_was_written_comes_back_as_it_was(settings: Settings) -> None:
    with write_session(settings) as session:
        store_receipt(session, total_cents=3_000_000_000, fields={"naïve": [1, None, {"é": "\0"}]})

    with read_session(settings) as session:
        found = session.get_one(Receipt, "job")
        assert found.total_cents == 3_000_000_000
        assert found.fields == {"naïve": [1, None, {"é": "\0"}]}
        assert found.purchased_on == date(2026, 2, 28)
        assert found.needs_review is True


def test_a_character_that_no_file_name_should_hold_is_taken(settings: Settings) -> None:
    with write_session(settings) as session:
        session.add(entry(actor="ana\0"))

    with read_session(settings) as session:
        assert session.exec(select(AuditEntry.actor)).one().startswith("ana")


def test_an_error_in_a_transaction_undoes_all_of_it(settings: Settings) -> None:
    with pytest.raises(RuntimeError), write_session(settings) as session:
        session.add(entry())
        session.flush()
        raise RuntimeError("stop")

    assert count_entries(settings) == 0


def test_readers_go_on_while_someone_writes(settings: Settings) -> None:
    with write_session(settings) as writer:
        writer.add(entry())
        writer.flush()
        assert count_entries(settings) == 0


def test_a_reader_sees_one_moment(settings: Settings) -> None:
    with read_session(settings) as reader:
        statement = select(func.count()).select_from(AuditEntry)
        before = reader.exec(statement).one()
        with write_session(settings) as writer:
            writer.add(entry())
        assert reader.exec(statement).one() == before


def test_a_key_that_is_taken_stays_an_integrity_error(settings: Settings) -> None:
    answer = {"client": "ana", "key": "k", "request": "r", "created_at": NOON}
    with write_session(settings) as session:
        session.add(IdempotentAnswer(**answer))

    with pytest.raises(IntegrityError), write_session(settings) as session:
        session.add(IdempotentAnswer(**answer))


def test_a_reference_to_nothing_is_refused(settings: Settings) -> None:
    with pytest.raises(IntegrityError), write_session(settings) as session:
        session.add(Job(queue="q", kind="k", upload_id="none", created_at=NOON, run_at=NOON))


def test_a_savepoint_that_failed_leaves_the_rest_of_the_transaction(settings: Settings) -> None:
    answer = {"client": "ana", "key": "k", "request": "r", "created_at": NOON}
    with write_session(settings) as session:
        session.add(IdempotentAnswer(**answer))
        session.flush()
        session.expunge_all()
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(IdempotentAnswer(**answer))
            session.flush()
        session.add(entry())

    assert count_entries(settings) == 1


def test_a_store_that_is_held_is_said_in_a_sentence_and_in_time(hasty: Settings) -> None:
    with write_session(hasty) as session:
        session.add(QueuePause(queue="documents", reason="a test", actor="ana", paused_at=NOON))

    began_s = time.monotonic()
    with (
        hold_rows(hasty),
        pytest.raises(StoreUnavailableError) as caught,
        write_session(hasty) as session,
    ):
        session.connection().execute(text("UPDATE queue_pause SET actor = 'bob'"))

    assert "try again" in caught.value.message
    assert not caught.value.permanent
    assert time.monotonic() - began_s < HASTY_S + 0.5


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'bob'", "DELETE FROM audit"])
def test_the_audit_can_neither_be_changed_nor_shortened(settings: Settings, change: str) -> None:
    with write_session(settings) as session:
        session.add(entry())

    with pytest.raises(DBAPIError, match="only ever appended"), write_session(settings) as session:
        session.connection().execute(text(change))
    assert count_entries(settings) == 1


def test_a_store_of_a_later_version_is_left_alone_and_named(settings: Settings) -> None:
    with write_session(settings) as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreUnavailableError) as caught:
        migrate_when_ready(settings)
    assert caught.value.code == "STORE_NEWER"


def test_twenty_threads_write_at_once(settings: Settings) -> None:
    patient = settings.model_copy(update={"store_wait_s": 20.0})
    start = threading.Barrier(20)

    def write(number: int) -> None:
        start.wait()
        with write_session(patient) as session:
            session.add(entry(actor=str(number)))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(write, range(20)))

    assert count_entries(settings) == 20


def test_commits_that_need_not_be_durable_are_written_all_the_same(settings: Settings) -> None:
    careless = settings.model_copy(update={"store_durable": False})
    with write_session(careless) as session:
        session.add(entry())

    assert count_entries(settings) == 1
