"""The limit admits a burst, then a steady rate, and says exactly when the next one may come."""

import multiprocessing
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline.rate_counters import Rate, SqliteCounters
from pipeline.rate_limit import RateLimiter, open_limiter
from pipeline.settings import Settings

NOON_S = 1_772_366_400.0


class Seconds:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_s = NOON_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def limiter(tmp_path: Path, clock: Seconds) -> RateLimiter:
    """Two requests a second, five at once."""
    return RateLimiter(SqliteCounters(tmp_path / "limits.db"), Rate(2, 5), clock)


def admitted(limiter: RateLimiter, requests: int, client: str = "ana") -> int:
    return sum(limiter.wait_s(client) == 0 for _ in range(requests))


def test_a_burst_is_admitted_and_no_more(limiter: RateLimiter) -> None:
    assert admitted(limiter, 20) == 5


def test_after_the_burst_requests_pass_at_the_steady_rate(
    limiter: RateLimiter, clock: Seconds
) -> None:
    admitted(limiter, 5)

    passed = []
    for _ in range(40):
        clock.now_s += 0.125
        passed.append(limiter.wait_s("ana") == 0)

    assert sum(passed) == 10
    assert passed == [False, False, False, True] * 10


def test_who_waits_as_long_as_told_is_admitted_and_not_a_moment_sooner(
    limiter: RateLimiter, clock: Seconds
) -> None:
    admitted(limiter, 5)
    clock.now_s += 0.125

    wait_s = limiter.wait_s("ana")

    assert wait_s == 0.375
    clock.now_s += wait_s - 0.001
    assert limiter.wait_s("ana") > 0
    clock.now_s += 0.001
    assert limiter.wait_s("ana") == 0


def test_a_refused_request_costs_nothing(limiter: RateLimiter, clock: Seconds) -> None:
    admitted(limiter, 500)
    clock.now_s += 2.5

    assert admitted(limiter, 20) == 5


def test_one_client_does_not_use_up_the_share_of_another(limiter: RateLimiter) -> None:
    admitted(limiter, 20, "ana")

    assert admitted(limiter, 20, "ben") == 5


def test_counts_that_say_nothing_any_more_are_dropped(
    limiter: RateLimiter, clock: Seconds, tmp_path: Path
) -> None:
    for number in range(50):
        limiter.wait_s(f"client-{number}")
    clock.now_s += 61

    limiter.wait_s("ana")

    with sqlite3.connect(tmp_path / "limits.db") as counts:
        assert counts.execute("SELECT client FROM rate_limit").fetchall() == [("ana",)]


def test_a_clock_that_is_set_back_locks_nobody_out_for_long(
    limiter: RateLimiter, clock: Seconds, tmp_path: Path
) -> None:
    admitted(limiter, 20)
    clock.now_s -= 3600
    restarted = RateLimiter(SqliteCounters(tmp_path / "limits.db"), Rate(2, 5), clock)
    assert restarted.wait_s("ana") > 3000
    clock.now_s += 61

    assert restarted.wait_s("ana") == 0


def test_counts_that_cannot_be_reached_let_everybody_pass_and_say_so_once_a_minute(
    tmp_path: Path, clock: Seconds
) -> None:
    limiter = RateLimiter(SqliteCounters(tmp_path / "no" / "limits.db"), Rate(1, 1), clock)

    with capture_logs() as lines:
        for _ in range(50):
            assert admitted(limiter, 10) == 10
            clock.now_s += 1.2

    assert [line["event"] for line in lines] == ["rate_limit_off"]


def test_a_damaged_file_is_replaced(tmp_path: Path, clock: Seconds) -> None:
    (tmp_path / "limits.db").write_bytes(b"not a database" * 1000)
    limiter = RateLimiter(SqliteCounters(tmp_path / "limits.db"), Rate(1, 3), clock)

    limiter.wait_s("ana")
    clock.now_s += 2

    assert admitted(limiter, 10) == 3


def test_counts_held_by_somebody_else_delay_one_request_and_not_each(
    tmp_path: Path, clock: Seconds
) -> None:
    limiter = RateLimiter(SqliteCounters(tmp_path / "limits.db"), Rate(1, 1), clock)
    limiter.wait_s("ana")
    with sqlite3.connect(tmp_path / "limits.db", isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        started_s = time.perf_counter()
        assert admitted(limiter, 200) == 200
        took_s = time.perf_counter() - started_s

    assert took_s < 2


def test_two_processes_share_one_count(tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    context = multiprocessing.get_context("spawn")
    together, counts = context.Barrier(2), context.Queue()
    hammers = [context.Process(target=hammer, args=(path, together, counts)) for _ in range(2)]
    started_s = time.time()
    for process in hammers:
        process.start()
    admitted_by_each = [counts.get(timeout=60) for _ in hammers]
    took_s = time.time() - started_s
    for process in hammers:
        process.join(10)

    assert 100 <= sum(admitted_by_each) <= 100 + 50 * took_s
    assert RateLimiter(SqliteCounters(path), Rate(50, 100)).wait_s("ana") < 0.1


def hammer(path: Path, together: Any, counts: Any) -> None:
    """Another process: 5,000 requests as fast as it can, under the clock on the wall."""
    limiter = RateLimiter(SqliteCounters(path), Rate(50, 100))
    together.wait(60)
    counts.put(admitted(limiter, 5000))


@pytest.fixture
def no_limit_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("COMPTOIR_RATE_LIMIT_PER_S", raising=False)
    yield


def test_zero_means_no_limit(tmp_path: Path, no_limit_in_the_environment: None) -> None:
    assert open_limiter(Settings(data_dir=tmp_path, rate_limit_per_s=0)) is None
    assert open_limiter(Settings(data_dir=tmp_path)) is not None
