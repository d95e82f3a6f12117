"""One job in full: its timeline, its file, and its place in a workflow. Read by API and pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from pipeline.jobs.search import JobRow, load_rows
from pipeline.jobs.workflow import WORKFLOW_QUEUE
from pipeline.models import FINISHED, Job, JobEvent

MAX_CHILDREN = 200
MAX_EVENTS = 500


@dataclass(frozen=True)
class Attempt:
    """One try: who ran it, from when to when, and how it ended (None while it runs)."""

    number: int
    worker_id: str | None
    started_at: datetime
    ended_at: datetime | None
    ending: str | None
    code: str | None


@dataclass(frozen=True)
class JobDetail:
    """Everything about one job.

    `parents` lead from the whole workflow down to the job; `children` are its direct parts, at
    most 200 of them, and `child_counts` counts all of them by status. `progress` of a chain or
    group is the mean over the jobs in it, 0..100.
    """

    row: JobRow
    events: list[JobEvent]
    attempts: list[Attempt]
    parents: list[Job]
    children: list[Job]
    child_counts: dict[str, int]
    progress: int


ENDINGS = ("completed", "failed", "cancelled", "retry", "crashed", "postponed", "handed_back")


def get_detail(session: Session, job_id: str, *, now: datetime) -> JobDetail | None:
    """Everything about one job; None for an unknown id."""
    rows = load_rows(session, [job_id], now)
    if not rows:
        return None
    job = rows[0].job
    events = _list_events(session, job_id)
    counts = _count_children(session, job_id)
    return JobDetail(
        row=rows[0],
        events=events,
        attempts=list_attempts(events),
        parents=_list_parents(session, job),
        children=_list_children(session, job_id) if counts else [],
        child_counts=counts,
        progress=_mean_progress(session, job_id) if counts else job.progress,
    )


def list_attempts(events: list[JobEvent]) -> list[Attempt]:
    """The tries that a timeline tells of, in order."""
    attempts: list[Attempt] = []
    begun: JobEvent | None = None
    for event in events:
        if event.event == "started":
            begun = event
        elif begun is not None and event.event in ENDINGS:
            attempts.append(_attempt(begun, event))
            begun = None
    return attempts if begun is None else [*attempts, _attempt(begun, None)]


def _attempt(begun: JobEvent, ended: JobEvent | None) -> Attempt:
    return Attempt(
        number=begun.attempt,
        worker_id=begun.worker_id,
        started_at=begun.at,
        ended_at=ended.at if ended else None,
        ending=ended.event if ended else None,
        code=ended.code if ended else None,
    )


def _list_events(session: Session, job_id: str) -> list[JobEvent]:
    newest = session.scalars(
        select(JobEvent)
        .where(col(JobEvent.job_id) == job_id)
        .order_by(col(JobEvent.id).desc())
        .limit(MAX_EVENTS)
    ).all()
    return list(reversed(newest))


def _list_parents(session: Session, job: Job) -> list[Job]:
    parents: list[Job] = []
    while job.parent_id is not None:
        parent = session.get(Job, job.parent_id)
        if parent is None:
            break
        parents.insert(0, parent)
        job = parent
    return parents


def _list_children(session: Session, job_id: str) -> list[Job]:
    found = session.scalars(
        select(Job)
        .where(col(Job.parent_id) == job_id)
        .order_by(col(Job.position))
        .limit(MAX_CHILDREN)
    )
    return list(found)


def _count_children(session: Session, job_id: str) -> dict[str, int]:
    rows: Any = session.execute(
        select(col(Job.status), func.count())
        .where(col(Job.parent_id) == job_id)
        .group_by(col(Job.status))
    )
    return dict(rows.all())


def _mean_progress(session: Session, job_id: str) -> int:
    """Over the jobs that run, at any depth, not over the chains and groups that hold them."""
    tree: Any = select(col(Job.id).label("id")).where(col(Job.id) == job_id)
    tree = tree.cte("tree", recursive=True)
    tree = tree.union_all(select(col(Job.id)).join(tree, col(Job.parent_id) == tree.c.id))
    # A part that failed is done with too: nothing more will happen to it.
    done = case((col(Job.status).in_(FINISHED), 100), else_=col(Job.progress))
    mean = (
        select(func.avg(done))
        .join(tree, tree.c.id == col(Job.id))
        .where(col(Job.queue) != WORKFLOW_QUEUE)
    )
    return int(session.execute(mean).scalar_one() or 0)
