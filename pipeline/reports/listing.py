"""Reports as pages and the API show them: newest first, with parts, files and mails."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from pipeline.jobs import workflow
from pipeline.models import (
    FINISHED,
    Job,
    JobEvent,
    JobStatus,
    Report,
    ReportFile,
)
from pipeline.notifications.listing import MailRow, mails_of_reports
from pipeline.receipts.fields.text import fold
from pipeline.reports.states import STAGES, Part, Status, parts_of_job, parts_of_workflow, status_of

Row = TypeVar("Row")
# Read for no list: results that are handed on can be large.
_UNSHOWN = (defer(Job.received), defer(Job.result))


@dataclass(frozen=True)
class ReportRow:
    """A report with everything that is shown of it; `progress` is 0..100.

    `is_slow`: an attempt that runs now takes longer than reports do.
    """

    report: Report
    job: Job
    status: Status
    progress: int
    stage: str | None
    parts: tuple[Part, ...]
    files: tuple[ReportFile, ...]
    mails: tuple[MailRow, ...]
    is_slow: bool

    def documents(self) -> tuple[ReportFile, ...]:
        """What can be downloaded; the first is what the report is asked for."""
        found = (file for file in self.files if file.role == "document")
        return tuple(sorted(found, key=lambda file: (file.position, file.format)))

    def previews(self) -> tuple[ReportFile, ...]:
        """The first pages as pictures, in order."""
        found = (file for file in self.files if file.role == "preview")
        return tuple(sorted(found, key=lambda file: file.position))


@dataclass(frozen=True)
class ReportPage:
    """Some of the reports that match, and how many there are."""

    rows: list[ReportRow]
    total: int


def list_reports(
    session: Session, *, kind: str | None = None, query: str = "", limit: int, offset: int
) -> ReportPage:
    """Reports newest first, of one kind or all; `query` is part of a title or begins an id."""
    if query.strip():
        found = _find_ids(session, kind, query.strip())
        wanted = select(Report).where(col(Report.id).in_(found[offset : offset + limit]))
        return ReportPage(_load_rows(session, session.exec(_newest(wanted)).all()), len(found))
    matching = () if kind is None else (Report.kind == kind,)
    total = session.exec(select(func.count()).select_from(Report).where(*matching)).one()
    wanted = select(Report).where(*matching).limit(limit).offset(offset)
    return ReportPage(_load_rows(session, session.exec(_newest(wanted)).all()), total)


def find_report(session: Session, report_id: str) -> ReportRow | None:
    """One report; None for an unknown id."""
    report = session.get(Report, report_id)
    return None if report is None else _load_rows(session, [report])[0]


def _newest(statement: Any) -> Any:
    return statement.order_by(col(Report.created_at).desc(), col(Report.id).desc())


def _find_ids(session: Session, kind: str | None, query: str) -> list[str]:
    # Titles are compared here: no store folds case and accents as people expect. 10,000 of them
    # take 30 ms.
    titles = select(Report.id, Report.title)
    if kind is not None:
        titles = titles.where(Report.kind == kind)
    part, beginning = fold(query), query.lower()
    found: Iterable[tuple[str, str]] = session.exec(_newest(titles))
    return [
        report_id
        for report_id, title in found
        if part in fold(title) or report_id.startswith(beginning)
    ]


def _load_rows(session: Session, reports: Sequence[Report]) -> list[ReportRow]:
    """The reports with all that belongs to them: eight queries at most, however many they are."""
    ids = [report.id for report in reports]
    jobs = _load_jobs(session, ids)
    within = list(_load_inner(session, jobs))
    inner = _group(within, lambda job: str(job.root_id))
    slow = _load_slow(session, [*jobs.values(), *within])
    stages = _load_last_stages(session, jobs)
    files = select(ReportFile).where(col(ReportFile.report_id).in_(ids))
    by_report = _group(session.exec(files.order_by(col(ReportFile.id))), lambda one: one.report_id)
    mails = mails_of_reports(session, ids)
    return [
        _make_row(
            report,
            jobs[report.id],
            inner[report.id],
            stages.get(report.id),
            files=tuple(by_report[report.id]),
            mails=tuple(mails[report.id]),
            is_slow=report.id in slow,
        )
        for report in reports
    ]


def _make_row(
    report: Report, job: Job, inner: Sequence[Job], last_stage: str | None, **belongings: Any
) -> ReportRow:
    stage: str | None
    if workflow.is_workflow(job):
        below = _group(inner, lambda one: str(one.parent_id))
        leaves = list(_walk(job, below))
        status, parts = status_of(job, leaves), parts_of_workflow(leaves)
        progress = workflow.mean_progress(job, lambda one: below[one.id])
        stage = next((part.name for part in parts if part.status == "started"), None)
    else:
        status, stage = status_of(job), job.stage
        parts = parts_of_job(job, STAGES[report.kind], job.stage or last_stage)
        progress = job.progress
    return ReportRow(report, job, status, progress, stage, parts, **belongings)


def _walk(job: Job, below: Mapping[str, Sequence[Job]]) -> Iterable[Job]:
    for part in sorted(below[job.id], key=lambda one: one.position):
        if workflow.is_workflow(part):
            yield from _walk(part, below)
        else:
            yield part


def _load_jobs(session: Session, ids: Sequence[str]) -> dict[str, Job]:
    wanted = select(Job).where(col(Job.id).in_(ids)).options(*_UNSHOWN)
    return {job.id: job for job in session.exec(wanted)}


def _load_inner(session: Session, jobs: Mapping[str, Job]) -> Iterable[Job]:
    """Everything below those that are workflows."""
    roots = [job.id for job in jobs.values() if workflow.is_workflow(job)]
    if not roots:
        return ()
    wanted = select(Job).where(col(Job.root_id).in_(roots), col(Job.parent_id).is_not(None))
    return session.exec(wanted.options(*_UNSHOWN))


def _load_slow(session: Session, jobs: Sequence[Job]) -> set[str]:
    """Reports of which a job runs that was said to be slow in this very attempt."""
    running = {job.id: job for job in jobs if job.status == JobStatus.PROCESSING}
    if not running:
        return set()
    said = select(JobEvent.job_id, JobEvent.attempt).where(
        col(JobEvent.job_id).in_(running), JobEvent.event == "slow"
    )
    slow = (
        running[job_id]
        for job_id, attempt in session.exec(said)
        if running[job_id].attempt == attempt
    )
    return {job.root_id or job.id for job in slow}


def _load_last_stages(session: Session, jobs: Mapping[str, Job]) -> dict[str, str | None]:
    """Where those stood that ended without a result: their rows do not say it any more."""
    stopped = [
        job.id
        for job in jobs.values()
        if job.status in FINISHED and job.status != JobStatus.COMPLETED
    ]
    if not stopped:
        return {}
    events = select(JobEvent.job_id, JobEvent.stage).where(
        col(JobEvent.job_id).in_(stopped), JobEvent.event == "stage"
    )
    return dict(session.exec(events.order_by(col(JobEvent.id))).all())


def _group(rows: Iterable[Row], key: Callable[[Row], str]) -> defaultdict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped
