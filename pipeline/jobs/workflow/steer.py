"""Cancelling a whole workflow, and letting a stopped one go on where it stopped."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from pipeline.jobs.transitions import record
from pipeline.jobs.workflow.parts import CHAIN, is_workflow
from pipeline.jobs.workflow.settle import close_if_ended, handed_on, settle, stop_parts
from pipeline.jobs.workflow.tree import activate, children, load, open_composite, set_values
from pipeline.models import RETRYABLE, Job, JobStatus

# A job as if it had never been tried, so that it may be tried again.
FRESH: dict[str, Any] = {
    "status": JobStatus.PENDING,
    "failures": 0,
    "crashes": 0,
    "cancel_requested": False,
    "finished_at": None,
    "progress": 0,
    "stage": None,
    "error_code": None,
    "error_message": None,
    "error_params": None,
    "fingerprint": None,
    "counted": 0,
}


def cancel_tree(session: Session, job: Job, *, now: datetime) -> None:
    """Cancel a chain or group with everything in it; call with the workflow locked."""
    stop_parts(session, job, now=now)
    if set_values(
        session,
        job.id,
        JobStatus.PENDING,
        status=JobStatus.CANCELLED,
        finished_at=now,
        counted=0,
    ):
        record(session, job, "cancelled", now)
    elif set_values(session, job.id, JobStatus.PROCESSING, cancel_requested=True):
        record(session, job, "cancel_requested", now)
        close_if_ended(session, job, now=now)
    settle(session, job.id, now=now)


def resume(session: Session, root: Job, *, now: datetime) -> None:
    """Run again what failed or was cancelled; finished parts keep their results."""
    for job in _list_stopped(session, root):
        set_values(session, job.id, *RETRYABLE, blocked=True, run_at=now, rung_at=None, **FRESH)
        record(session, job, "retried", now)
    _go_on(session, load(session, root.id), root.received, now)


def _list_stopped(session: Session, root: Job) -> list[Job]:
    """Stopped parts whose chain or group still waits for them: not those it did without."""
    rows = {job.id: job for job in session.exec(select(Job).where(Job.root_id == root.id)).all()}
    return [
        job
        for job in rows.values()
        if job.status in RETRYABLE
        and (job.parent_id is None or rows[job.parent_id].status != JobStatus.COMPLETED)
    ]


def _go_on(session: Session, job: Job, received: Any, now: datetime) -> None:
    if job.status == JobStatus.COMPLETED:
        return
    if not is_workflow(job):
        activate(session, job, received, now=now)
        return
    open_composite(session, job, received, now=now)
    for part in children(session, job):
        _go_on(session, part, received, now)
        if job.kind == CHAIN:
            if part.status != JobStatus.COMPLETED:
                return
            received = handed_on(part)
