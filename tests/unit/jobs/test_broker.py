"""The doorbell in a file: messages are readable, and the file is expendable."""

import sqlite3
import time
from pathlib import Path

import pytest

from pipeline.jobs.broker import BrokerDownError, Doorbell
from pipeline.jobs.broker.sqlite import SqliteBroker
from tests.support.broker import answered
from tests.support.ledger import FakeClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the broker keeps its messages."""
    return tmp_path / "broker.db"


def open_file(path: Path) -> Doorbell:
    """A doorbell as another process opens it."""
    return Doorbell(SqliteBroker(path))


def test_a_message_is_the_job_id_as_json(path: Path) -> None:
    open_file(path).ring("documents", "job-1")

    with sqlite3.connect(path) as connection:
        (data,) = connection.execute("select data from task").fetchone()

    assert bytes(data) == b'{"jobId": "job-1"}'


def test_a_deleted_file_is_made_anew(path: Path) -> None:
    doorbell, other_process = open_file(path), open_file(path)
    doorbell.ring("documents", "lost")
    assert other_process.depth("documents") == 1
    path.unlink()

    doorbell.ring("documents", "kept")

    assert other_process.depth("documents") == 1
    with answered(other_process) as answers:
        answers.wait_for(["kept"])


def test_a_waiting_consumer_hears_the_file_that_replaced_a_deleted_one(path: Path) -> None:
    with answered(open_file(path), workers=2) as answers:
        other_process = open_file(path)
        other_process.ring("documents", "before")
        answers.wait_for(["before"])
        path.unlink()

        other_process.ring("documents", "after")

        answers.wait_for(["before", "after"])


def test_a_damaged_file_is_replaced(path: Path) -> None:
    doorbell = open_file(path)
    doorbell.ring("documents", "lost")
    path.unlink()
    path.write_bytes(b"this is no database at all" * 100)

    doorbell.ring("documents", "kept")

    assert doorbell.depth("documents") == 1


def test_a_file_damaged_under_its_readers_is_replaced(path: Path) -> None:
    doorbell = open_file(path)
    doorbell.ring("documents", "lost")
    path.write_bytes(b"\xff" * path.stat().st_size)

    doorbell.ring("documents", "kept")

    assert open_file(path).depth("documents") == 1


def test_an_emptied_file_is_filled_again(path: Path) -> None:
    doorbell = open_file(path)
    doorbell.ring("documents", "lost")
    path.write_bytes(b"")

    doorbell.ring("documents", "kept")

    assert open_file(path).depth("documents") == 1


def test_a_file_of_an_earlier_version_that_holds_a_message_twice_is_replaced(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table task (id integer primary key, queue, data, priority)")
        connection.executemany("insert into task values (?, 'q', 'twice', 1)", [(1,), (2,)])

    doorbell = open_file(path)
    doorbell.ring("documents", "kept")

    assert doorbell.depth("documents") == 1


def test_a_message_of_somebody_else_is_dropped(path: Path) -> None:
    broker = SqliteBroker(path)
    broker.open_queue("documents").put([(b"not json", 2), (b"[]", 2)])
    doorbell = Doorbell(broker)
    doorbell.ring("documents", "ours")

    with answered(doorbell) as answers:
        answers.wait_for(["ours"])


def test_a_file_that_another_program_locks_is_waited_for_briefly(path: Path) -> None:
    doorbell = open_file(path)
    doorbell.ring("documents", "job-1")
    with sqlite3.connect(path) as other_program:
        other_program.execute("begin exclusive")
        started_s = time.monotonic()
        with pytest.raises(BrokerDownError):
            doorbell.ring("documents", "job-2")
    assert time.monotonic() - started_s < 2


def test_a_broker_that_failed_is_asked_again_a_second_later(path: Path) -> None:
    clock = FakeClock()
    doorbell = Doorbell(SqliteBroker(path), clock=lambda: clock().timestamp())
    path.mkdir()
    with pytest.raises(BrokerDownError):
        doorbell.ring("documents", "job-1")
    path.rmdir()

    with pytest.raises(BrokerDownError):
        doorbell.ring("documents", "job-2")
    clock.tick(1.1)

    doorbell.ring("documents", "job-3")
    assert doorbell.depth("documents") == 1
