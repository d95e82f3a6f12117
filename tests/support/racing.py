"""Threads and processes that do the same at the same moment, for tests of what one may win."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import TypeVar

from pipeline.jobs import ledger
from pipeline.settings import Settings
from pipeline.store import write_session

T = TypeVar("T")
START_WITHIN_S = 60.0

_start: Barrier


def at_once(times: int, act: Callable[[int], T]) -> list[T]:
    """What `act` returns in each of that many threads, started together."""
    start = threading.Barrier(times)

    def run(number: int) -> T:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


def claim_in_processes(
    settings: Settings, job_ids: list[str], now: datetime, processes: int
) -> list[list[str]]:
    """The jobs that each process got, where all go for the same ones in the same order."""
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(processes)
    with ProcessPoolExecutor(processes, spawn, _keep_barrier, (start,)) as pool:
        claims = [
            pool.submit(_claim_all, settings, job_ids, now, f"worker-{number}")
            for number in range(processes)
        ]
        return [claim.result() for claim in claims]


def _keep_barrier(start: Barrier) -> None:
    global _start
    _start = start


def _claim_all(settings: Settings, job_ids: list[str], now: datetime, worker: str) -> list[str]:
    _start.wait(START_WITHIN_S)
    won = []
    for job_id in job_ids:
        with write_session(settings) as session:
            held = ledger.claim(
                session,
                job_id,
                worker,
                now=now,
                lease_s=30,
                time_limit_s=lambda _kind, _payload: 60,
            )
        if held is not None:
            won.append(job_id)
    return won
