"""Dropping finished maintenance jobs from the ledger; other jobs are kept for good."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from pipeline.models import FINISHED, Job, JobEvent, JobLog
from pipeline.settings import Settings
from pipeline.store import write_session

MAINTENANCE = "maintenance"
BATCH = 500


def delete_maintenance_jobs(settings: Settings, *, now: datetime) -> int:
    """Remove maintenance jobs that ended long ago, with their timelines; returns how many."""
    before = now - timedelta(days=settings.keep_maintenance_days)
    removed = 0
    while True:
        with write_session(settings) as session:
            job_ids = _find_old(session, before)
            if not job_ids:
                return removed
            connection = session.connection()
            connection.execute(delete(JobEvent).where(col(JobEvent.job_id).in_(job_ids)))
            connection.execute(delete(JobLog).where(col(JobLog.job_id).in_(job_ids)))
            connection.execute(delete(Job).where(col(Job.id).in_(job_ids)))
        removed += len(job_ids)


def _find_old(session: Session, before: datetime) -> list[str]:
    statement = select(Job.id).where(
        Job.queue == MAINTENANCE,
        col(Job.status).in_(FINISHED),
        Job.created_at < before,
        # Not before the figures hold it.
        Job.counted == 1,
    )
    return list(session.exec(statement.limit(BATCH)).all())
