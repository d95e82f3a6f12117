"""The five queues and what each may do: workers, time limit, attempts, pauses between them."""

import os
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

QUEUES = ("documents", "catalog", "reports", "notifications", "maintenance")

MOST_DEFAULT_RUNNERS = 5

# Shorter pauses and leases would keep a process busy with nothing else.
SHORTEST_S = 0.05
# 30 days; much more than that overflows what drivers and clocks count in.
LONGEST_S = 2_592_000.0

Pause = Annotated[float, Field(ge=0, le=LONGEST_S)]
Seconds = Annotated[tuple[Pause, ...], NoDecode]


@dataclass(frozen=True)
class QueuePolicy:
    """How one queue is served; a kind may set its own time limit."""

    workers: int
    time_limit_s: float
    max_attempts: int
    backoff_s: tuple[float, ...]

    def delay_s(self, failures: int) -> float:
        """Seconds to wait after the given number of failures (1 or more)."""
        return self.backoff_s[min(failures, len(self.backoff_s)) - 1]


def _workers(default: int | None, what: str) -> Any:
    return Field(default, ge=1, description=f"{what} at once.")


def _limit(default: float, what: str) -> Any:
    return Field(
        default,
        ge=SHORTEST_S,
        le=LONGEST_S,
        description=f"Time limit of one attempt at {what}, in seconds.",
    )


def _attempts(queue: str) -> Any:
    return Field(3, ge=1, description=f"Attempts at a job of {queue} before it is failed.")


def _backoff(default: tuple[float, ...], queue: str) -> Any:
    return Field(
        default,
        min_length=1,
        description=f"Seconds before each further attempt of {queue}, by commas.",
    )


class QueueSettings(BaseSettings):
    """The part of the settings that is alike for every queue; see `Settings`."""

    documents_workers: int | None = _workers(None, "Receipts read (default: 5, or the cores)")
    documents_time_limit_s: float = _limit(30.0, "a file of one page")
    documents_max_attempts: int = _attempts("documents")
    documents_backoff_s: Seconds = _backoff((2.0, 4.0, 8.0), "documents")

    catalog_workers: int = _workers(1, "Catalog jobs")
    catalog_time_limit_s: float = _limit(600.0, "a catalog batch")
    catalog_max_attempts: int = _attempts("catalog")
    catalog_backoff_s: Seconds = _backoff((2.0, 4.0, 8.0), "catalog")

    reports_workers: int = _workers(2, "Reports made")
    reports_time_limit_s: float = _limit(1800.0, "a report")
    reports_max_attempts: int = _attempts("reports")
    reports_backoff_s: Seconds = _backoff((60.0, 120.0, 240.0), "reports")

    notifications_workers: int = _workers(1, "Messages sent")
    notifications_time_limit_s: float = _limit(60.0, "a message")
    notifications_max_attempts: int = _attempts("notifications")
    notifications_backoff_s: Seconds = _backoff((60.0, 120.0, 240.0), "notifications")

    maintenance_workers: int = _workers(1, "Maintenance jobs")
    maintenance_time_limit_s: float = _limit(600.0, "a maintenance job")
    maintenance_max_attempts: int = _attempts("maintenance")
    maintenance_backoff_s: Seconds = _backoff((10.0, 60.0, 240.0), "maintenance")

    @field_validator("*", mode="before")
    @classmethod
    def _split_seconds(cls, value: object, info: Any) -> object:
        if info.field_name.endswith("_backoff_s") and isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    def policy_of(self, queue: str) -> QueuePolicy:
        """How `queue` is served; KeyError where there is no such queue."""
        if queue not in QUEUES:
            raise KeyError(queue)
        workers: int | None = getattr(self, f"{queue}_workers")
        return QueuePolicy(
            workers=workers or min(MOST_DEFAULT_RUNNERS, usable_cores()),
            time_limit_s=getattr(self, f"{queue}_time_limit_s"),
            max_attempts=getattr(self, f"{queue}_max_attempts"),
            backoff_s=getattr(self, f"{queue}_backoff_s"),
        )

    def threads_of(self, queue: str) -> int:
        """Threads that one runner of `queue` gets, so that runners × threads = cores."""
        return max(1, usable_cores() // self.policy_of(queue).workers)


def usable_cores() -> int:
    """Cores this process may run on (a container or taskset may give fewer than it has)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
