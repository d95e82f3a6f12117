"""What a worker does every few seconds beside its jobs: report, take back, ring, count."""

import threading
import time
from collections.abc import Callable

import structlog

from pipeline.clock import Clock, utc_now
from pipeline.errors import PipelineError
from pipeline.jobs import rollup, workers
from pipeline.jobs.beat import Beat
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import dispatch
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)

# A crowd of endings is counted in bites, so that the store is never held for long.
BITES_PER_ROUND = 5


class Pulse:
    """One thread of a worker; without its rounds nothing is retried, taken back or counted."""

    def __init__(
        self,
        settings: Settings,
        doorbell: Doorbell,
        worker_id: str,
        queues: dict[str, int],
        beat: Beat | None,
        clock: Clock = utc_now,
    ) -> None:
        self._settings = settings
        self._doorbell = doorbell
        self._worker_id = worker_id
        self._queues = queues
        self._beat = beat
        self._clock = clock
        self._report_at_s = 0.0

    def run_until(self, stopping: threading.Event) -> None:
        """Rounds until the worker stops."""
        while True:
            for part in (self._report, self._dispatch, self._submit_periodic, self._count):
                self._try(part.__name__, part)
            if stopping.wait(self._settings.dispatch_s):
                # Running jobs still get their grace, and somebody may be looking.
                self._try("say_stopping", self._say_stopping)
                return

    def sign_off(self) -> None:
        """Take this worker off the list."""
        self._try("sign_off", self._sign_off)

    def _try(self, name: str, part: Callable[[], None]) -> None:
        try:
            part()
        except PipelineError as error:
            log.warning("pulse_skipped", part=name, code=error.code, message=error.message)
        except Exception:
            # There must be a next round, whatever went wrong in this one.
            log.exception("pulse_broke", part=name)

    def _report(self) -> None:
        if time.monotonic() < self._report_at_s:
            return
        with write_session(self._settings) as session:
            workers.beat(session, self._worker_id, self._queues, now=self._clock())
        self._report_at_s = time.monotonic() + self._settings.heartbeat_s

    def _say_stopping(self) -> None:
        with write_session(self._settings) as session:
            workers.beat(session, self._worker_id, self._queues, now=self._clock(), stopping=True)

    def _dispatch(self) -> None:
        dispatch(self._settings, self._doorbell, list(self._queues), self._clock)

    def _submit_periodic(self) -> None:
        if self._beat is not None:
            self._beat.submit_due()

    def _count(self) -> None:
        for _ in range(BITES_PER_ROUND):
            with read_session(self._settings) as session:
                if not rollup.has_uncounted(session):
                    return
            with write_session(self._settings) as session:
                rollup.count_endings(session, self._clock())

    def _sign_off(self) -> None:
        with write_session(self._settings) as session:
            workers.sign_off(session, self._worker_id)
