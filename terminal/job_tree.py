"""The workflow around a job as a tree: what each part is, where it stands, how far it is."""

from datetime import datetime

from rich.text import Text
from rich.tree import Tree
from sqlmodel import Session

from pipeline.jobs.detail import JobDetail, get_detail
from pipeline.jobs.workflow import is_workflow
from pipeline.models import Job, JobStatus
from terminal.formats import SHORT_ID, show_text
from terminal.words import STATUS_STYLES

# Parts of one chain or group that are shown; the others are counted.
MOST_PARTS = 20


def show_tree(session: Session, detail: JobDetail, now: datetime) -> Tree | None:
    """The whole workflow from its root, the job marked; None for a job that is part of none."""
    job = detail.row.job
    path = [*(parent.id for parent in detail.parents), job.id]
    if len(path) == 1 and not is_workflow(job):
        return None
    root = get_detail(session, path[0], now=now)
    assert root is not None
    tree = Tree(_describe(root.row.job, root.progress, path[-1]))
    _add_parts(session, tree, root, path, now)
    return tree


def _add_parts(
    session: Session, branch: Tree, whole: JobDetail, path: list[str], now: datetime
) -> None:
    shown = [
        part for number, part in enumerate(whole.children) if number < MOST_PARTS or part.id in path
    ]
    for part in shown:
        inner = get_detail(session, part.id, now=now) if is_workflow(part) else None
        leaf = branch.add(_describe(part, inner.progress if inner else part.progress, path[-1]))
        if inner is not None:
            _add_parts(session, leaf, inner, path, now)
    left = sum(whole.child_counts.values()) - len(shown)
    if left:
        counts = ", ".join(f"{count} {status}" for status, count in whole.child_counts.items())
        branch.add(Text(f"and {left} more; in all {counts}", "dim"))


def _describe(job: Job, progress: int, marked_id: str) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{job.id[:SHORT_ID]} {show_text(job.kind)} ")
    line.append("blocked" if _is_blocked(job) else job.status, STATUS_STYLES[JobStatus(job.status)])
    if job.status == JobStatus.PROCESSING:
        line.append(f" {progress}%")
    if job.error_code:
        line.append(f" {job.error_code}", "red")
    if job.id == marked_id:
        line.append(" ← this job", "bold")
    return line


def _is_blocked(job: Job) -> bool:
    return job.status == JobStatus.PENDING and job.blocked
