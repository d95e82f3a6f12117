"""The minder: takes a job, hands it to a runner, and answers for it until it is closed.

One a worker thread. It does nothing heavy itself; it beats the lease, watches the clock and the
cancel flag, notices a runner that died, and writes the fenced end.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from sqlmodel import Session

from pipeline.clock import Clock, utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.jobs import endings, ledger
from pipeline.jobs.broker import BrokerDownError, Doorbell
from pipeline.jobs.dispatch import ring_released
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import Outcome, UnknownKindError, get_kind
from pipeline.jobs.ledger import Claim, ClaimState
from pipeline.jobs.runner import Died, Done, Lost, Runner
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

log = structlog.get_logger(__name__)

LOOK_S = 0.5


@dataclass(frozen=True)
class HandBack:
    """The worker stops before the runner is done."""


Ending = Done | Failure | Died | Lost | HandBack | ClaimState


class Minder:
    """Minds one job at a time for `queue`; `stopping` is set when the worker must end."""

    def __init__(
        self,
        settings: Settings,
        queue: str,
        worker_id: str,
        stopping: threading.Event,
        doorbell: Doorbell,
        clock: Clock = utc_now,
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._policy = settings.policy_of(queue)
        self._worker_id = worker_id
        self._stopping = stopping
        self._doorbell = doorbell
        self._clock = clock
        self._runner = Runner(settings, queue)
        if settings.warm_runners:
            self._runner.warm()

    def mind(self, job_id: str) -> None:
        """Take the job if it is due, see it through, and go on with what waits behind it.

        Silent where somebody else has the job.
        """
        held = self._claim(job_id)
        while held is not None:
            structlog.contextvars.bind_contextvars(job=held.id, attempt=held.attempt)
            try:
                held = self._serve(held)
            finally:
                structlog.contextvars.clear_contextvars()

    def close(self) -> None:
        """Stop the runner process."""
        self._runner.kill()

    def _claim(self, job_id: str) -> Claim | None:
        if self._stopping.is_set():
            return None
        with write_session(self._settings) as session:
            return self._claim_in(session, job_id)

    def _claim_in(self, session: Session, job_id: str) -> Claim | None:
        return ledger.claim(
            session,
            job_id,
            self._worker_id,
            now=self._clock(),
            lease_s=self._settings.lease_s,
            time_limit_s=self._limit_s,
        )

    def _limit_s(self, kind: str, payload: Mapping[str, Any]) -> float:
        try:
            return get_kind(kind).limit_s(self._settings, payload)
        except UnknownKindError:
            # A newer program submitted it. Our runner puts it off until a newer worker comes.
            return self._policy.time_limit_s

    def _serve(self, held: Claim) -> Claim | None:
        """See the attempt to its end; returns the claim of the next job, if one waits."""
        try:
            return self._close(held, self._see_through(held))
        except Exception:
            # Whatever we did not foresee must not leave the job with a lease nobody serves.
            log.exception("attempt_broke")
            self._runner.kill()
            return self._close(held, Died())

    def _see_through(self, held: Claim) -> Ending:
        self._runner.start(held)
        # Not the wall clock: a laptop that wakes up must not fail what it was reading.
        deadline_s = time.monotonic() + held.time_limit_s
        beat_at_s = time.monotonic() + self._settings.heartbeat_s
        stop_at_s: float | None = None
        while (answer := self._runner.wait(LOOK_S)) is None:
            now_s = time.monotonic()
            if self._stopping.is_set():
                stop_at_s = stop_at_s or now_s + self._settings.stop_grace_s
            ending = self._check(held, now_s, deadline_s, stop_at_s, beat=now_s >= beat_at_s)
            if ending is not None:
                self._runner.kill()
                return ending
            if now_s >= beat_at_s:
                beat_at_s = now_s + self._settings.heartbeat_s
        return answer

    def _check(
        self, held: Claim, now_s: float, deadline_s: float, stop_at_s: float | None, *, beat: bool
    ) -> Ending | None:
        """A reason to stop the runner, if there is one."""
        if stop_at_s is not None and now_s >= stop_at_s:
            return HandBack()
        if now_s >= deadline_s:
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

    def _close(self, held: Claim, ending: Ending) -> Claim | None:
        match ending:
            case Done(outcome):
                return self._write(held, lambda s: self._complete(s, held, outcome))
            case Failure():
                return self._write(
                    held, lambda s: endings.fail(s, held, ending, self._policy, now=self._clock())
                )
            case Died():
                limit = self._settings.max_crashes
                return self._write(held, lambda s: endings.crash(s, held, limit, now=self._clock()))
            case HandBack():
                return self._write(held, lambda s: endings.hand_back(s, held, now=self._clock()))
            case ClaimState.CANCEL_REQUESTED:
                return self._write(
                    held, lambda s: endings.finish_cancel(s, held, now=self._clock())
                )
            case _:
                return self._write(held, lambda _session: False)

    def _complete(self, session: Session, held: Claim, outcome: Outcome) -> bool:
        kind = get_kind(held.kind)
        return endings.complete(session, held, kind, outcome, now=self._clock())

    def _write(self, held: Claim, transition: Callable[[Session], bool]) -> Claim | None:
        """End the attempt, and claim what waits behind it in the same transaction.

        One transaction less a job, which is a third of what the ledger costs.
        """
        next_id = self._take_ring()
        # A store that is busy for a moment must not throw a finished result away. After the
        # lease there is no point: another worker may have the job.
        give_up_s = time.monotonic() + self._settings.lease_s
        try:
            while True:
                try:
                    return self._write_once(held, transition, next_id)
                except StoreUnavailableError:
                    if time.monotonic() >= give_up_s:
                        raise
                    time.sleep(LOOK_S)
        except BaseException:
            self._ring_back(next_id)
            raise

    def _write_once(
        self, held: Claim, transition: Callable[[Session], bool], next_id: str | None
    ) -> Claim | None:
        with write_session(self._settings) as session:
            written = transition(session)
            following = self._claim_in(session, next_id) if next_id else None
        if not written:
            log.warning("claim_lost", queue=held.queue, kind=held.kind)
        ring_released(self._settings, self._doorbell, session)
        return following

    def _take_ring(self) -> str | None:
        if self._stopping.is_set():
            return None
        try:
            return self._doorbell.take(self._queue)
        except BrokerDownError:
            return None

    def _ring_back(self, job_id: str | None) -> None:
        if job_id is not None:
            with suppress(BrokerDownError):
                self._doorbell.ring(self._queue, job_id)


def _timed_out(held: Claim) -> Failure:
    return Failure(
        "TIMED_OUT",
        "This took longer than allowed. It is tried again from where it stopped.",
        permanent=False,
        params={"attempt": held.attempt},
    )
