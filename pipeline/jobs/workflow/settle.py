"""What the end of one part means for the parts after it and for the whole."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.jobs.transitions import record
from pipeline.jobs.workflow.parts import CHAIN, is_workflow
from pipeline.jobs.workflow.tree import (
    activate,
    children,
    count_unfinished,
    find_part,
    list_below,
    load,
    set_values,
    show_progress,
)
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
    following = find_part(session, chain, part.position + 1)
    if _stops(chain, part):
        stop_parts(session, chain, now=now, **PART_FAILED)
    elif following is not None:
        show_progress(session, chain)
        activate(session, following, handed_on(part), now=now)
        return
    finish(session, chain, now=now)


def _settle_group(session: Session, group: Job, part: Job, now: datetime) -> None:
    if _stops(group, part):
        stop_parts(session, group, now=now, **PART_FAILED)
    finish(session, group, now=now)


def _stops(parent: Job, part: Job) -> bool:
    if parent.cancel_requested:
        return True
    return part.status != JobStatus.COMPLETED and parent.on_failure == OnFailure.STOP


def handed_on(part: Job) -> Any:
    """What this finished part gives to the next."""
    if part.status == JobStatus.COMPLETED:
        return part.result
    code = part.error_code or "JOB_CANCELLED"
    return {"error": {"code": code, "message": part.error_message}}


def stop_parts(session: Session, top: Job, *, now: datetime, **why: Any) -> None:
    """Cancel what waits below `top`, ask what runs there to stop, close what holds no more.

    Once over the whole tree and from the bottom up: going up and down again with every part
    took minutes for a group of hundreds of chains.
    """
    below = list_below(session, top)
    for job in below:
        cancelled = {"status": JobStatus.CANCELLED, "finished_at": now, "counted": 0, **why}
        if job.status == JobStatus.PENDING and set_values(
            session, job.id, JobStatus.PENDING, **cancelled
        ):
            record(session, job, "cancelled", now, code=why.get("error_code"))
        elif not job.cancel_requested and set_values(
            session, job.id, JobStatus.PROCESSING, cancel_requested=True
        ):
            record(session, job, "cancel_requested", now)
    for job in reversed(below):
        if is_workflow(job):
            close_if_ended(session, job, now=now)


def finish(session: Session, job: Job, *, now: datetime) -> None:
    """Close a chain or group once every part of it has ended; its own parent goes on then."""
    if close_if_ended(session, job, now=now):
        settle(session, job.id, now=now)
    else:
        show_progress(session, job)


def close_if_ended(session: Session, job: Job, *, now: datetime) -> bool:
    """Close a chain or group of which every part has ended; says whether it did just now."""
    if count_unfinished(session, job):
        return False
    values = _conclude(load(session, job.id), children(session, job))
    if not set_values(session, job.id, JobStatus.PROCESSING, finished_at=now, counted=0, **values):
        return False
    record(session, job, values["status"], now, code=values.get("error_code"))
    return True


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
