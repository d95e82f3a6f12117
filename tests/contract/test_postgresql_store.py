"""What a PostgreSQL server does at its worst moments, and what its users hear of it."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError
from sqlmodel import Session, func, select

from pipeline.errors import StoreUnavailableError
from pipeline.models import AuditEntry, QueuePause
from pipeline.settings import Settings
from pipeline.store import check_writable, migrate_when_ready, read_session, write_session
from tests.contract.conftest import HASTY_S
from tests.support.postgresql import PostgresServer

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def entry(at: datetime = NOON, **values: object) -> AuditEntry:
    return AuditEntry(
        at=at, action="test", target_type="job", target_id="1", **{"actor": "ana", **values}
    )


def count_entries(settings: Settings) -> int:
    with read_session(settings) as session:
        return session.exec(select(func.count()).select_from(AuditEntry)).one()


def pause(queue: str) -> QueuePause:
    return QueuePause(queue=queue, reason="a test", actor="ana", paused_at=NOON)


def touch(session: Session, queue: str) -> None:
    session.connection().execute(
        text("UPDATE queue_pause SET reason = 'touched' WHERE queue = :queue"), {"queue": queue}
    )


def administer(settings: Settings, statement: str) -> None:
    with psycopg.connect(str(settings.store_url), autocommit=True) as administrator:
        administrator.execute(statement.encode())


def test_a_server_that_does_not_answer_is_given_up_in_time(
    postgresql: PostgresServer, on_postgresql: Settings
) -> None:
    check_writable(on_postgresql)
    began_s = time.monotonic()

    with postgresql.freeze(), pytest.raises(StoreUnavailableError, match="try again"):
        check_writable(on_postgresql)

    assert time.monotonic() - began_s < HASTY_S + 0.5
    check_writable(on_postgresql)


def test_a_server_that_was_restarted_is_used_again_without_an_error(
    postgresql: PostgresServer, on_postgresql: Settings
) -> None:
    check_writable(on_postgresql)
    postgresql.stop()
    postgresql.start()

    check_writable(on_postgresql)


def test_a_server_that_crashes_under_a_writer_is_said_in_a_sentence(
    postgresql: PostgresServer, on_postgresql: Settings
) -> None:
    with pytest.raises(StoreUnavailableError), write_session(on_postgresql) as session:
        session.add(entry())
        session.flush()
        postgresql.crash()
    postgresql.start()

    assert count_entries(on_postgresql) == 0


def test_two_writers_that_wait_for_each_other_are_told_to_try_again(
    on_postgresql: Settings,
) -> None:
    patient = on_postgresql.model_copy(update={"store_wait_s": 10.0})
    with write_session(patient) as session:
        session.add_all([pause("1"), pause("2")])
    both_hold_one = threading.Barrier(2)

    def write(first: str, second: str) -> bool:
        try:
            with write_session(patient) as session:
                touch(session, first)
                both_hold_one.wait()
                touch(session, second)
        except StoreUnavailableError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        ends = [threads.submit(write, "1", "2"), threads.submit(write, "2", "1")]
        assert sorted(end.result() for end in ends) == [False, True]


def test_a_standby_that_takes_no_writes_is_said_in_a_sentence(on_postgresql: Settings) -> None:
    name = str(on_postgresql.store_url).rpartition("/")[2]
    # What makes a standby refuse: each of its transactions is read-only.
    administer(on_postgresql, f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    with pytest.raises(StoreUnavailableError), write_session(on_postgresql) as session:
        session.add(entry())
    with pytest.raises(StoreUnavailableError):
        check_writable(on_postgresql)
    assert count_entries(on_postgresql) == 0


def test_a_reader_that_writes_is_a_mistake_and_not_a_bad_moment(on_postgresql: Settings) -> None:
    with pytest.raises(InternalError), read_session(on_postgresql) as session:
        session.add(entry())
        session.flush()


def test_a_server_without_a_free_connection_is_said_in_a_sentence(
    on_postgresql: Settings,
) -> None:
    name = f"guest_{uuid.uuid4().hex}"
    administer(on_postgresql, f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 0")
    url = str(on_postgresql.store_url).replace("postgres@", f"{name}@")
    crowded = on_postgresql.model_copy(update={"store_url": url})

    with pytest.raises(StoreUnavailableError) as caught:
        check_writable(crowded)

    assert "too many connections" in str(caught.value.params["cause"])


def test_a_store_that_starts_late_is_waited_for(
    postgresql: PostgresServer, on_postgresql: Settings
) -> None:
    postgresql.stop()
    late = threading.Timer(0.3, postgresql.start)
    late.start()

    migrate_when_ready(on_postgresql, within_s=30)
    late.join()

    check_writable(on_postgresql)


def test_a_store_that_never_comes_is_named_without_its_password() -> None:
    absent = Settings(store_url="postgresql://ana:s3cret@127.0.0.1:9/shop")

    with pytest.raises(StoreUnavailableError) as caught:
        migrate_when_ready(absent, within_s=0)

    assert "127.0.0.1:9/shop cannot be reached" in caught.value.message
    assert "s3cret" not in str(caught.value.message) + str(caught.value.params)
