"""The shapes of jobs in lists, in full and in bulk, and how the ledger's rows become them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from dashboard.api.envelope import ApiModel
from dashboard.api.job_answers import JobError, Status, job_error
from dashboard.api.values import QueueName, UtcTime, Word
from pipeline.jobs.bulk import BulkOutcome, Matching
from pipeline.jobs.detail import Attempt, JobDetail
from pipeline.jobs.search import MAX_PAGE_SIZE, JobFilter, JobRow
from pipeline.messages import translate
from pipeline.models import Job, JobEvent, Priority

PRIORITIES = {priority.value: priority.name.lower() for priority in Priority}


class JobItem(ApiModel):
    """A job in a list."""

    job_id: str
    queue: str
    kind: str
    status: Status
    priority: Literal["low", "normal", "high"]
    progress: int
    stage: str | None
    attempt: int = Field(description="Counts from 1; 0 before the first.")
    blocked: bool = Field(description="Waits for other parts of its workflow.")
    waits_for_dispatch: bool = Field(description="Due, but no worker was told yet.")
    cancel_requested: bool
    client_id: str
    file_name: str | None
    parent_id: str | None
    root_id: str | None
    worker_id: str | None
    created_at: datetime
    run_at: datetime = Field(description="When it is or was due.")
    started_at: datetime | None
    finished_at: datetime | None
    fingerprint: str | None = Field(description="Of a failed job: the same in GET /failures.")
    error: JobError | None = None


class JobList(ApiModel):
    """One page of jobs, newest first."""

    total: int
    total_is_at_least: bool = Field(
        description="Not all jobs could be looked at for this combination: there may be more."
    )
    page: int
    items: list[JobItem]


class TimelineEntry(ApiModel):
    """One transition or stage."""

    at: datetime
    event: str
    attempt: int
    stage: str | None
    code: str | None
    message: str | None
    worker_id: str | None


class AttemptAnswer(ApiModel):
    """One try; `endedAt` and `ending` are null while it runs."""

    attempt: int
    worker_id: str | None
    started_at: datetime
    ended_at: datetime | None
    ending: str | None
    code: str | None


class Relative(ApiModel):
    """A job above or below in the same workflow."""

    job_id: str
    queue: str
    kind: str
    status: Status
    progress: int
    position: int


class JobAnswer(JobItem):
    """One job in full; `progress` of a chain or group is the mean over the jobs in it."""

    payload: dict[str, Any]
    received: Any = Field(description="What the parts before it handed on.")
    result: Any = Field(description="What it hands on.")
    on_failure: str
    timeline: list[TimelineEntry]
    attempts: list[AttemptAnswer]
    parents: list[Relative] = Field(description="From the whole workflow down to this job.")
    children: list[Relative] = Field(description="The first 200 parts, in order.")
    child_counts: dict[str, int] = Field(description="All direct parts by status.")


class FilterBody(ApiModel):
    """Which jobs are meant; each key narrows it."""

    model_config = ConfigDict(extra="forbid")

    queue: QueueName | None = None
    kind: Word | None = None
    status: Status | None = None
    query: Word = Field(
        "",
        description="Beginning of an id (4 characters or more), a kind, an error code or a "
        "file's name, or a whole client id.",
    )
    fingerprint: Word | None = Field(None, description="Failed so; see /failures.")
    client_id: Word | None = None
    root_id: Word | None = Field(None, description="Its workflow.")
    parent_id: Word | None = None
    created_from: UtcTime | None = Field(None, alias="from", description="Since.")
    created_to: UtcTime | None = Field(None, alias="to", description="Before.")

    def to_filter(self) -> JobFilter:
        """The same for the ledger."""
        return JobFilter(**self.model_dump(include=set(FilterBody.model_fields)))


class JobQuery(FilterBody):
    """The same in the address of a list, and which page of it."""

    model_config = ConfigDict(extra="ignore")

    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(50, ge=1, le=MAX_PAGE_SIZE)


class BulkBody(ApiModel):
    """What to do it to, and whether only to count."""

    model_config = ConfigDict(extra="forbid")

    filter: FilterBody
    dry_run: bool = False


class OutcomeItem(ApiModel):
    """What became of one job; `reason` is the code of why it was skipped."""

    job_id: str
    outcome: Literal["retried", "cancelled", "cancel_requested", "skipped"]
    reason: str | None


class BulkAnswer(ApiModel):
    """What was done; `remaining` match still and need another request."""

    dry_run: bool
    total: int = Field(description="Jobs that matched when the request came.")
    total_is_at_least: bool
    remaining: int
    outcomes: list[OutcomeItem]


def job_item(row: JobRow, language: str) -> JobItem:
    """One row of a list."""
    return JobItem(**_describe(row, language))


def job_answer(detail: JobDetail, language: str) -> JobAnswer:
    """Everything about one job."""
    job = detail.row.job
    return JobAnswer(
        **_describe(detail.row, language) | {"progress": detail.progress},
        payload=job.payload,
        received=job.received,
        result=job.result,
        on_failure=job.on_failure,
        timeline=[_entry(event, language) for event in detail.events],
        attempts=[_attempt(attempt) for attempt in detail.attempts],
        parents=[_relative(parent) for parent in detail.parents],
        children=[_relative(child) for child in detail.children],
        child_counts=detail.child_counts,
    )


def matching_answer(matching: Matching) -> BulkAnswer:
    """The count alone, of a dry run."""
    return BulkAnswer(
        dry_run=True,
        total=matching.total,
        total_is_at_least=matching.is_at_least,
        remaining=matching.total,
        outcomes=[],
    )


def bulk_answer(done: BulkOutcome) -> BulkAnswer:
    """What was done to each job."""
    return BulkAnswer(
        dry_run=False,
        total=len(done.outcomes) + done.remaining,
        total_is_at_least=done.total_is_at_least,
        remaining=done.remaining,
        outcomes=[
            OutcomeItem(job_id=one.job_id, outcome=one.outcome.value, reason=one.reason)
            for one in done.outcomes
        ],
    )


def _describe(row: JobRow, language: str) -> dict[str, Any]:
    job = row.job
    same = set(JobItem.model_fields) - {"job_id", "priority", "error", "file_name"}
    described = {name: getattr(job, name) for name in same if hasattr(job, name)}
    if job.error_code is not None:
        described["error"] = job_error(
            job.error_code, job.error_message, job.error_params, language
        )
    return described | {
        "job_id": job.id,
        "priority": PRIORITIES[job.priority],
        "file_name": row.file_name,
        "waits_for_dispatch": row.waits_for_dispatch,
    }


def _entry(event: JobEvent, language: str) -> TimelineEntry:
    message = event.code and translate(event.code, language, fallback=event.message)
    return TimelineEntry(
        at=event.at,
        event=event.event,
        attempt=event.attempt,
        stage=event.stage,
        code=event.code,
        message=message or event.message,
        worker_id=event.worker_id,
    )


def _attempt(attempt: Attempt) -> AttemptAnswer:
    return AttemptAnswer(
        attempt=attempt.number,
        worker_id=attempt.worker_id,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        ending=attempt.ending,
        code=attempt.code,
    )


def _relative(job: Job) -> Relative:
    return Relative(
        job_id=job.id,
        queue=job.queue,
        kind=job.kind,
        status=job.status,
        progress=job.progress,
        position=job.position,
    )
