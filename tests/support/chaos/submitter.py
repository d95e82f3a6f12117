"""Submits orders as clients do, whatever happens meanwhile, and cancels those to be cancelled."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from sqlmodel import Session

from pipeline.clock import utc_now
from pipeline.errors import ConflictError, StoreUnavailableError
from pipeline.jobs import ledger, steering, workflow
from pipeline.jobs.broker import Doorbell, open_doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.workflow import Step
from pipeline.models import Job, JobStatus
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.chaos.orders import Order

T = TypeVar("T")

CLIENT = "chaos"
PAUSE_S = 0.3
LOOK_S = 0.2
# One that is not running by then is cancelled while it waits.
PATIENCE_S = 15.0


@dataclass
class Submitter:
    """What was acknowledged: each order by its job, and whether each cancel was taken."""

    settings: Settings
    orders: dict[str, Order] = field(default_factory=dict)
    cancels: dict[str, bool] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _to_cancel: dict[str, float] = field(default_factory=dict)

    def submit_all(self, orders: Sequence[Order], within_s: float) -> None:
        """Submit these, spread evenly; returns when each has been acknowledged."""
        doorbell = open_doorbell(self.settings)
        began_s = time.monotonic()
        for place, order in enumerate(orders):
            time.sleep(max(0.0, began_s + within_s * place / len(orders) - time.monotonic()))
            job_id = self._until_stored(lambda order=order: self._submit(doorbell, order))  # type: ignore[misc]
            self.orders[job_id] = order
            if order.cancelled:
                self._to_cancel[job_id] = time.monotonic() + PATIENCE_S
        doorbell.close()

    def cancel_until(self, done: threading.Event) -> None:
        """Cancel what is to be cancelled, as soon as it runs, until `done` and nothing is left."""
        while not done.is_set() or self._to_cancel:
            for job_id, late_s in list(self._to_cancel.items()):
                runs = self._until_stored(lambda job_id=job_id: self._is_running(job_id))  # type: ignore[misc]
                if runs or time.monotonic() > late_s:
                    self.cancels[job_id] = self._until_stored(
                        lambda job_id=job_id: self._cancel(job_id)  # type: ignore[misc]
                    )
                    del self._to_cancel[job_id]
            time.sleep(LOOK_S)

    def _until_stored(self, call: Callable[[], T]) -> T:
        while True:
            try:
                return call()
            except StoreUnavailableError:
                self.counts["submits and cancels refused by the store, and repeated"] += 1
                time.sleep(PAUSE_S)

    def _submit(self, doorbell: Doorbell, order: Order) -> str:
        # The answer to an earlier try may have been lost on its way.
        with read_session(self.settings) as session:
            known = ledger.find_idempotent(session, CLIENT, order.name)
        if known is not None:
            self.counts["submits answered from their idempotency key"] += 1
            return known.id
        with write_session(self.settings) as session:
            job, rung = self._insert(session, order)
        ring_new(self.settings, doorbell, *rung)
        return job.id

    def _insert(self, session: Session, order: Order) -> tuple[Job, list[Job]]:
        now = utc_now()
        options = {
            "client_id": CLIENT,
            "priority": order.priority,
            "idempotency_key": order.name,
        }
        if isinstance(order.part, Step):
            run_at = now + timedelta(seconds=order.later_s) if order.later_s else None
            kind, payload = get_kind(order.part.kind), dict(order.part.payload)
            job = ledger.submit(session, kind, payload, now=now, run_at=run_at, **options)
            return job, [job]
        job = workflow.start(session, order.part, now=now, **options)
        return job, workflow.take_released(session)

    def _is_running(self, job_id: str) -> bool:
        with read_session(self.settings) as session:
            return session.get_one(Job, job_id).status == JobStatus.PROCESSING

    def _cancel(self, job_id: str) -> bool:
        try:
            with write_session(self.settings) as session:
                steering.cancel(session, job_id, CLIENT, now=utc_now())
        except ConflictError:
            return False
        return True
