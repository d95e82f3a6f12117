"""The thread that looks at the rules and sends what they say, in every dashboard.

Not in a worker, and not by jobs: that no worker runs must be told when none does.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from pipeline.alerts.deliveries import Delivery, read_due, send_in_order
from pipeline.alerts.look import look
from pipeline.alerts.pruning import prune
from pipeline.alerts.senders import Senders
from pipeline.clock import Clock, utc_now
from pipeline.errors import PipelineError
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

PRUNE_EVERY = timedelta(days=1)
STOP_WITHIN_S = 2.0


class Watcher:
    """Rounds every `alerts_every_s`; a round waits for nobody who is told."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self._settings = settings
        self._clock = clock
        self._stopping = threading.Event()
        self._senders = Senders(self._send_in_order)
        self._prune_at = clock()
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)

    def start(self) -> None:
        """Begin with a first round; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End soon. What is being sent is not waited for: it is taken up after its claim."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_WITHIN_S)

    def round(self) -> None:
        """Look once, and begin to send what is due."""
        self._try("look", self._look)
        self._try("send", self._send)
        self._try("prune", self._prune)

    def wait(self, within_s: float) -> None:
        """Wait until everything that was begun is sent or has failed."""
        self._senders.wait(within_s)

    def _run(self) -> None:
        while True:
            self.round()
            if self._stopping.wait(self._settings.alerts_every_s):
                return

    def _try(self, name: str, part: Callable[[], None]) -> None:
        try:
            part()
        except PipelineError as error:
            log.warning("alerts_skipped", part=name, code=error.code, message=error.message)
        except Exception:
            # There must be a next round, whatever went wrong in this one.
            log.exception("alerts_broke", part=name)

    def _look(self) -> None:
        look(self._settings, self._clock())

    def _send(self) -> None:
        for deliveries in read_due(self._settings, self._clock()):
            self._senders.offer(deliveries)

    def _send_in_order(self, deliveries: Sequence[Delivery]) -> None:
        self._try(
            "send",
            lambda: send_in_order(self._settings, deliveries, self._clock, self._stopping),
        )

    def _prune(self) -> None:
        if self._clock() >= self._prune_at:
            prune(self._settings, self._clock())
            self._prune_at = self._clock() + PRUNE_EVERY
