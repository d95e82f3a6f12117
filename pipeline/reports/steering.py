"""What a person may do to a report: stop it, try it again, delete it."""

from sqlmodel import col, delete, select

from pipeline.audit import write
from pipeline.clock import Clock, utc_now
from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs import steering
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_new, ring_released
from pipeline.models import FINISHED, Job, Report, ReportFile
from pipeline.settings import Settings
from pipeline.store import write_session
from pipeline.unused_files import note_hashes


def cancel_report(
    settings: Settings, doorbell: Doorbell, report_id: str, actor: str, clock: Clock = utc_now
) -> None:
    """Stop the report with all its parts; what runs is stopped within two seconds.

    Raises NotFoundError REPORT_UNKNOWN, ConflictError JOB_FINISHED.
    """
    with write_session(settings) as session:
        require_report(session.get(Report, report_id))
        steering.cancel(session, report_id, actor, now=clock(), thing="report")
    ring_released(settings, doorbell, session)


def retry_report(
    settings: Settings, doorbell: Doorbell, report_id: str, actor: str, clock: Clock = utc_now
) -> None:
    """Make a failed or cancelled report again from where it stopped, on the data it had.

    Raises NotFoundError REPORT_UNKNOWN, ConflictError JOB_NOT_RETRYABLE.
    """
    with write_session(settings) as session:
        require_report(session.get(Report, report_id))
        job = steering.retry(session, report_id, actor, now=clock(), thing="report")
    if job.root_id is None:
        ring_new(settings, doorbell, job)
    ring_released(settings, doorbell, session)


def delete_report(
    settings: Settings, report_id: str, actor: str, *, why: str = "", clock: Clock = utc_now
) -> None:
    """Forget the report; files and mails go with the clean-up, its job stays in the ledger.

    Raises NotFoundError REPORT_UNKNOWN, ConflictError REPORT_NOT_ENDED.
    """
    with write_session(settings) as session:
        report = require_report(session.get(Report, report_id))
        # Locked, or it might be tried again between our look and our write.
        job = session.get_one(Job, report_id, with_for_update=True)
        if job.status not in FINISHED:
            raise ConflictError(
                "REPORT_NOT_ENDED", "This report is still being made. Cancel it first."
            )
        of_report = col(ReportFile.report_id) == report_id
        hashes = set(session.exec(select(ReportFile.sha256).where(of_report)))
        note_hashes(session, hashes, clock())
        session.exec(delete(ReportFile).where(of_report))
        write(
            session,
            actor=actor,
            action="report.delete",
            target_type="report",
            target_id=report_id,
            detail={"kind": report.kind, "title": report.title, "reason": why},
            now=clock(),
        )
        session.delete(report)


def require_report(report: Report | None) -> Report:
    """Raises NotFoundError REPORT_UNKNOWN."""
    if report is None:
        raise unknown_report()
    return report


def unknown_report() -> NotFoundError:
    """What is said of an id that no report has."""
    return NotFoundError("REPORT_UNKNOWN", "There is no report with this id. Check the id.")
