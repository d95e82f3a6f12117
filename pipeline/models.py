"""The tables. One class is both the row and its schema; every time is UTC and aware."""

import enum
import uuid
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, DateTime, Dialect, Index, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel


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


class Priority(enum.IntEnum):
    """Order inside a queue; higher first."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


def new_id() -> str:
    """A random 32-character id that says nothing about its owner."""
    return uuid.uuid4().hex


def utc_column(*, nullable: bool = False, index: bool = False) -> Any:
    """A fresh column for an aware UTC time."""
    return Column(UtcDateTime, nullable=nullable, index=index)


class Upload(SQLModel, table=True):
    """A file as it was handed over; the bytes live in the file store under `sha256`."""

    __tablename__: ClassVar[Any] = "upload"

    id: str = Field(default_factory=new_id, primary_key=True)
    sha256: str = Field(index=True)
    name: str
    media_type: str
    size_bytes: int
    pages: int
    client_id: str | None = None
    source: str | None = None
    expected_type: str | None = None
    created_at: datetime = Field(sa_column=utc_column())


class Job(SQLModel, table=True):
    """One piece of work and where it stands. Changed only through `pipeline.jobs`."""

    __tablename__: ClassVar[Any] = "job"
    __table_args__: ClassVar[Any] = (
        Index("ix_job_due", "status", "run_at"),
        Index("ix_job_list", "kind", "created_at"),
        Index("ix_job_runs", "kind", "status", "finished_at"),
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

    attempt: int = 0
    failures: int = 0
    crashes: int = 0
    progress: int = 0
    stage: str | None = None
    cancel_requested: bool = False
    error_code: str | None = None
    error_message: str | None = None
    error_params: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))

    token: str | None = None
    worker_id: str | None = None
    lease_until: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    deadline_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))

    created_at: datetime = Field(sa_column=utc_column(index=True))
    run_at: datetime = Field(sa_column=utc_column())
    rung_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    started_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    finished_at: datetime | None = Field(
        default=None, sa_column=utc_column(nullable=True, index=True)
    )


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
    total_cents: int | None = None
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
