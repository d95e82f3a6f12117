"""Ringing: the one face that every broker shows to submit, dispatcher, worker and health."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from pipeline.errors import PipelineError
from pipeline.jobs.broker.consumer import Complaint, DoorbellHuey, QueueConsumer
from pipeline.jobs.broker.queue import Broker, QueueStorage, read_message, write_message
from pipeline.models import Priority
from pipeline.settings import Settings

# A broker that just failed is not asked again for so long: each submit would wait its timeout.
DOWN_FOR_S = 1.0


class BrokerDownError(PipelineError):
    """The doorbell cannot be rung just now; the dispatcher will."""


class Doorbell:
    """Rings for jobs, and answers; safe to share between threads."""

    def __init__(self, broker: Broker, clock: Callable[[], float] = time.monotonic) -> None:
        self._broker = broker
        self._clock = clock
        self._complaint = Complaint()
        self._down_until_s = float("-inf")
        self._queues: dict[str, QueueStorage] = {}
        self._opening = threading.Lock()

    @property
    def kind(self) -> str:
        """What is rung: sqlite, redis or postgresql."""
        return self._broker.kind

    def ring(self, queue: str, job_id: str, priority: int = Priority.NORMAL) -> None:
        """Wake a worker of `queue` for this job. Raises BrokerDownError."""
        self.ring_many(queue, [(job_id, priority)])

    def ring_many(self, queue: str, jobs: Iterable[tuple[str, int]]) -> None:
        """Ring for jobs, each an id and a priority, in one go. Raises BrokerDownError.

        A job that is rung for again while its message waits keeps its place, and the higher of
        both priorities.
        """
        messages = [(write_message(job_id), priority) for job_id, priority in jobs]
        if messages:
            with self._reaching("The job is kept and starts soon."):
                self._queue(queue).put(messages)

    def take(self, queue: str, most: int) -> list[str]:
        """The jobs of the next messages, at most so many, without waiting.

        Raises BrokerDownError.
        """
        with self._reaching("The broker cannot be read just now."):
            messages = self._queue(queue).take(most)
        return [job_id for job_id in map(_read_ours, messages) if job_id is not None]

    def depth(self, queue: str) -> int:
        """Messages waiting for `queue`. Raises BrokerDownError."""
        with self._reaching("The broker cannot be read just now."):
            return int(self._queue(queue).queue_size())

    def consumer(self, queue: str, answer: Callable[[str], None], workers: int) -> QueueConsumer:
        """A consumer, not yet started, whose threads call `answer(job_id)`."""
        huey = DoorbellHuey(queue, self._queue(queue), answer, self._complaint)
        return QueueConsumer(huey, workers)

    def close(self) -> None:
        """Let go of the connections; consumers are to be stopped before."""
        self._broker.close()

    def _queue(self, queue: str) -> QueueStorage:
        with self._opening:
            if queue not in self._queues:
                self._queues[queue] = self._broker.open_queue(queue)
            return self._queues[queue]

    @contextlib.contextmanager
    def _reaching(self, consequence: str) -> Iterator[None]:
        if self._clock() < self._down_until_s:
            raise BrokerDownError("BROKER_DOWN", consequence, permanent=False)
        try:
            yield
        except self._broker.errors as error:
            self._down_until_s = self._clock() + DOWN_FOR_S
            raise BrokerDownError("BROKER_DOWN", consequence, permanent=False) from error


def _read_ours(data: bytes) -> str | None:
    try:
        return read_message(data)
    except (ValueError, TypeError, KeyError):
        # Somebody else's; the consumer drops such messages too.
        return None


def open_doorbell(settings: Settings) -> Doorbell:
    """The doorbell that the settings ask for; nothing is reached or made yet."""
    return Doorbell(_open_broker(settings))


def _open_broker(settings: Settings) -> Broker:
    # Each driver is imported where it is used, so that a small process stays small.
    if settings.broker_kind == "redis":
        from pipeline.jobs.broker.redis import RedisBroker

        assert settings.redis_url
        return RedisBroker(settings.redis_url)
    if settings.broker_kind == "postgresql":
        from pipeline.jobs.broker.postgresql import PostgresBroker

        assert settings.store_url
        return PostgresBroker(settings.store_url)
    from pipeline.jobs.broker.sqlite import SqliteBroker

    return SqliteBroker(settings.broker_path)
