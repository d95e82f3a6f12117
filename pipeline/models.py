"""The tables. One class is both the row and its schema; every time is UTC and aware."""

import enum
import uuid
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    TypeDecorator,
    UniqueConstraint,
    func,
    text,
)
from sqlmodel import Field, SQLModel, col


class UtcDateTime(TypeDecorator[datetime]):
    """Stores UTC, returns aware datetimes; refuses naive ones before they do harm."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time without a zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


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


def new_id() -> str:
    """A random 32-character id that says nothing about its owner."""
    return uuid.uuid4().hex


def utc_column(*, nullable: bool = False, index: bool = False) -> Any:
    """A fresh column for an aware UTC time."""
    return Column(UtcDateTime, nullable=nullable, index=index)


def big_column(*, nullable: bool = False) -> Any:
    """A fresh column for numbers over two thousand million; every INTEGER of SQLite holds them."""
    return Column(BigInteger().with_variant(Integer(), "sqlite"), nullable=nullable)


def index_where(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that match `where` alone: small, however many rows are finished."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Upload(SQLModel, table=True):
    """A file as it was handed over; the bytes live in the file store under `sha256`."""

    __tablename__: ClassVar[Any] = "upload"

    id: str = Field(default_factory=new_id, primary_key=True)
    sha256: str = Field(index=True)
    name: str
    media_type: str
    size_bytes: int = Field(sa_column=big_column())
    pages: int
    client_id: str | None = None
    source: str | None = None
    expected_type: str | None = None
    created_at: datetime = Field(sa_column=utc_column())


# Finds files by the beginning of their name; LIKE needs its own order on PostgreSQL.
Index(
    "ix_upload_name",
    func.lower(col(Upload.name)).label("name_lower"),
    postgresql_ops={"name_lower": "text_pattern_ops"},
)


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


class QueuePause(SQLModel, table=True):
    """A queue that somebody stopped; nothing of it is claimed while this row exists."""

    __tablename__: ClassVar[Any] = "queue_pause"

    queue: str = Field(primary_key=True)
    reason: str
    actor: str
    paused_at: datetime = Field(sa_column=utc_column())


class WorkerRow(SQLModel, table=True):
    """A worker process as it last reported itself."""

    __tablename__: ClassVar[Any] = "worker"

    id: str = Field(primary_key=True)
    host: str
    pid: int
    version: str
    queues: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    memory_bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    stopping: bool = False
    started_at: datetime = Field(sa_column=utc_column())
    beat_at: datetime = Field(sa_column=utc_column(index=True))


class FailureGroup(SQLModel, table=True):
    """Failures that are alike, over all time; the jobs carry the same `fingerprint`."""

    __tablename__: ClassVar[Any] = "failure_group"

    fingerprint: str = Field(primary_key=True)
    kind: str
    queue: str
    code: str
    message: str
    frame: str | None = None
    count: int = 0
    first_seen_at: datetime = Field(sa_column=utc_column())
    last_seen_at: datetime = Field(sa_column=utc_column(index=True))
    example_job_id: str


class JobRollup(SQLModel, table=True):
    """Endings of one kind in one span of time, counted; see `pipeline.jobs.rollup`.

    `wait_bins` and `run_bins` are histograms: bin number to how many, as JSON.
    """

    __tablename__: ClassVar[Any] = "job_rollup"

    span: str = Field(primary_key=True)
    start: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    queue: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    retries: int = 0
    run_s: float = 0.0
    wait_bins: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    run_bins: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))


class IdempotentAnswer(SQLModel, table=True):
    """The first answer to a POST with an `Idempotency-Key`; given again to the same request."""

    __tablename__: ClassVar[Any] = "idempotent_answer"

    client: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: str
    status_code: int | None = None
    body: str | None = None
    created_at: datetime = Field(sa_column=utc_column(index=True))


class StageResult(SQLModel, table=True):
    """What a stage made of some bytes; a retry or a better next stage starts from here."""

    __tablename__: ClassVar[Any] = "stage_result"
    __table_args__: ClassVar[Any] = (UniqueConstraint("content_hash", "stage", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    content_hash: str
    stage: str
    version: str
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=utc_column())


class Receipt(SQLModel, table=True):
    """A receipt that was read: key values as columns, the whole reading as JSON."""

    __tablename__: ClassVar[Any] = "receipt"

    job_id: str = Field(primary_key=True, foreign_key="job.id")
    upload_id: str = Field(foreign_key="upload.id", index=True)
    merchant: str | None = Field(default=None, index=True)
    purchased_on: date | None = Field(default=None, index=True)
    total_cents: int | None = Field(default=None, sa_column=big_column(nullable=True))
    currency: str | None = None
    language: str | None = None
    confidence: float
    needs_review: bool = Field(index=True)
    review_reasons: list[str] = Field(sa_column=Column(JSON, nullable=False))
    fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    pages: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    ocr_engine: str
    ocr_confidence: float
    processing_time_s: float
    created_at: datetime = Field(sa_column=utc_column(index=True))


class AuditEntry(SQLModel, table=True):
    """Who did what to which thing; only ever appended to."""

    __tablename__: ClassVar[Any] = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=utc_column(index=True))
    actor: str
    action: str
    target_type: str
    target_id: str = Field(index=True)
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
