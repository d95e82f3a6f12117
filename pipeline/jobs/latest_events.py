"""The newest lines of all timelines together: what a monitor shows passing by."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from pipeline.models import Job, JobEvent


@dataclass(frozen=True)
class LatestEvent:
    """A line of a timeline, and whose it is."""

    event: JobEvent
    queue: str
    kind: str


def list_latest_events(session: Session, limit: int = 20) -> list[LatestEvent]:
    """The newest events of all jobs, oldest of them first; costs the same however many there are.

    Two writers at once may commit in another order than that of the ids, so the last lines may
    still change places.
    """
    newest = select(JobEvent.id).order_by(col(JobEvent.id).desc()).limit(limit)
    found = session.exec(
        select(JobEvent, Job.queue, Job.kind)
        .join(Job, col(Job.id) == JobEvent.job_id)
        .where(col(JobEvent.id).in_(newest))
        .order_by(col(JobEvent.id))
    )
    return [LatestEvent(*row) for row in found.all()]
