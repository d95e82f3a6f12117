"""How many requests one client may send, over all processes and hosts; asked by the API.

Of the libraries, `limits` counts in Redis or memory but not in SQL, and `pyrate-limiter` keeps a
row for every request; here a client costs one row and one statement.
"""

import sqlite3
import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.rate_counters import Counters, PostgresqlCounters, Rate, SqliteCounters
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

SWEEP_S = 60.0
LOG_S = 60.0
# A count that cannot be reached must not cost every request its whole wait.
REST_S = 1.0


class RateLimiter:
    """Admits a request or says how long to wait; safe to share between threads."""

    def __init__(
        self, counters: Counters, rate: Rate, clock: Callable[[], float] = time.time
    ) -> None:
        self._counters = counters
        self._rate = rate
        self._clock = clock
        self._swept_s = clock()
        self._resting_until_s = 0.0
        self._logged_s: float | None = None

    def wait_s(self, client: str) -> float:
        """0 where this request is admitted, else the seconds after which one will be."""
        now_s = self._clock()
        if now_s < self._resting_until_s:
            return 0.0
        try:
            self._sweep(now_s)
            return self._counters.take(client, self._rate, now_s)
        except (sqlite3.Error, SQLAlchemyError) as error:
            # Failing open is right here: the limit protects the service from too much work, and
            # refusing all of it because the counting is broken would do that very harm.
            self._rest(now_s, error)
            return 0.0

    def _sweep(self, now_s: float) -> None:
        if now_s - self._swept_s >= SWEEP_S:
            self._swept_s = now_s
            self._counters.sweep(self._rate, now_s)

    def _rest(self, now_s: float, error: Exception) -> None:
        self._resting_until_s = now_s + REST_S
        if self._logged_s is None or now_s - self._logged_s >= LOG_S:
            self._logged_s = now_s
            log.warning("rate_limit_off", cause=str(error))


def open_limiter(settings: Settings) -> RateLimiter | None:
    """The limiter of the API that the settings ask for; None where there is no limit."""
    if not settings.rate_limit_per_s:
        return None
    return limit_to(settings, Rate(settings.rate_limit_per_s, settings.rate_limit_burst))


def limit_to(settings: Settings, rate: Rate) -> RateLimiter:
    """A limiter of this rate, on the counts that all processes share.

    What else counts there sweeps it too, so it may run no further ahead than `CLOCK_SLACK_S`.
    """
    counters: Counters = (
        PostgresqlCounters(settings.database_url)
        if settings.uses_postgresql
        else SqliteCounters(settings.data_dir / "limits.db")
    )
    return RateLimiter(counters, rate)
