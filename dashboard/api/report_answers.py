"""The shapes of reports and their comparisons, and how the pipeline's rows become them."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from dashboard.api.envelope import ApiModel
from dashboard.api.job_answers import JobError, job_error
from pipeline.models import ReportFile
from pipeline.notifications.listing import MailRow
from pipeline.reports.compare import Basis, ComparedFigure, Comparison
from pipeline.reports.listing import ReportRow
from pipeline.reports.order import Language, ReportKind
from pipeline.reports.states import Part
from pipeline.reports.states import Status as ReportStatus
from pipeline.reports.texts import Texts


class AcceptedReport(ApiModel):
    """The report that was queued; ask `GET /reports/jobs/{requestId}` how it is."""

    request_id: str


class PartAnswer(ApiModel):
    """A job of an analysis, or a stage of any other report."""

    name: str = Field(description="plan, research.<section>, write, finish; or the stage.")
    status: ReportStatus
    progress: int = Field(ge=0, le=100)
    stage: str | None
    error: JobError | None = None


class ReportState(ApiModel):
    """How a report is getting on."""

    request_id: str
    status: ReportStatus = Field(
        description="pending: not handed to a worker yet, or waits for its next attempt; queued: "
        "waits for a worker."
    )
    progress: int = Field(ge=0, le=100)
    stage: str | None
    is_slow: bool = Field(description="Runs longer than reports do.")
    parts: list[PartAnswer]
    error: JobError | None = None


class FileAnswer(ApiModel):
    """A file that can be downloaded."""

    format: str = Field(description="pdf, xlsx or html.")
    name: str
    size_bytes: int
    pages: int | None
    url: str = Field(description="Below the address of this API.")


class RecipientAnswer(ApiModel):
    """What became of a mail at one address."""

    address: str
    status: str = Field(description="waiting, sent, refused, failed, stopped or skipped.")
    attempts: int
    code: str | None


class MailAnswer(ApiModel):
    """A mail about the report."""

    reason: str = Field(description="report, failure or message.")
    subject: str
    recipients: list[RecipientAnswer]


class MissingAnswer(ApiModel):
    """A section that could not be made, and why."""

    section: str
    code: str


class ReportItem(ReportState):
    """A report with what was asked and what came of it."""

    type: ReportKind
    title: str
    language: Language
    first: date | None = Field(alias="from")
    last: date | None = Field(alias="to")
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="Until then its files are kept.")
    data_as_of: datetime | None
    is_empty: bool
    missing: list[MissingAnswer]
    figures: dict[str, Any] | None = Field(description="Key figures; money in cents.")
    files: list[FileAnswer]
    previews: int = Field(description="How many first pages there are as pictures.")
    mails: list[MailAnswer]
    regenerated_from: str | None
    schedule_id: str | None


class ReportList(ApiModel):
    """One page of reports, newest first."""

    total: int
    page: int
    items: list[ReportItem]


class DeletedReport(ApiModel):
    """The report that is no more."""

    request_id: str


class ComparedAnswer(ApiModel):
    """One figure then and now."""

    key: str
    label: str
    unit: Literal["count", "money", "kg", "share"]
    currency: str | None = Field(description="ISO 4217; null where it is not known.")
    before: float | None
    now: float | None
    difference: float | None = Field(description="Now less before; of shares in points of 0..1.")
    change: float | None = Field(description="0.12 where it grew by 12 %; null for shares.")


class ComparisonAnswer(ApiModel):
    """Key figures of a report beside others."""

    request_id: str
    basis: Basis = Field(
        description="original: the report that it was made after; previous: the period before."
    )
    other_id: str | None
    first: date | None = Field(alias="from", description="First day of what it is compared with.")
    last: date | None = Field(alias="to")
    rows: list[ComparedAnswer]


def report_state(row: ReportRow, language: str) -> ReportState:
    """The answer to how a report is; `error` is set only where there is one."""
    return ReportState(**_state(row, language))


def report_item(row: ReportRow, language: str) -> ReportItem:
    """The report in full."""
    report, gone = row.report, row.report.files_dropped_at is not None
    return ReportItem(
        **_state(row, language),
        type=report.kind,
        title=report.title,
        language=report.language,
        first=report.period_from,
        last=report.period_to,
        created_at=report.created_at,
        finished_at=row.job.finished_at,
        expires_at=report.expires_at,
        data_as_of=report.as_of,
        is_empty=report.is_empty,
        missing=[MissingAnswer(**one) for one in report.missing],
        figures=report.figures,
        files=[] if gone else [_file(file) for file in row.documents()],
        previews=0 if gone else len(row.previews()),
        mails=[_mail(one) for one in row.mails],
        regenerated_from=report.regenerated_from,
        schedule_id=report.schedule_id,
    )


def comparison_answer(found: Comparison, language: str) -> ComparisonAnswer:
    """The comparison with its words in the caller's language, money in units of its currency."""
    texts, days = Texts(language), found.before_days
    return ComparisonAnswer(
        request_id=found.report.id,
        basis=found.basis,
        other_id=found.other.id if found.other else None,
        first=days.first if days else None,
        last=days.last if days else None,
        rows=[_compared(row, texts) for row in found.rows],
    )


def _state(row: ReportRow, language: str) -> dict[str, Any]:
    job = row.job
    optional: dict[str, Any] = {}
    if job.error_code is not None:
        optional["error"] = job_error(job.error_code, job.error_message, job.error_params, language)
    return {
        "request_id": row.report.id,
        "status": row.status,
        "progress": row.progress,
        "stage": row.stage,
        "is_slow": row.is_slow,
        "parts": [_part(part, language) for part in row.parts],
        **optional,
    }


def _part(part: Part, language: str) -> PartAnswer:
    optional: dict[str, Any] = {}
    if part.error_code is not None:
        params = dict(part.params) if part.params else None
        optional["error"] = job_error(part.error_code, part.message, params, language)
    return PartAnswer(
        name=part.name,
        status=part.status,
        progress=part.progress,
        stage=part.stage,
        **optional,
    )


def _file(file: ReportFile) -> FileAnswer:
    return FileAnswer(
        format=file.format,
        name=file.name,
        size_bytes=file.size_bytes,
        pages=file.pages,
        url=f"/reports/{file.report_id}/file?format={file.format}",
    )


def _mail(found: MailRow) -> MailAnswer:
    return MailAnswer(
        reason=found.mail.reason,
        subject=found.mail.subject,
        recipients=[
            RecipientAnswer(
                address=one.address,
                status=found.status_of(one),
                attempts=one.attempts,
                code=one.code,
            )
            for one in found.recipients
        ],
    )


def _compared(row: ComparedFigure, texts: Texts) -> ComparedAnswer:
    is_money = row.unit == "cents"

    def in_unit(value: float | None) -> float | None:
        return round(value / 100, 2) if is_money and value is not None else value

    return ComparedAnswer(
        key=row.key,
        label=texts.say(f"compare.{row.key}"),
        unit="money" if is_money else row.unit,
        currency=row.currency,
        before=in_unit(row.before),
        now=in_unit(row.now),
        difference=in_unit(row.difference),
        change=row.change,
    )
