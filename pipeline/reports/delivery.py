"""Telling the recipients of a report that it is ready, empty or failed."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session, select

from pipeline.audit import write
from pipeline.errors import ConflictError
from pipeline.models import Job, Mail, Report, ReportFile, ReportSchedule
from pipeline.notifications.layout import Words
from pipeline.notifications.submit import add_mail, note_unsent
from pipeline.notifications.words import nothing_to_report, report_failed, report_ready
from pipeline.reports.order import ReportOrder, read_order
from pipeline.reports.recipients import check_recipients
from pipeline.reports.steering import require_report
from pipeline.settings import BYTES_PER_MB, Settings, get_settings
from pipeline.store.server import is_busy_error

log = structlog.get_logger(__name__)


def announce_report(session: Session, report: Report, now: datetime) -> None:
    """Write the mail about a finished report, in the transaction that completes it; once.

    A mistake here is logged and undone: the report is there whether or not anybody is told. Where
    the store is busy, all of it is to be tried again: raises OperationalError.
    """
    _write_safely(session, report, lambda: _announce_report(session, report, now))


def announce_failure(session: Session, job: Job, now: datetime) -> None:
    """Write the mail about a report that failed for good, once: `Kind.on_failed` of reports."""
    report = session.get(Report, job.root_id or job.id)
    if report is not None:
        _write_safely(session, report, lambda: _announce_failure(session, report, job, now))


def send_report(
    session: Session,
    report_id: str,
    recipients: Sequence[str],
    *,
    attach: bool,
    client_id: str,
    actor: str,
    now: datetime,
) -> Mail:
    """Write a mail about a report that is there, for somebody who is to have it, too.

    Raises NotFoundError REPORT_UNKNOWN, ConflictError REPORT_WITHOUT_FILES, the errors of
    `check_recipients` and InvalidRequestError MAIL_RECIPIENTS_NONE.
    """
    settings = get_settings()
    addresses = check_recipients(settings, recipients)
    report = require_report(session.get(Report, report_id))
    if report.finished_at is None or report.files_dropped_at is not None:
        raise ConflictError(
            "REPORT_WITHOUT_FILES", "This report has no files to send. Regenerate it first."
        )
    fits = attach and _fits(session, settings, report)
    words = report_ready(
        report, public_url=settings.public_url, attached=fits, schedule=None, asked_for=False
    )
    about = _describe(report, "message", words) | {"client_id": client_id}
    write(
        session,
        actor=actor,
        action="report.send",
        target_type="report",
        target_id=report_id,
        detail={"title": report.title, "recipients": len(addresses)},
        now=now,
    )
    return add_mail(session, **about, recipients=addresses, attach=fits, now=now)


def _write_safely(session: Session, report: Report, write: Callable[[], None]) -> None:
    # What the caller wrote must not be undone with it.
    session.flush()
    try:
        with session.begin_nested():
            write()
    except Exception as error:
        if is_busy_error(error):
            raise
        log.exception("report_not_announced", report=report.id)


def _announce_report(session: Session, report: Report, now: datetime) -> None:
    order, schedule = read_order(report.asked), _find_schedule(session, report)
    skips = report.is_empty and order.skip_empty
    _note_outcome(session, report, "SKIPPED_EMPTY" if skips else "MADE")
    recipients = _list_recipients(order, schedule)
    if not recipients or _is_told(session, report, "report"):
        return
    settings, name = get_settings(), schedule.name if schedule else None
    wants_it = order.delivery == "attach" and not report.is_empty
    attach = wants_it and _fits(session, settings, report)
    if report.is_empty:
        words = nothing_to_report(report, public_url=settings.public_url, schedule=name)
    else:
        words = report_ready(report, public_url=settings.public_url, attached=attach, schedule=name)
    if skips:
        mail = Mail(created_at=now, **_describe(report, "report", words))
        note_unsent(session, mail, recipients, "REPORT_EMPTY")
    else:
        mail_values = _describe(report, "report", words)
        add_mail(session, **mail_values, recipients=recipients, attach=attach, now=now)


def _announce_failure(session: Session, report: Report, job: Job, now: datetime) -> None:
    order, schedule = read_order(report.asked), _find_schedule(session, report)
    _note_outcome(session, report, "FAILED")
    recipients = _list_recipients(order, schedule)
    if not recipients or _is_told(session, report, "failure"):
        return
    name = schedule.name if schedule else None
    words = report_failed(report, job, public_url=get_settings().public_url, schedule=name)
    add_mail(session, **_describe(report, "failure", words), recipients=recipients, now=now)


def _describe(report: Report, reason: str, words: Words) -> dict[str, Any]:
    about = {"reason": reason, "report_id": report.id, "client_id": report.client_id}
    return {**about, "language": report.language, **asdict(words)}


def _find_schedule(session: Session, report: Report) -> ReportSchedule | None:
    return session.get(ReportSchedule, report.schedule_id) if report.schedule_id else None


def _note_outcome(session: Session, report: Report, outcome: str) -> None:
    if report.schedule_id is None:
        return
    schedule = session.get(ReportSchedule, report.schedule_id, with_for_update=True)
    # A slow run may end after the one that follows it.
    if schedule is not None and schedule.last_report_id == report.id:
        schedule.last_outcome = outcome
        session.add(schedule)


def _list_recipients(order: ReportOrder, schedule: ReportSchedule | None) -> tuple[str, ...]:
    return order.email_to or (tuple(schedule.recipients) if schedule else ())


def _is_told(session: Session, report: Report, reason: str) -> bool:
    """Whether this was said before: a report that is run again completes, or fails, again."""
    said = select(Mail.id).where(Mail.report_id == report.id, Mail.reason == reason)
    return session.exec(said.limit(1)).first() is not None


def _fits(session: Session, settings: Settings, report: Report) -> bool:
    """Whether the documents are small enough to be attached."""
    sizes = session.exec(
        select(ReportFile.size_bytes).where(
            ReportFile.report_id == report.id, ReportFile.role == "document"
        )
    ).all()
    return bool(sizes) and sum(sizes) <= settings.mail_attach_mb * BYTES_PER_MB
