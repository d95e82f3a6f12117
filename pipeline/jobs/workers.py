"""Workers as they report themselves: one row each, renewed with every beat."""

import os
import socket
import time
from datetime import datetime
from importlib.metadata import version

import psutil
from sqlalchemy import delete
from sqlmodel import Session, col

from pipeline.models import WorkerRow
from pipeline.upsert import insert_into


def make_worker_id() -> str:
    """Host, process and start time: unique also after the process id is used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{int(time.time())}"


def beat(
    session: Session,
    worker_id: str,
    queues: dict[str, int],
    *,
    now: datetime,
    stopping: bool = False,
) -> None:
    """Say that this process lives and which queues it serves, with how many runners each."""
    alive = {"memory_bytes": measure_memory(), "beat_at": now, "stopping": stopping}
    statement = insert_into(session, WorkerRow).values(
        id=worker_id,
        host=socket.gethostname(),
        pid=os.getpid(),
        version=version("comptoir"),
        queues=queues,
        started_at=now,
        **alive,
    )
    session.connection().execute(statement.on_conflict_do_update(index_elements=["id"], set_=alive))


def sign_off(session: Session, worker_id: str) -> None:
    """Take the worker off the list: it ended, or is known to be dead."""
    session.connection().execute(delete(WorkerRow).where(col(WorkerRow.id) == worker_id))


def forget_silent(session: Session, *, since: datetime) -> int:
    """Drop workers that have not reported for so long that they are surely gone."""
    result = session.connection().execute(delete(WorkerRow).where(col(WorkerRow.beat_at) < since))
    return int(result.rowcount)


def measure_memory() -> int:
    """Bytes that this process and its runners hold."""
    own = psutil.Process()
    total = 0
    for process in (own, *own.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
