"""The doorbell on Redis or Valkey: sorted sets that block until a message comes."""

import time
from collections.abc import Sequence
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry

from pipeline.jobs.broker.queue import Message, QueueStorage, keep_highest

ANSWER_WITHIN_S = 0.9
WAIT_S = 1
# Above any timestamp in microseconds of this century, and exact in a double up to priority 2.
PRIORITY_STEP = 2**51
MAX_CONNECTIONS = 10_000


class RedisBroker:
    """Queues in one database of a server."""

    kind = "redis"
    errors: tuple[type[Exception], ...] = (redis.RedisError, OSError)

    def __init__(self, url: str) -> None:
        self._ringing = _connect(url, ANSWER_WITHIN_S)
        # Blocks for its second, each thread on a connection of its own.
        self._waiting = _connect(url, WAIT_S + ANSWER_WITHIN_S)

    def open_queue(self, queue: str) -> "RedisQueue":
        """The messages of one queue."""
        return RedisQueue(queue, self._ringing, self._waiting)

    def close(self) -> None:
        """Close the connections; a later use opens them again."""
        self._ringing.connection_pool.disconnect()
        self._waiting.connection_pool.disconnect()


class RedisQueue(QueueStorage):
    """A sorted set of messages, each scored by priority, then by the time it was first put.

    Huey's own storage tells two rings for one job apart by their time; here a message is a
    member as it is, so that a second ring changes nothing or only raises the priority.
    """

    def __init__(self, queue: str, ringing: redis.Redis, waiting: redis.Redis) -> None:
        super().__init__(queue)
        self._key = f"comptoir:bell:{queue}"
        self._ringing = ringing
        self._waiting = waiting

    def put(self, messages: Sequence[Message]) -> None:
        """Add messages. Raises RedisError, OSError."""
        now_us = time.time_ns() // 1000
        scores: dict[Any, int] = {
            data: now_us + place - priority * PRIORITY_STEP
            for place, (data, priority) in enumerate(keep_highest(messages))
        }
        self._ringing.zadd(self._key, scores, lt=True)

    def dequeue(self) -> bytes | None:
        """The next message, waiting about a second for one."""
        found: Any = self._waiting.bzpopmin(self._key, timeout=WAIT_S)
        return found[1] if found else None

    def take(self, most: int) -> list[bytes]:
        """The next messages, `most` or as many as there are, without waiting."""
        found: Any = self._ringing.zpopmin(self._key, most)
        return [data for data, _score in found]

    def queue_size(self) -> int:
        """Messages waiting."""
        size: Any = self._ringing.zcard(self._key)
        return int(size)


def _connect(url: str, answer_within_s: float) -> redis.Redis:
    pool = redis.ConnectionPool.from_url(
        url,
        socket_connect_timeout=ANSWER_WITHIN_S,
        socket_timeout=answer_within_s,
        # Once, for a connection that died while it stood idle; a silent server is not asked twice.
        retry=Retry(NoBackoff(), 1, (redis.ConnectionError,)),
        max_connections=MAX_CONNECTIONS,
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
        client_name="comptoir",
    )
    return redis.Redis(connection_pool=pool)
