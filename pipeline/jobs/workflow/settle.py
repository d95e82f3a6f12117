"""What the end of one part means for the parts after it and for the whole."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.jobs.transitions import record
from pipeline.jobs.workflow.parts import CHAIN, is_workflow
from pipeline.jobs.workflow.tree import activate, children, load, set_values
from pipeline.models import FINISHED, Job, JobStatus, OnFailure

PART_FAILED = {
    "error_code": "PART_FAILED",
    "error_message": "Another part of the same workflow failed, so this one was not needed.",
}


def settle(session: Session, job_id: str, *, now: datetime) -> None:
    """Let the workflow go on after this part ended; call with the workflow locked."""
    part = load(session, job_id)
    if part.parent_id is None or part.status not in FINISHED:
        return
    parent = load(session, part.parent_id)
    if parent.status != JobStatus.PROCESSING:
        return
    if parent.kind == CHAIN:
        _settle_chain(session, parent, part, now)
    else:
        _settle_group(session, parent, part, now)


def _settle_chain(session: Session, chain: Job, part: Job, now: datetime) -> None:
    later = [job for job in children(session, chain) if job.position > part.position]
    if _stops(chain, part):
        for job in later:
            stop_tree(session, job, now=now, **PART_FAILED)
    elif later:
        set_values(session, chain.id, JobStatus.PROCESSING, progress=_share(part, later))
        activate(session, later[0], handed_on(part), now=now)
        return
    finish(session, chain, now=now)


def _settle_group(session: Session, group: Job, part: Job, now: datetime) -> None:
    if _stops(group, part):
        for job in children(session, group):
            stop_tree(session, job, now=now, **PART_FAILED)
    finish(session, group, now=now)


def _stops(parent: Job, part: Job) -> bool:
    if parent.cancel_requested:
        return True
    return part.status != JobStatus.COMPLETED and parent.on_failure == OnFailure.STOP


def _share(part: Job, later: list[Job]) -> int:
    done = part.position + 1
    return 100 * done // (done + len(later))


def handed_on(part: Job) -> Any:
    """What this finished part gives to the next."""
    if part.status == JobStatus.COMPLETED:
        return part.result
    code = part.error_code or "JOB_CANCELLED"
    return {"error": {"code": code, "message": part.error_message}}


def stop_tree(session: Session, job: Job, *, now: datetime, **why: Any) -> None:
    """Cancel what waits below `job`, itself included, and ask what runs to stop."""
    cancelled = {"status": JobStatus.CANCELLED, "finished_at": now, "counted": 0, **why}
    if set_values(session, job.id, JobStatus.PENDING, **cancelled):
        record(session, job, "cancelled", now, code=why.get("error_code"))
        for part in children(session, job):
            stop_tree(session, part, now=now, **why)
        return
    if job.cancel_requested:
        return
    if set_values(session, job.id, JobStatus.PROCESSING, cancel_requested=True):
        record(session, job, "cancel_requested", now)
        if is_workflow(job):
            for part in children(session, job):
                stop_tree(session, part, now=now, **why)
            finish(session, load(session, job.id), now=now)


def finish(session: Session, job: Job, *, now: datetime) -> None:
    """Close a chain or group once every part of it has ended; its own parent goes on then."""
    parts = children(session, job)
    ended = sum(part.status in FINISHED for part in parts)
    if ended < len(parts):
        set_values(session, job.id, JobStatus.PROCESSING, progress=100 * ended // len(parts))
        return
    values = _conclude(load(session, job.id), parts)
    if set_values(session, job.id, JobStatus.PROCESSING, finished_at=now, counted=0, **values):
        record(session, job, values["status"], now, code=values.get("error_code"))
        settle(session, job.id, now=now)


def _conclude(job: Job, parts: list[Job]) -> dict[str, Any]:
    failed = next((part for part in parts if part.status == JobStatus.FAILED), None)
    all_good = all(part.status == JobStatus.COMPLETED for part in parts)
    if job.cancel_requested:
        return {"status": JobStatus.CANCELLED}
    if all_good or job.on_failure == OnFailure.CONTINUE:
        results = [handed_on(part) for part in parts]
        result = results[-1] if job.kind == CHAIN else results
        return {"status": JobStatus.COMPLETED, "progress": 100, "result": result}
    if failed is None:
        return {"status": JobStatus.CANCELLED}
    return {
        "status": JobStatus.FAILED,
        "error_code": failed.error_code,
        "error_message": failed.error_message,
        "error_params": failed.error_params,
    }
