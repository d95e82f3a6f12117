"""The rows of a workflow: finding, locking and releasing them. Used by the modules beside it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from pipeline.jobs.transitions import record
from pipeline.jobs.workflow.parts import is_workflow
from pipeline.models import FINISHED, Job, JobStatus

_RELEASED = "released"


def lock(session: Session, root_id: str) -> None:
    """Let one transaction at a time change this workflow; taken before any of its rows."""
    session.exec(select(Job.id).where(Job.id == root_id).with_for_update()).one()


def load(session: Session, job_id: str) -> Job:
    """The row as it is now, whatever this session saw before."""
    return session.get_one(Job, job_id, populate_existing=True)


def children(session: Session, job: Job) -> list[Job]:
    """The direct parts in order, as they are now."""
    found = session.exec(
        select(Job)
        .where(Job.parent_id == job.id)
        .order_by(col(Job.position))
        .execution_options(populate_existing=True)
    )
    return list(found.all())


def find_part(session: Session, job: Job, position: int) -> Job | None:
    """The direct part at this position; None behind the last."""
    return session.exec(
        select(Job)
        .where(Job.parent_id == job.id, Job.position == position)
        .execution_options(populate_existing=True)
    ).first()


def count_unfinished(session: Session, job: Job) -> int:
    """Direct parts that wait or run."""
    unfinished = (Job.parent_id == job.id, col(Job.status).not_in(FINISHED))
    return session.exec(select(func.count()).select_from(Job).where(*unfinished)).one()


def show_progress(session: Session, job: Job) -> None:
    """Write how many of its direct parts have ended."""
    direct = select(func.count()).select_from(Job).where(Job.parent_id == job.id)
    total = session.exec(direct).one()
    ended = total - count_unfinished(session, job)
    set_values(session, job.id, JobStatus.PROCESSING, progress=100 * ended // max(total, 1))


def list_below(session: Session, top: Job) -> list[Job]:
    """Everything below `top`, each after what holds it, as it is now."""
    found = session.exec(
        select(Job)
        .where(Job.root_id == top.root_id)
        .order_by(col(Job.position))
        .execution_options(populate_existing=True)
    )
    parts: defaultdict[str | None, list[Job]] = defaultdict(list)
    for job in found.all():
        parts[job.parent_id].append(job)
    below = list(parts[top.id])
    # Grows while it is walked: each job brings its own parts along.
    for job in below:
        below += parts[job.id]
    return below


def list_leaves(session: Session, root: Job) -> list[Job]:
    """The jobs of a workflow that run, without the chains and groups that hold them."""
    found = session.exec(
        select(Job).where(Job.root_id == root.id).order_by(col(Job.created_at), col(Job.id))
    )
    return [job for job in found.all() if not is_workflow(job)]


def progress(session: Session, job: Job) -> int:
    """Progress of the whole, 0..100: the mean over the jobs in it."""
    return mean_progress(job, lambda one: children(session, one))


def mean_progress(job: Job, parts_of: Callable[[Job], Sequence[Job]]) -> int:
    """The same for whoever has the rows already; `parts_of` gives the direct parts of one."""
    if not is_workflow(job):
        return 100 if job.status in FINISHED else job.progress
    parts = [mean_progress(part, parts_of) for part in parts_of(job)]
    return sum(parts) // len(parts) if parts else 0


def set_values(session: Session, job_id: str, *from_status: JobStatus, **values: Any) -> bool:
    """Write to one row, only while it has one of these statuses; says whether it had."""
    session.flush()
    result = session.connection().execute(
        update(Job).where(col(Job.id) == job_id, col(Job.status).in_(from_status)).values(**values)
    )
    return bool(result.rowcount == 1)


def activate(session: Session, job: Job, received: Any, *, now: datetime) -> None:
    """Let a waiting part begin with what the parts before it handed on."""
    if is_workflow(job):
        begin(session, job, received, now=now)
        return
    due = max(job.run_at, now)
    rung_at = now if due <= now else None
    changed = set_values(
        session,
        job.id,
        JobStatus.PENDING,
        blocked=False,
        received=received,
        run_at=due,
        rung_at=rung_at,
    )
    if changed:
        record(session, job, "released", now)
        if rung_at is not None:
            session.info.setdefault(_RELEASED, []).append(job)


def begin(session: Session, job: Job, received: Any, *, now: datetime) -> None:
    """Start a chain with its first part, a group with all of them."""
    open_composite(session, job, received, now=now)
    parts = children(session, job)
    for part in parts[:1] if job.kind.endswith("chain") else parts:
        activate(session, part, received, now=now)


def open_composite(session: Session, job: Job, received: Any, *, now: datetime) -> None:
    """Mark a chain or group as running."""
    set_values(
        session,
        job.id,
        JobStatus.PENDING,
        status=JobStatus.PROCESSING,
        blocked=False,
        received=received,
        started_at=now,
        attempt=job.attempt + 1,
    )
    record(session, job, "started", now)


def take_released(session: Session) -> list[Job]:
    """Jobs that this session made ready to run, to be rung for once it is committed."""
    released: list[Job] = session.info.pop(_RELEASED, [])
    return released
