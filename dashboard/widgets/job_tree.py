"""The workflow around a job as a tree: what each part is, where it stands, how far it is."""

from typing import Any

from sqlmodel import Session

from dashboard.language import t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import shorten_id
from dashboard.widgets.job_heading import show_heading
from dashboard.widgets.job_words import badge_of, present_badge, say_kind
from dashboard.widgets.queue_address import link_to_job
from dashboard.widgets.states import WAITING
from pipeline.clock import utc_now
from pipeline.jobs.detail import JobDetail, get_detail
from pipeline.jobs.workflow import is_workflow
from pipeline.models import Job, JobStatus
from pipeline.settings import get_settings
from pipeline.store import read_session

_render = load_component("job_tree", built_of=("queue_parts",))

# Parts of one chain or group that are shown; the others are counted.
MOST_PARTS = 20


def show_tree(detail: JobDetail) -> None:
    """The whole workflow from its root; nothing for a job that is part of none."""
    job = detail.row.job
    if not detail.parents and not is_workflow(job):
        return
    show_heading(t("Workflow"))
    path = [*(parent.id for parent in detail.parents), job.id]
    with read_session(get_settings()) as session:
        root = get_detail(session, path[0], now=utc_now())
        assert root is not None
        tree = _present(session, root.row.job, root, path)
    _render(data={"root": tree}, key=f"tree-{job.id}")


def _present(
    session: Session, job: Job, whole: JobDetail | None, path: list[str]
) -> dict[str, Any]:
    progress = whole.progress if whole else job.progress
    children = whole.children if whole else []
    shown = [part for at, part in enumerate(children) if at < MOST_PARTS or part.id in path]
    left = sum(whole.child_counts.values()) - len(shown) if whole else 0
    return {
        "id": shorten_id(job.id),
        "href": link_to_job(job.id),
        "label": say_kind(job.kind),
        "state": _present_state(job),
        "detail": f"{progress} %" if job.status == JobStatus.PROCESSING else job.error_code or "",
        "isHere": job.id == path[-1],
        "children": [_present_part(session, part, path) for part in shown],
        "more": tn("and {n} more part", "and {n} more parts", left) if left > 0 else "",
    }


def _present_part(session: Session, part: Job, path: list[str]) -> dict[str, Any]:
    inner = get_detail(session, part.id, now=utc_now()) if is_workflow(part) else None
    return _present(session, part, inner, path)


def _present_state(job: Job) -> dict[str, Any]:
    if job.status == JobStatus.PENDING and job.blocked:
        return present_badge(WAITING, t("Waits for others"))
    return badge_of(job)
