"""A few threads that send what is offered, so that a silent server holds up nobody else."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from pipeline.alerts.deliveries import Delivery, Path

# A crowd of addresses is told in turns; each turn lasts as long as a server keeps silent.
MOST_AT_ONCE = 8

Send = Callable[[Sequence[Delivery]], None]


class Senders:
    """Sends what is offered, one path at a time each; threads end when nothing is left."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[Sequence[Delivery]] = deque()
        self._held: set[Path] = set()
        self._threads = 0
        self._changed = threading.Condition()

    def offer(self, deliveries: Sequence[Delivery]) -> None:
        """Send these soon, in their order; nothing where some of their path are being sent."""
        with self._changed:
            if deliveries[0].path in self._held:
                return
            self._held.add(deliveries[0].path)
            self._waiting.append(deliveries)
            if self._threads < MOST_AT_ONCE:
                self._threads += 1
                # A daemon: a server that keeps silent must not keep this process from ending.
                threading.Thread(target=self._work, name="alert-sender", daemon=True).start()

    def wait(self, within_s: float) -> bool:
        """Whether everything that was offered is done with before that time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._held, within_s)

    def _work(self) -> None:
        while (deliveries := self._take()) is not None:
            try:
                self._send(deliveries)
            finally:
                with self._changed:
                    self._held.discard(deliveries[0].path)
                    self._changed.notify_all()

    def _take(self) -> Sequence[Delivery] | None:
        with self._changed:
            if self._waiting:
                return self._waiting.popleft()
            self._threads -= 1
            return None
