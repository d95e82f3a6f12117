"""The beat: submits each periodic kind once in every period, whoever else beats too."""

from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import IntegrityError

from pipeline.clock import Clock, utc_now
from pipeline.jobs import ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import Kind, all_kinds
from pipeline.models import Job
from pipeline.settings import Settings
from pipeline.store import write_session

log = structlog.get_logger(__name__)

CLIENT = "beat"


class Beat:
    """Remembers the last period of each kind, so that most rounds cost nothing."""

    def __init__(self, settings: Settings, doorbell: Doorbell, clock: Clock = utc_now) -> None:
        self._settings = settings
        self._doorbell = doorbell
        self._clock = clock
        self._done: dict[str, int] = {}

    def submit_due(self) -> int:
        """Submit every periodic kind whose period began; returns how many were new."""
        return sum(self._submit(kind, every_s) for kind, every_s in _periodic())

    def _submit(self, kind: Kind, every_s: float) -> bool:
        now = self._clock()
        period = int(now.timestamp() // every_s)
        if self._done.get(kind.name) == period:
            return False
        job = self._submit_once(kind, period, now)
        self._done[kind.name] = period
        if job is not None:
            ring_new(self._settings, self._doorbell, job)
        return job is not None

    def _submit_once(self, kind: Kind, period: int, now: datetime) -> Job | None:
        # The idempotency key makes one job a period of it, however many processes beat; the
        # unique key keeps periods from piling up while the queue is paused or nobody serves it.
        begins = datetime.fromtimestamp(period * (kind.every_s or 1), UTC).isoformat()
        try:
            with write_session(self._settings) as session:
                job, is_new = ledger.submit_unique(
                    session,
                    kind,
                    {},
                    unique_key=CLIENT,
                    now=now,
                    client_id=CLIENT,
                    idempotency_key=f"{kind.name}@{begins}",
                )
        except IntegrityError:
            return None
        return job if is_new else None


def _periodic() -> list[tuple[Kind, float]]:
    return [(kind, kind.every_s) for kind in all_kinds() if kind.every_s is not None]
