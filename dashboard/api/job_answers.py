"""How a job's state is told: its message, its error, its answer to `status`."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from dashboard.api.envelope import ApiModel, ErrorDetails, error_details
from pipeline.messages import translate
from pipeline.models import Job, JobStatus

Status = Literal["pending", "processing", "completed", "failed", "cancelled"]


class JobError(ApiModel):
    """Why the last attempt ended without a result."""

    code: Literal["PROCESSING_ERROR"] = "PROCESSING_ERROR"
    message: str
    details: ErrorDetails


class JobState(ApiModel):
    """Where a job stands."""

    request_id: str
    status: Status
    progress: int = Field(ge=0, le=100)
    stage: str | None = Field(description="open, read or understand while it runs.")
    estimated_time_remaining: float | None = Field(description="Seconds; null once finished.")
    message: str
    attempt: int = Field(description="Counts from 1; 0 before the first.")
    error: JobError | None = None


def job_state(job: Job, remaining_s: float | None, language: str, now: datetime) -> JobState:
    """The answer to `status`; `error` is set only where there is one."""
    optional: dict[str, Any] = {}
    if job.error_code is not None:
        optional["error"] = job_error(job.error_code, job.error_message, job.error_params, language)
    return JobState(
        request_id=job.id,
        status=job.status,
        progress=job.progress,
        stage=job.stage,
        estimated_time_remaining=None if remaining_s is None else round(remaining_s, 1),
        message=translate(
            message_code(job, now),
            language,
            # Not every stage of every kind has a sentence of its own.
            fallback=translate("STATUS_PROCESSING", language),
        ),
        attempt=job.attempt,
        **optional,
    )


def job_error(
    code: str, message: str | None, params: dict[str, Any] | None, language: str
) -> JobError:
    """A kept failure in the caller's language."""
    return JobError(
        code="PROCESSING_ERROR",
        message=translate(code, language, params, fallback=message),
        details=error_details(code, params),
    )


def message_code(job: Job, now: datetime) -> str:
    """The code of the sentence that says what a job is doing."""
    if job.status == JobStatus.PENDING and job.blocked:
        return "STATUS_BLOCKED"
    if job.status == JobStatus.PENDING and job.run_at > now:
        return "STATUS_RETRY" if job.attempt else "STATUS_SCHEDULED"
    if job.status == JobStatus.PENDING and job.rung_at is None:
        return "STATUS_DISPATCH"
    if job.status == JobStatus.PROCESSING and job.cancel_requested:
        return "STATUS_STOPPING"
    if job.status == JobStatus.PROCESSING and job.stage is not None:
        return f"STAGE_{job.stage.upper()}"
    return f"STATUS_{job.status.upper()}"
