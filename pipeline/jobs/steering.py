"""What a person may do to a job: cancel it, or run a finished one again."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from pipeline.audit import write
from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs import workflow
from pipeline.jobs.transitions import record
from pipeline.jobs.workflow.steer import FRESH
from pipeline.jobs.workflow.tree import set_values
from pipeline.models import FINISHED, RETRYABLE, Job, JobStatus


def cancel(session: Session, job_id: str, actor: str, *, now: datetime, thing: str = "job") -> Job:
    """Close a waiting job at once; ask a running one to stop (its minder does within 2 s).

    `thing` is what the audit calls it: a report is known by the id of its job.

    A chain or group is cancelled with everything in it. Raises NotFoundError, or ConflictError
    where the job is finished already.
    """
    job = _find(session, job_id)
    if job.root_id:
        workflow.lock(session, job.root_id)
    # Or it might go from running back to waiting between our two tries, and seem finished.
    session.refresh(job, with_for_update=True)
    if job.status in FINISHED:
        raise _finished()
    if job.cancel_requested:
        # Asked already; it is stopping.
        return job
    if workflow.is_workflow(job):
        workflow.cancel_tree(session, job, now=now)
    elif set_values(
        session, job_id, JobStatus.PENDING, status=JobStatus.CANCELLED, finished_at=now, counted=0
    ):
        record(session, job, "cancelled", now)
        if job.root_id:
            workflow.settle(session, job_id, now=now)
    elif set_values(session, job_id, JobStatus.PROCESSING, cancel_requested=True):
        record(session, job, "cancel_requested", now)
    else:
        raise _finished()
    _audit(session, job, f"{thing}.cancel", actor, now)
    return session.get_one(Job, job_id, populate_existing=True)


def retry(session: Session, job_id: str, actor: str, *, now: datetime, thing: str = "job") -> Job:
    """Queue a failed or cancelled job again with a clean count of failures and crashes.

    A part of a workflow that ended is run again together with everything that waits for it;
    ring for `workflow.take_released` after the commit. Raises NotFoundError, or ConflictError
    where the job waits, runs or has a result.
    """
    job = _find(session, job_id)
    try:
        with session.begin_nested():
            (_resume_workflow if job.root_id else _requeue)(session, job, now)
    except IntegrityError as error:
        raise ConflictError(
            "JOB_DUPLICATE", "A newer job with the same key waits or runs already."
        ) from error
    _audit(session, job, f"{thing}.retry", actor, now)
    return session.get_one(Job, job_id, populate_existing=True)


def _requeue(session: Session, job: Job, now: datetime) -> None:
    if not set_values(session, job.id, *RETRYABLE, run_at=now, rung_at=now, **FRESH):
        raise _not_retryable()
    record(session, job, "retried", now)


def _resume_workflow(session: Session, job: Job, now: datetime) -> None:
    assert job.root_id is not None
    workflow.lock(session, job.root_id)
    root = session.get_one(Job, job.root_id, populate_existing=True)
    if job.status not in RETRYABLE:
        raise _not_retryable()
    if root.status not in RETRYABLE:
        raise ConflictError(
            "WORKFLOW_NOT_STOPPED",
            "The workflow of this part goes on or is finished. Only a stopped one can be resumed.",
        )
    workflow.resume(session, root, now=now)


def _find(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise NotFoundError("JOB_UNKNOWN", "There is no job with this id. Check the id.")
    return job


def _finished() -> ConflictError:
    return ConflictError("JOB_FINISHED", "This job is finished, there is nothing to cancel.")


def _not_retryable() -> ConflictError:
    return ConflictError("JOB_NOT_RETRYABLE", "Only a failed or cancelled job can be run again.")


def _audit(session: Session, job: Job, action: str, actor: str, now: datetime) -> None:
    write(
        session,
        actor=actor,
        action=action,
        target_type=action.partition(".")[0],
        target_id=job.id,
        detail={"kind": job.kind},
        now=now,
    )
