"""How many receipts there are, by state: figures for API and pages, cheap over a million."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from pipeline.jobs.statuses import UNCOUNTED
from pipeline.models import Job, JobRollup, JobStatus, Receipt
from pipeline.receipts.job import KIND_NAME

# The speed that is told is that of the last ones.
RECENT_RECEIPTS = 1_000
# Workers count endings every few seconds; no more than this can be waiting for it.
MAX_UNCOUNTED = 100_000


@dataclass(frozen=True)
class ReceiptCounts:
    """How many receipt jobs there are by status, and how fast they were read lately.

    `needs_review` are those among the completed that ask for a person.
    """

    total: int
    pending: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    needs_review: int
    average_processing_s: float | None

    @property
    def success_rate(self) -> float | None:
        """Completed among those that completed or failed, 0..1; None before any did."""
        ended = self.completed + self.failed
        return self.completed / ended if ended else None


def count_receipts(session: Session) -> ReceiptCounts:
    """Counts by status over all receipt jobs; looks at none that is completed."""
    counts = {status: count_status(session, status) for status in JobStatus}
    return ReceiptCounts(
        total=sum(counts.values()),
        pending=counts[JobStatus.PENDING],
        processing=counts[JobStatus.PROCESSING],
        completed=counts[JobStatus.COMPLETED],
        failed=counts[JobStatus.FAILED],
        cancelled=counts[JobStatus.CANCELLED],
        needs_review=count_unsure(session),
        average_processing_s=_average_processing_s(session),
    )


def count_status(session: Session, status: str) -> int:
    """How many receipt jobs are in this status."""
    if status != JobStatus.COMPLETED:
        # Few beside the completed, and one index has both columns.
        return session.exec(
            select(func.count()).where(Job.kind == KIND_NAME, Job.status == status)
        ).one()
    # Nobody can run a completed one again, so that there are as many as ended so.
    counted = select(func.sum(JobRollup.completed)).where(
        JobRollup.span == "total", JobRollup.queue == "documents", JobRollup.kind == KIND_NAME
    )
    # A query of its own, or the planner follows the index of all that completed.
    latest = select(Job.kind, Job.status).where(UNCOUNTED).order_by(col(Job.finished_at))
    rest = latest.limit(MAX_UNCOUNTED).subquery()
    uncounted = (
        select(func.count())
        .select_from(rest)
        .where(rest.c.kind == KIND_NAME, rest.c.status == JobStatus.COMPLETED)
    )
    return (session.exec(counted).one() or 0) + session.exec(uncounted).one()


def count_unsure(session: Session) -> int:
    """How many completed receipts ask for a person."""
    unsure = col(Receipt.needs_review).is_(True)
    return session.exec(select(func.count()).select_from(Receipt).where(unsure)).one()


def count_discarded(session: Session, *, unsure: bool = False) -> int:
    """How many completed receipts were discarded as duplicates; few, and in an index of theirs."""
    statement = select(func.count()).where(col(Receipt.discarded_at).is_not(None))
    if unsure:
        statement = statement.where(col(Receipt.needs_review).is_(True))
    return session.exec(statement).one()


def _average_processing_s(session: Session) -> float | None:
    lately = (
        select(Receipt.processing_time_s)
        .order_by(col(Receipt.created_at).desc())
        .limit(RECENT_RECEIPTS)
        .subquery()
    )
    average_s: float | None = session.exec(select(func.avg(lately.c.processing_time_s))).one()
    return average_s
