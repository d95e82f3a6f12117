"""What running jobs leaves behind: workers, pauses, failures, counts, answers, the audit."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from pipeline.models.columns import UtcDateTime, utc_column


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


class AuditEntry(SQLModel, table=True):
    """Who did what to which thing; only ever appended to, as triggers of the store see to."""

    __tablename__: ClassVar[Any] = "audit"
    __table_args__: ClassVar[Any] = tuple(
        Index(f"ix_audit_{column}", column, "id") for column in ("actor", "action", "target_type")
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=utc_column(index=True))
    actor: str
    action: str
    target_type: str
    target_id: str = Field(index=True)
    detail: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
