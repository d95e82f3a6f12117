"""A real broker of each kind, and a consumer that notes what it was rung for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from pipeline.jobs.broker import Doorbell, QueueConsumer, open_doorbell
from pipeline.settings import Settings
from tests.support.postgresql import PostgresServer, empty_database
from tests.support.valkey import ValkeyServer
from tests.support.worker import wait_until


@dataclass
class Place:
    """Where a broker is, and how to take it down and bring it back."""

    settings: Settings
    stop: Callable[[], None]
    start: Callable[[], None]
    opened: list[Doorbell] = field(default_factory=list)

    def open(self) -> Doorbell:
        """A doorbell as another process opens it."""
        self.opened.append(open_doorbell(self.settings))
        return self.opened[-1]


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


def place_in_folder(folder: Path) -> Place:
    """A file in `folder`, out of reach while it is down."""
    settings = Settings(data_dir=folder / "data")
    path, aside = settings.broker_path, folder / "aside"

    def stop() -> None:
        path.rename(aside)
        path.mkdir()

    def start() -> None:
        path.rmdir()
        aside.rename(path)

    return Place(settings, stop, start)


def place_on_valkey(server: ValkeyServer) -> Place:
    """An emptied server."""
    with redis.Redis.from_url(server.url()) as client:
        client.flushall()
    return Place(Settings(redis_url=server.url(1)), server.stop, server.start)


def place_on_postgresql(server: PostgresServer) -> Place:
    """A database of its own."""
    return Place(Settings(store_url=empty_database(server)), server.stop, server.start)
