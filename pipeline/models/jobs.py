"""Jobs and their timelines, and the words for where a job stands."""

import enum
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from pipeline.models.columns import index_where, new_id, utc_column


class JobStatus(enum.StrEnum):
    """One vocabulary in the store, the API and the pages."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)
# Ended without a result; these can be run again.
RETRYABLE = (JobStatus.FAILED, JobStatus.CANCELLED)


class Priority(enum.IntEnum):
    """Order inside a queue; higher first."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


class OnFailure(enum.StrEnum):
    """What the failure of one part of a workflow means for the parts beside and after it."""

    STOP = "stop"
    CONTINUE = "continue"


class Job(SQLModel, table=True):
    """One piece of work and where it stands. Changed only through `pipeline.jobs`."""

    __tablename__: ClassVar[Any] = "job"
    # Few, and of few rows where that does: each one that holds the status is written to twice
    # by every claim and every ending.
    __table_args__: ClassVar[Any] = (
        Index("ix_job_queue_list", "queue", "created_at"),
        Index("ix_job_kind_list", "kind", "created_at"),
        # Kind and queue beside it, so that any two of the three are told from the index alone.
        Index("ix_job_status_list", "status", "created_at", "kind", "queue"),
        Index("ix_job_client_list", "client_id", "created_at"),
        index_where("ix_job_runs", "kind", "finished_at", where="status = 'completed'"),
        index_where(
            "ix_job_unrung",
            *("queue", "rung_at", "priority", "run_at", "blocked"),
            where="status = 'pending'",
        ),
        index_where("ix_job_ahead", "queue", "priority", "created_at", where="status = 'pending'"),
        index_where("ix_job_client_waiting", "client_id", where="status = 'pending'"),
        index_where("ix_job_running", "worker_id", "lease_until", where="status = 'processing'"),
        index_where("ix_job_failed", "fingerprint", "created_at", where="fingerprint IS NOT NULL"),
        index_where(
            "ix_job_uncounted", "finished_at", where="counted = 0 AND finished_at IS NOT NULL"
        ),
        index_where(
            "ix_job_unique",
            "kind",
            "unique_key",
            where="status IN ('pending', 'processing') AND unique_key IS NOT NULL",
            unique=True,
        ),
        index_where("ix_job_parent", "parent_id", "position", where="parent_id IS NOT NULL"),
        index_where("ix_job_root", "root_id", where="root_id IS NOT NULL"),
        UniqueConstraint("client_id", "idempotency_key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    queue: str
    kind: str
    status: str = JobStatus.PENDING
    priority: int = Priority.NORMAL
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    upload_id: str | None = Field(default=None, foreign_key="upload.id", index=True)
    client_id: str = ""
    idempotency_key: str | None = None
    # At most one job of a kind waits or runs under the same key.
    unique_key: str | None = None

    # Workflows: a part waits (`blocked`) until the parts before it are done; `received` is what
    # they handed on and `result` what this job hands on.
    parent_id: str | None = None
    root_id: str | None = None
    position: int = 0
    on_failure: str = OnFailure.STOP
    blocked: bool = False
    received: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    result: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))

    attempt: int = 0
    failures: int = 0
    crashes: int = 0
    progress: int = 0
    stage: str | None = None
    cancel_requested: bool = False
    error_code: str | None = None
    error_message: str | None = None
    error_params: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    # Which failures are alike; only a failed job has one. See `pipeline.jobs.failures`.
    fingerprint: str | None = None
    # 1 once the rollup holds this ending; an integer, because partial indexes compare it.
    counted: int = 0

    token: str | None = None
    worker_id: str | None = None
    lease_until: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))

    created_at: datetime = Field(sa_column=utc_column(index=True))
    run_at: datetime = Field(sa_column=utc_column())
    rung_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    started_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class JobEvent(SQLModel, table=True):
    """One transition or stage of a job: the timeline that a person sees."""

    __tablename__: ClassVar[Any] = "job_event"

    id: int | None = Field(default=None, primary_key=True)
    job_id: str = Field(foreign_key="job.id", index=True)
    at: datetime = Field(sa_column=utc_column())
    event: str
    attempt: int = 0
    stage: str | None = None
    code: str | None = None
    message: str | None = None
    worker_id: str | None = None


class JobLog(SQLModel, table=True):
    """The last lines that an attempt at a job logged, oldest first; see `pipeline.jobs.job_log`."""

    __tablename__: ClassVar[Any] = "job_log"

    job_id: str = Field(foreign_key="job.id", primary_key=True)
    attempt: int = Field(primary_key=True)
    lines: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
