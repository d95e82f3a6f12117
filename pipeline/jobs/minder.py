"""The minder: takes a job, hands it to a runner, and answers for it until it is closed.

One a worker thread. It does nothing heavy itself; it beats the lease, watches the clock and the
cancel flag, notices a runner that died, and writes the fenced end.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass

import structlog
from pebble import ProcessExpired
from sqlmodel import Session

from pipeline.clock import Clock, utc_now
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.jobs import endings, ledger
from pipeline.jobs.context import ClaimLostError
from pipeline.jobs.endings import Failure
from pipeline.jobs.kinds import Kind, Outcome, get_kind
from pipeline.jobs.ledger import Claim, ClaimState
from pipeline.jobs.runner import Runner
from pipeline.models import Job
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)

LOOK_S = 0.5


@dataclass(frozen=True)
class Stopped:
    """Why the minder ended an attempt before its runner did."""

    reason: ClaimState | Failure | None


HANDED_BACK = Stopped(None)


class Minder:
    """Minds one job at a time for `queue`; `stopping` is set when the worker must end."""

    def __init__(
        self,
        settings: Settings,
        queue: str,
        worker_id: str,
        stopping: threading.Event,
        clock: Clock = utc_now,
    ) -> None:
        self._settings = settings
        self._worker_id = worker_id
        self._stopping = stopping
        self._clock = clock
        self._runner = Runner(settings, queue)
        if settings.warm_runners:
            self._runner.warm()

    def mind(self, job_id: str) -> None:
        """Take the job if it is due and see it through; silent where someone else has it."""
        held = self._claim(job_id)
        if held is None:
            return
        structlog.contextvars.bind_contextvars(job=held.job_id, attempt=held.attempt)
        started_s = time.monotonic()
        try:
            ended = self._see_through_or_crash(held)
            log.info("attempt_ended", how=ended, duration_s=round(time.monotonic() - started_s, 3))
        finally:
            structlog.contextvars.clear_contextvars()

    def close(self) -> None:
        """Stop the runner process."""
        self._runner.stop()

    def _claim(self, job_id: str) -> Claim | None:
        if self._stopping.is_set():
            return None
        with read_session(self._settings) as session:
            job = session.get(Job, job_id)
        if job is None:
            return None
        with write_session(self._settings) as session:
            return ledger.claim(
                session,
                job_id,
                self._worker_id,
                now=self._clock(),
                lease_s=self._settings.lease_s,
                time_limit_s=get_kind(job.kind).time_limit_s(self._settings, job.payload),
            )

    def _see_through_or_crash(self, held: Claim) -> str:
        try:
            return self._see_through(held)
        except Exception:
            # Whatever we did not foresee must not leave the job with a lease nobody serves.
            log.exception("attempt_broke")
            return self._crash(held)

    def _see_through(self, held: Claim) -> str:
        kind = get_kind(held.kind)
        future = self._runner.start(held)
        stopped = self._watch(held, future)
        if stopped is not None:
            future.cancel()
            return self._close_stopped(held, kind, stopped)
        try:
            outcome = future.result()
        except ProcessExpired:
            return self._crash(held)
        except PipelineError as error:
            failure = Failure(error.code, error.message, error.permanent, error.params)
            return self._fail(held, kind, failure)
        except ClaimLostError:
            return "lost"
        return self._complete(held, kind, outcome)

    def _watch(self, held: Claim, future: "Future[Outcome]") -> Stopped | None:
        """Wait for the runner; a value means that the attempt must be stopped first."""
        # Not the wall clock: a laptop that wakes up must not fail what it was reading.
        deadline_s = time.monotonic() + held.time_limit_s
        beat_at_s = time.monotonic() + self._settings.heartbeat_s
        grace_ends_s: float | None = None
        while not wait([future], timeout=LOOK_S).done:
            now_s = time.monotonic()
            if self._stopping.is_set():
                grace_ends_s = grace_ends_s or now_s + self._settings.stop_grace_s
                if now_s >= grace_ends_s:
                    return HANDED_BACK
            if now_s >= deadline_s:
                return Stopped(_timed_out(held))
            if not self._runner.is_sound:
                raise RuntimeError("the runner's pool broke")
            state = self._look(held, beat=now_s >= beat_at_s)
            if state is not ClaimState.HELD:
                return Stopped(state)
            if now_s >= beat_at_s:
                beat_at_s = now_s + self._settings.heartbeat_s
        return None

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

    def _close_stopped(self, held: Claim, kind: Kind, stopped: Stopped) -> str:
        match stopped.reason:
            case Failure() as failure:
                return self._fail(held, kind, failure)
            case ClaimState.CANCEL_REQUESTED:
                return self._write(
                    "cancelled", lambda s: endings.finish_cancel(s, held, now=self._clock())
                )
            case None:
                return self._write(
                    "handed_back", lambda s: endings.hand_back(s, held, now=self._clock())
                )
            case _:
                return "lost"

    def _crash(self, held: Claim) -> str:
        return self._write("crashed", lambda s: endings.crash(s, held, now=self._clock()))

    def _fail(self, held: Claim, kind: Kind, failure: Failure) -> str:
        return self._write(
            failure.code, lambda s: endings.fail(s, held, failure, kind, now=self._clock())
        )

    def _complete(self, held: Claim, kind: Kind, outcome: Outcome) -> str:
        now = self._clock()
        return self._write(
            "completed",
            lambda s: endings.complete(
                s, held, lambda session, job: kind.save(session, job, outcome, now), now=now
            ),
        )

    def _write(self, ended: str, transition: Callable[[Session], bool]) -> str:
        # A store that is busy for a moment must not throw a finished result away. After the
        # lease there is no point: another worker may have the job.
        give_up_s = time.monotonic() + self._settings.lease_s
        while True:
            try:
                with write_session(self._settings) as session:
                    return ended if transition(session) else "lost"
            except StoreUnavailableError:
                if time.monotonic() >= give_up_s:
                    log.exception("result_not_written", ended=ended)
                    return "lost"
                time.sleep(LOOK_S)


def _timed_out(held: Claim) -> Failure:
    return Failure(
        "TIMED_OUT",
        "Reading took longer than allowed. It is tried again from where it stopped.",
        permanent=False,
        params={"attempt": held.attempt},
    )
