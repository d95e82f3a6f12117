"""What was handed over, what each stage made of it, and the receipt that came out."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, UniqueConstraint, func
from sqlmodel import Field, SQLModel, col

from pipeline.models.columns import big_column, new_id, utc_column


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
