"""The doorbell: messages are readable, ordered by priority, and expendable."""

import sqlite3
import threading
from pathlib import Path

import pytest

from pipeline.jobs.broker import BrokerDownError, Doorbell
from pipeline.models import Priority


def answer_all(doorbell: Doorbell, expected: int) -> list[str]:
    """Start a consumer and return the first `expected` job ids in the order they came."""
    answered: list[str] = []
    enough = threading.Event()

    def answer(job_id: str) -> None:
        answered.append(job_id)
        if len(answered) >= expected:
            enough.set()

    consumer = doorbell.consumer("documents", answer, 1)
    consumer.start()
    assert enough.wait(10), f"only {answered} came"
    consumer.stop(graceful=True)
    return answered


def test_a_message_is_the_job_id_as_json(tmp_path: Path) -> None:
    path = tmp_path / "broker.db"
    Doorbell(path).ring("documents", "job-1")

    with sqlite3.connect(path) as connection:
        (data,) = connection.execute("select data from task").fetchone()

    assert bytes(data) == b'{"jobId": "job-1"}'


def test_high_priority_is_answered_first(tmp_path: Path) -> None:
    doorbell = Doorbell(tmp_path / "broker.db")
    doorbell.ring("documents", "low", Priority.LOW)
    doorbell.ring("documents", "normal", Priority.NORMAL)
    doorbell.ring("documents", "high", Priority.HIGH)

    assert answer_all(doorbell, 3) == ["high", "normal", "low"]


def test_queues_do_not_hear_each_other(tmp_path: Path) -> None:
    doorbell = Doorbell(tmp_path / "broker.db")
    doorbell.ring("documents", "job-1")

    assert doorbell.depth("documents") == 1
    assert doorbell.depth("reports") == 0


def test_a_deleted_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "broker.db"
    doorbell, other_process = Doorbell(path), Doorbell(path)
    doorbell.ring("documents", "lost")
    assert other_process.depth("documents") == 1
    path.unlink()

    doorbell.ring("documents", "kept")

    assert other_process.depth("documents") == 1
    assert answer_all(other_process, 1) == ["kept"]


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "broker.db"
    doorbell = Doorbell(path)
    doorbell.ring("documents", "lost")
    path.unlink()
    path.write_bytes(b"this is no database at all" * 100)

    with pytest.raises(BrokerDownError):
        doorbell.ring("documents", "refused")
    doorbell.ring("documents", "kept")

    assert doorbell.depth("documents") == 1
