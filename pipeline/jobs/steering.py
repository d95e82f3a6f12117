"""What a person may do to a job: cancel it, or run a finished one again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col

from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs.ledger import record
from pipeline.models import AuditEntry, Job, JobStatus

RETRYABLE = (JobStatus.FAILED, JobStatus.CANCELLED)


def cancel(session: Session, job_id: str, actor: str, *, now: datetime) -> Job:
    """Close a waiting job at once; ask a running one to stop (its minder does within 2 s).

    Raises NotFoundError, or ConflictError where the job is finished already.
    """
    job = _find(session, job_id)
    if _change(session, job_id, JobStatus.PENDING, status=JobStatus.CANCELLED, finished_at=now):
        record(session, job_id, "cancelled", now, attempt=job.attempt)
    elif _change(session, job_id, JobStatus.PROCESSING, cancel_requested=True):
        record(session, job_id, "cancel_requested", now, attempt=job.attempt)
    else:
        raise ConflictError("JOB_FINISHED", "This job is finished, there is nothing to cancel.")
    _audit(session, job_id, "job.cancel", actor, now)
    return session.get_one(Job, job_id, populate_existing=True)


def retry(session: Session, job_id: str, actor: str, *, now: datetime) -> Job:
    """Queue a failed or cancelled job again with a clean count of failures and crashes.

    Raises NotFoundError, or ConflictError where the job waits, runs or has a result.
    """
    _find(session, job_id)
    fresh: dict[str, Any] = {
        "status": JobStatus.PENDING,
        "failures": 0,
        "crashes": 0,
        "cancel_requested": False,
        "run_at": now,
        "rung_at": now,
        "finished_at": None,
        "progress": 0,
        "stage": None,
        "error_code": None,
        "error_message": None,
        "error_params": None,
    }
    if not any(_change(session, job_id, status, **fresh) for status in RETRYABLE):
        raise ConflictError("JOB_NOT_RETRYABLE", "Only a failed or cancelled job can be run again.")
    record(session, job_id, "retried", now)
    _audit(session, job_id, "job.retry", actor, now)
    return session.get_one(Job, job_id, populate_existing=True)


def _find(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise NotFoundError("JOB_UNKNOWN", "There is no job with this id. Check the id.")
    return job


def _change(session: Session, job_id: str, from_status: JobStatus, /, **values: Any) -> bool:
    # Conditional, because the job may move on between our look and our write.
    result = session.connection().execute(
        update(Job).where(col(Job.id) == job_id, col(Job.status) == from_status).values(**values)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _audit(session: Session, job_id: str, action: str, actor: str, now: datetime) -> None:
    session.add(AuditEntry(at=now, actor=actor, action=action, target_type="job", target_id=job_id))
