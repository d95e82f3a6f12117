"""Where a report and each part of it stands, in the words of the HTTP contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pipeline.jobs.workflow import is_workflow
from pipeline.models import FINISHED, Job, JobStatus
from pipeline.reports.analysis.parts import RESEARCH

Status = Literal["pending", "queued", "started", "completed", "failed", "cancelled"]

# What a report that is one job goes through; the names that its job shows while it runs.
STAGES: Mapping[str, tuple[str, ...]] = {
    "dummy": ("collect", "draw", "preview"),
    "pdf": ("collect", "draw", "preview"),
    "excel": ("collect", "write"),
}
KIND_PREFIX = "report."


@dataclass(frozen=True)
class Part:
    """A piece of the work: a job of an analysis, or a stage of a report that is one job.

    `name` is plan, research.<section>, write or finish, else the stage. `progress` is 0..100; a
    running stage shows that of its whole job. `message` is English, for `error_code` and `params`.
    """

    name: str
    status: Status
    progress: int
    stage: str | None = None
    error_code: str | None = None
    message: str | None = None
    params: Mapping[str, Any] | None = None


def status_of(job: Job, leaves: Sequence[Job] = ()) -> Status:
    """Of a job, or of a workflow with the jobs in it.

    pending waits for dispatch, for its next attempt or for the parts before; queued waits for a
    worker.
    """
    if job.status in FINISHED:
        return cast(Status, job.status)
    if is_workflow(job):
        return _status_of_whole(leaves)
    if job.status == JobStatus.PROCESSING:
        return "started"
    return "pending" if job.blocked or job.rung_at is None else "queued"


def _status_of_whole(leaves: Sequence[Job]) -> Status:
    waiting = [status_of(leaf) for leaf in leaves if leaf.status == JobStatus.PENDING]
    if len(waiting) < len(leaves):
        return "started"
    return "queued" if "queued" in waiting else "pending"


def parts_of_workflow(leaves: Sequence[Job]) -> tuple[Part, ...]:
    """The jobs of an analysis, in the order in which they stand in it."""
    return tuple(
        Part(
            name=_name_of(leaf),
            status=status_of(leaf),
            progress=100 if leaf.status in FINISHED else leaf.progress,
            stage=leaf.stage,
            error_code=leaf.error_code,
            message=leaf.error_message,
            params=leaf.error_params,
        )
        for leaf in leaves
    )


def _name_of(leaf: Job) -> str:
    name = leaf.kind.removeprefix(KIND_PREFIX)
    return f"{name}.{leaf.payload['section']}" if leaf.kind == RESEARCH else name


def parts_of_job(job: Job, stages: Sequence[str], last_stage: str | None) -> tuple[Part, ...]:
    """The stages of a report that is one job; `last_stage` is the last one that it was in."""
    status = status_of(job)
    if status == "completed":
        return tuple(Part(name, "completed", 100) for name in stages)
    if last_stage not in stages:
        # Before its first stage; what ended there ended in it.
        last_stage = None if status in ("pending", "queued", "started") else stages[0]
    if last_stage is None:
        return tuple(Part(name, "pending" if status == "started" else status, 0) for name in stages)
    at = stages.index(last_stage)
    done = tuple(Part(name, "completed", 100) for name in stages[:at])
    rest: Status = "cancelled" if status in ("failed", "cancelled") else "pending"
    return (
        *done,
        _stage_at(job, last_stage, status),
        *(Part(n, rest, 0) for n in stages[at + 1 :]),
    )


def _stage_at(job: Job, name: str, status: Status) -> Part:
    return Part(
        name=name,
        status=status,
        progress=job.progress if status == "started" else 0,
        stage=name if status == "started" else None,
        error_code=job.error_code,
        message=job.error_message,
        params=job.error_params,
    )
