"""What the doorbell asks of a broker, and the message that goes through it."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

from huey.storage import BaseStorage

# What `write_message` made, and its priority; higher is answered first.
Message = tuple[bytes, int]


class QueueStorage(BaseStorage, ABC):  # type: ignore[misc]
    """One queue of a broker, as Huey's consumer reads it."""

    # `dequeue` waits by itself; Huey need not sleep between two looks.
    blocking = True

    @abstractmethod
    def put(self, messages: Sequence[Message]) -> None:
        """Add messages in this order, all or none, each at most once."""

    @abstractmethod
    def dequeue(self) -> bytes | None:
        """The next message; None where there is none, after up to a second of waiting."""

    @abstractmethod
    def take(self, most: int) -> list[bytes]:
        """The next messages, `most` or as many as there are, without waiting."""

    @abstractmethod
    def queue_size(self) -> int:
        """Messages waiting."""

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        """Huey's own way in."""
        self.put([(data, int(priority or 0))])

    def wake(self) -> None:
        """End the waiting of `dequeue` where that is possible."""


class Broker(Protocol):
    """A place that keeps messages; opened without reaching it."""

    kind: str
    # What its driver raises while it is down.
    errors: tuple[type[Exception], ...]

    def open_queue(self, queue: str) -> QueueStorage:
        """The messages of one queue."""

    def close(self) -> None:
        """Let go of the connections; a later use opens them again."""


def write_message(job_id: str) -> bytes:
    """The message that rings for a job: readable, and never a pickle."""
    return json.dumps({"jobId": job_id}).encode()


def read_message(data: bytes) -> str:
    """The job that a message rings for. Raises ValueError, TypeError or KeyError."""
    return str(json.loads(bytes(data))["jobId"])


def keep_highest(messages: Sequence[Message]) -> list[Message]:
    """Each message once, at its first place and with its highest priority."""
    highest: dict[bytes, int] = {}
    for data, priority in messages:
        highest[data] = max(priority, highest.get(data, priority))
    return list(highest.items())
