"""The minder: takes jobs, hands them to a runner, and answers for them until they are closed.

One a worker thread. It does nothing heavy itself; it beats the lease, watches the clock and the
cancel flag, notices a runner that died, and has the fenced end written.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import structlog

from pipeline.clock import Clock, utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.jobs import ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.closing import Closing, Ended, Ending, HandBack
from pipeline.jobs.failures import Failure
from pipeline.jobs.ledger import Claim, ClaimState
from pipeline.jobs.pace import Pace
from pipeline.jobs.patience import Patience
from pipeline.jobs.runner import Died, Runner
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)

LOOK_S = 0.5
Ticks = Callable[[], float]


class Minder:
    """Minds one job at a time for `queue`; `stopping` is set when the worker must end.

    Jobs that take milliseconds it claims ahead, a handful at once: they still run one after
    another, and go back to the queue as soon as one of them takes longer than that.
    """

    def __init__(
        self,
        settings: Settings,
        queue: str,
        worker_id: str,
        stopping: threading.Event,
        doorbell: Doorbell,
        clock: Clock = utc_now,
        ticks_s: Ticks = time.monotonic,
    ) -> None:
        self._settings = settings
        self._stopping = stopping
        self._clock = clock
        # Not the wall clock: a laptop that wakes up must not fail what it was reading.
        self._ticks_s = ticks_s
        self._closing = Closing(settings, queue, worker_id, doorbell, clock)
        self._pace = Pace()
        self._ahead: deque[Claim] = deque()
        self._ended: list[Ended] = []
        self._runner = Runner(settings, queue)
        if settings.warm_runners:
            self._runner.warm()

    def mind(self, job_id: str) -> None:
        """Take the job if it is due, see it through, and go on with what waits behind it.

        Silent where somebody else has the job.
        """
        if self._stopping.is_set():
            return
        self._ahead.extend(self._closing.claim([job_id]))
        try:
            while self._ahead:
                self._serve(self._ahead.popleft())
                if self._stopping.is_set():
                    self._put_back_ahead()
                    self._write(0)
                elif not self._ahead:
                    self._ahead.extend(self._write(self._pace.jobs_at_once))
        finally:
            # Their leases run out where even this could not be written.
            self._ahead.clear()
            self._ended.clear()

    def close(self) -> None:
        """Stop the runner process."""
        self._runner.kill()

    def _serve(self, held: Claim) -> None:
        structlog.contextvars.bind_contextvars(job=held.id, attempt=held.attempt)
        started_s = time.monotonic()
        try:
            ending = self._see_through(held)
        except Exception:
            # Whatever we did not foresee must not leave the job with a lease nobody serves.
            log.exception("attempt_broke")
            self._runner.kill()
            ending = Died()
        finally:
            structlog.contextvars.clear_contextvars()
        self._pace.note(time.monotonic() - started_s)
        self._ended.append(Ended(held, ending, tuple(self._runner.lines)))

    def _see_through(self, held: Claim) -> Ending:
        self._runner.start(held)
        now_s = self._ticks_s()
        patience = Patience(self._settings, held, now_s, starts=not self._runner.is_ready)
        beat_at_s = now_s + self._settings.heartbeat_s
        stop_at_s: float | None = None
        while (answer := self._runner.wait(LOOK_S)) is None:
            # This one takes its time: others must neither wait for it nor keep it from view.
            self._put_back_ahead()
            self._try_to_write()
            now_s = self._ticks_s()
            if self._runner.is_ready:
                patience.begin(now_s)
            if self._stopping.is_set():
                stop_at_s = stop_at_s or now_s + self._settings.stop_grace_s
            if patience.wears_thin(now_s):
                patience.is_warned = self._warn(held)
            ending = self._check(held, now_s, patience, stop_at_s, beat=now_s >= beat_at_s)
            if ending is not None:
                self._runner.kill()
                return ending
            if now_s >= beat_at_s:
                beat_at_s = now_s + self._settings.heartbeat_s
        return answer

    def _check(
        self,
        held: Claim,
        now_s: float,
        patience: Patience,
        stop_at_s: float | None,
        *,
        beat: bool,
    ) -> Ending | None:
        """A reason to stop the runner, if there is one."""
        if stop_at_s is not None and now_s >= stop_at_s:
            return HandBack()
        if patience.is_over(now_s):
            return _timed_out(held)
        state = self._look(held, beat=beat)
        return None if state is ClaimState.HELD else state

    def _look(self, held: Claim, *, beat: bool) -> ClaimState:
        try:
            if beat:
                with write_session(self._settings) as session:
                    ledger.heartbeat(
                        session, held, now=self._clock(), lease_s=self._settings.lease_s
                    )
            with read_session(self._settings) as session:
                return ledger.look(session, held)
        except StoreUnavailableError:
            # The store is busy. Go on: the lease decides whether we still may write.
            log.warning("heartbeat_missed", exc_info=True)
            return ClaimState.HELD

    def _warn(self, held: Claim) -> bool:
        """Put it on the timeline that the attempt is slow; False where that cannot be written."""
        try:
            with write_session(self._settings) as session:
                ledger.note_slow(session, held, now=self._clock())
        except StoreUnavailableError:
            return False
        return True

    def _put_back_ahead(self) -> None:
        again = not self._stopping.is_set()
        self._ended += [Ended(held, HandBack(ring_again=again)) for held in self._ahead]
        self._ahead.clear()

    def _try_to_write(self) -> None:
        """Write what ended while another job runs, which must not wait for a busy store."""
        if self._ended:
            with suppress(StoreUnavailableError):
                self._closing.close(self._ended, 0, patience_s=0)
                self._ended.clear()

    def _write(self, most: int) -> list[Claim]:
        """Write what ended, and claim up to `most` of what waits.

        A store that is busy for a moment must not throw a finished result away. After the lease
        there is no point: another worker may have the job.
        """
        ended, self._ended = self._ended, []
        try:
            return self._closing.close(ended, most, patience_s=self._settings.lease_s)
        except StoreUnavailableError:
            # Without these lines a result that another worker will have to repeat vanishes unsaid.
            for one in ended:
                log.warning("ending_not_written", job=one.held.id, kind=one.held.kind)
            raise


def _timed_out(held: Claim) -> Failure:
    return Failure(
        "TIMED_OUT",
        "This took longer than allowed. A new try goes on from where it stopped.",
        permanent=False,
        params={"attempt": held.attempt},
    )
