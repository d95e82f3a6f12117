"""What ended since the beginning, by kind: figures that never go down. Read by `/metrics`."""

from collections import Counter
from dataclasses import dataclass, field

from sqlmodel import Session, select

from pipeline.jobs.histogram import Bins
from pipeline.jobs.kinds import all_kinds
from pipeline.jobs.queue_states import list_running
from pipeline.jobs.statistics import read_bins
from pipeline.models import JobRollup


@dataclass(frozen=True)
class KindTotal:
    """One kind on its queue; `active` are the jobs that run at this moment."""

    queue: str
    kind: str
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    retries: int = 0
    run_s: float = 0.0
    run_bins: Bins = field(default_factory=dict)
    active: int = 0


def read_totals(session: Session) -> list[KindTotal]:
    """Every kind that is declared or ever ended, in order of queue and kind."""
    rows = session.exec(select(JobRollup).where(JobRollup.span == "total")).all()
    ended = {(row.queue, row.kind): row for row in rows}
    running = Counter((job.queue, job.kind) for job in list_running(session))
    # Also those of which none ended: a series that appears late hides its first increase.
    declared = {(kind.queue, kind.name) for kind in all_kinds()}
    return [
        _total(place, ended.get(place), running[place])
        for place in sorted(declared | ended.keys() | running.keys())
    ]


def _total(place: tuple[str, str], row: JobRollup | None, active: int) -> KindTotal:
    queue, kind = place
    if row is None:
        return KindTotal(queue, kind, active=active)
    return KindTotal(
        queue=queue,
        kind=kind,
        completed=row.completed,
        failed=row.failed,
        cancelled=row.cancelled,
        retries=row.retries,
        run_s=row.run_s,
        run_bins=read_bins(row.run_bins),
        active=active,
    )
