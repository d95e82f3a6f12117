"""How full the queues are and who works on them; read by health and statistics."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from pipeline.models import Job, JobStatus

QUEUES = ("documents",)


@dataclass(frozen=True)
class QueueCounts:
    """One queue; `oldest_pending_s` is None where nothing waits."""

    pending: int
    processing: int
    failed: int
    oldest_pending_s: float | None


def count_queues(session: Session, *, now: datetime) -> dict[str, QueueCounts]:
    """Counts of every queue, also of one that never had a job."""
    rows = session.exec(
        select(Job.queue, Job.status, func.count(), func.min(Job.created_at)).group_by(
            Job.queue, Job.status
        )
    ).all()
    counts = {(queue, status): number for queue, status, number, _ in rows}
    oldest = {queue: at for queue, status, _, at in rows if status == JobStatus.PENDING}
    return {
        queue: QueueCounts(
            pending=counts.get((queue, JobStatus.PENDING), 0),
            processing=counts.get((queue, JobStatus.PROCESSING), 0),
            failed=counts.get((queue, JobStatus.FAILED), 0),
            oldest_pending_s=(now - oldest[queue]).total_seconds() if queue in oldest else None,
        )
        for queue in QUEUES
    }


def list_busy_workers(session: Session, *, now: datetime) -> list[str]:
    """Ids of the workers whose claims are alive."""
    rows = session.exec(
        select(Job.worker_id)
        .where(Job.status == JobStatus.PROCESSING, col(Job.lease_until) >= now)
        .distinct()
        .order_by(col(Job.worker_id))
    ).all()
    return [worker_id for worker_id in rows if worker_id]
