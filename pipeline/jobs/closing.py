"""What a minder writes: everything that ended since it last wrote, and its next claims, at once.

A transaction costs about as much as all the rest of a job that does nothing, so jobs that take
milliseconds share one.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlmodel import Session

from pipeline.clock import Clock
from pipeline.errors import StoreUnavailableError
from pipeline.jobs import endings, ledger
from pipeline.jobs.broker import BrokerDownError, Doorbell
from pipeline.jobs.dispatch import ring_released
from pipeline.jobs.failures import Failure
from pipeline.jobs.job_log import LogLine, save_lines
from pipeline.jobs.kinds import UnknownKindError, get_kind
from pipeline.jobs.ledger import Claim, ClaimState
from pipeline.jobs.runner import Died, Done, Lost, describe_mistake
from pipeline.models import Priority
from pipeline.settings import Settings
from pipeline.store import write_session
from pipeline.store.patience import insist

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class HandBack:
    """The job goes back unfinished: the worker stops, or another job kept its runner.

    In the second case another worker is rung for at once.
    """

    ring_again: bool = False


Ending = Done | Failure | Died | Lost | HandBack | ClaimState


@dataclass(frozen=True)
class Ended:
    """A claim, how its attempt ended, and the last lines that it logged."""

    held: Claim
    ending: Ending
    lines: Sequence[LogLine] = ()


class Closing:
    """Writes for one minder."""

    def __init__(
        self,
        settings: Settings,
        queue: str,
        worker_id: str,
        doorbell: Doorbell,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._worker_id = worker_id
        self._doorbell = doorbell
        self._clock = clock
        self._policy = settings.policy_of(queue)

    def claim(self, job_ids: Sequence[str]) -> list[Claim]:
        """Claim those of these jobs that are to be had."""
        with write_session(self._settings) as session:
            return self._claim_in(session, job_ids)

    def close(self, ended: Sequence[Ended], most: int, patience_s: float) -> list[Claim]:
        """Write these endings, and claim up to `most` of the jobs that wait behind them.

        May be called again with the same endings: what is written already is fenced by then.
        Raises StoreUnavailableError where the store stays away for longer than `patience_s`.
        """
        give_up_s = time.monotonic() + patience_s
        for one in ended:
            if one.held.root_id:
                # By itself: the whole workflow is locked for it, and one transaction that locks
                # several would sooner or later wait for another that does.
                self._write_workflow_part(one, give_up_s)
        rings = self._take_rings(most)
        try:
            others = [one for one in ended if not one.held.root_id]
            return self._write_or_crash(others, rings, give_up_s)
        except BaseException:
            self._ring(rings)
            raise

    def _write_workflow_part(self, one: Ended, give_up_s: float) -> None:
        try:
            self._write_or_crash([one], [], give_up_s)
        except StoreUnavailableError:
            raise
        except Exception:
            # Its lease runs out; the others' results must not be lost with it.
            log.exception("ending_not_written", job=one.held.id)

    def _write_or_crash(
        self, ended: Sequence[Ended], rings: Sequence[str], give_up_s: float
    ) -> list[Claim]:
        try:
            return insist(lambda: self._write(ended, rings), give_up_s)
        except StoreUnavailableError:
            raise
        except Exception as error:
            # A kind whose effects cannot be written must not take others along, nor leave its
            # job with a lease that nobody serves.
            if len(ended) == 1 and not isinstance(ended[0].ending, Done):
                raise
            log.exception("ending_broke", jobs=[one.held.id for one in ended])
            for one in ended:
                alone = one if len(ended) > 1 else replace(one, ending=describe_mistake(error))
                self._write_or_crash([alone], [], give_up_s)
            return insist(lambda: self._write([], rings), give_up_s)

    def _write(self, ended: Sequence[Ended], rings: Sequence[str]) -> list[Claim]:
        if not ended and not rings:
            return []
        plain = [one.held for one in ended if _is_plain(one)]
        with write_session(self._settings) as session:
            written = endings.complete_all(session, plain, now=self._clock())
            for one in ended:
                if not _is_plain(one) and self._transition(one)(session):
                    written.add(one.held.id)
                if one.lines and one.held.id in written:
                    save_lines(session, one.held, one.lines)
            claims = self._claim_in(session, rings) if rings else []
        for one in ended:
            if one.held.id not in written:
                log.warning("claim_lost", job=one.held.id, queue=self._queue, kind=one.held.kind)
        ring_released(self._settings, self._doorbell, session)
        self._ring([one.held.id for one in ended if one.ending == HandBack(ring_again=True)])
        return claims

    def _transition(self, one: Ended) -> Callable[[Session], bool]:
        held, now = one.held, self._clock()
        match one.ending:
            case Done(outcome):
                kind = get_kind(held.kind)
                return lambda s: endings.complete(s, held, kind, outcome, now=now)
            case Failure() as failure:
                return lambda s: endings.fail(s, held, failure, self._policy, now=now)
            case Died():
                limit = self._settings.max_crashes
                return lambda s: endings.crash(s, held, limit, now=now)
            case HandBack():
                return lambda s: endings.hand_back(s, held, now=now)
            case ClaimState.CANCEL_REQUESTED:
                return lambda s: endings.finish_cancel(s, held, now=now)
            case _:
                return lambda _session: False

    def _claim_in(self, session: Session, job_ids: Sequence[str]) -> list[Claim]:
        return ledger.claim_all(
            session,
            job_ids,
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

    def _take_rings(self, most: int) -> list[str]:
        if most < 1:
            return []
        try:
            return self._doorbell.take(self._queue, most)
        except BrokerDownError:
            return []

    def _ring(self, job_ids: Sequence[str]) -> None:
        with suppress(BrokerDownError):
            self._doorbell.ring_many(self._queue, [(job_id, Priority.NORMAL) for job_id in job_ids])


def _is_plain(one: Ended) -> bool:
    """Whether completing this job is nothing but that: no effects, and no workflow to go on."""
    return (
        isinstance(one.ending, Done)
        and one.held.root_id is None
        and get_kind(one.held.kind).save is None
    )
