"""A consumer that notes what it was rung for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipeline.jobs.broker import Doorbell, QueueConsumer
from tests.support.worker import wait_until


@dataclass
class Answers:
    """What a consumer answered, in order."""

    consumer: QueueConsumer | None = None
    job_ids: list[str] = field(default_factory=list)

    def wait_for(self, expected: list[str], within_s: float = 5) -> None:
        """Wait for as many answers as expected, and compare them."""
        wait_until(lambda: len(self.job_ids) >= len(expected), within_s)
        assert self.job_ids == expected


@contextmanager
def answered(doorbell: Doorbell, queue: str = "documents", workers: int = 1) -> Iterator[Answers]:
    """A consumer of `queue`, stopped after the block."""
    answers = Answers()
    answers.consumer = doorbell.consumer(queue, answers.job_ids.append, workers)
    answers.consumer.start()
    try:
        yield answers
    finally:
        answers.consumer.stop(graceful=True)
