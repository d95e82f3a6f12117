"""Reports that were asked for, the files they are made of, and schedules that ask for them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from pipeline.models.columns import big_column, index_where, new_id, utc_column


class Report(SQLModel, table=True):
    """A report with what was asked for; it stands where the job with its id stands.

    `asked` is the order (see `pipeline.reports.order`); `snapshot` names the files that hold the
    data it was made of, as they were at `as_of`; `figures` are its key figures, for lists and
    comparisons; `missing` names the sections that failed: `{"section", "code"}`. After
    `expires_at` its files go, and `files_dropped_at` says when they went.
    """

    __tablename__: ClassVar[Any] = "report"

    id: str = Field(primary_key=True, foreign_key="job.id")
    kind: str = Field(index=True)
    title: str
    language: str
    period_from: date | None = None
    period_to: date | None = None
    asked: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    client_id: str = ""
    schedule_id: str | None = Field(default=None, index=True)
    regenerated_from: str | None = None
    is_empty: bool = False
    snapshot: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    figures: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    missing: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    as_of: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    created_at: datetime = Field(sa_column=utc_column(index=True))
    finished_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    files_dropped_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class ReportFile(SQLModel, table=True):
    """A file of a report. `role`: document (downloaded), preview (a page as PNG) or snapshot.

    `format` is pdf, xlsx, html, png or parquet; `position` orders previews.
    """

    __tablename__: ClassVar[Any] = "report_file"
    __table_args__: ClassVar[Any] = (UniqueConstraint("report_id", "role", "format", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    report_id: str = Field(foreign_key="report.id", index=True)
    role: str
    format: str
    position: int = 0
    sha256: str = Field(index=True)
    name: str
    media_type: str
    size_bytes: int = Field(sa_column=big_column())
    pages: int | None = None


class ReportSchedule(SQLModel, table=True):
    """A report that is made again and again, and to whom it goes.

    `asked` is the order without its days; `period` says which days a run covers (see
    `pipeline.reports.period`). `cron` has five fields, read in `time_zone` (IANA). `delivery` is
    attach or link. `last_outcome` is a code: MADE, SKIPPED_EMPTY, FAILED.
    """

    __tablename__: ClassVar[Any] = "report_schedule"
    __table_args__: ClassVar[Any] = (
        index_where("ix_report_schedule_due", "next_run_at", where="next_run_at IS NOT NULL"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    asked: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    period: str
    cron: str
    time_zone: str
    recipients: list[str] = Field(sa_column=Column(JSON, nullable=False))
    delivery: str = "attach"
    skip_empty: bool = True
    client_id: str = ""
    created_at: datetime = Field(sa_column=utc_column())
    paused_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    paused_by: str | None = None
    pause_reason: str | None = None
    # None while it is paused.
    next_run_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_run_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_report_id: str | None = None
    last_outcome: str | None = None
