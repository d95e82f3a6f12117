"""Dropping the files of reports whose time is over; what was asked and found stays."""

from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.models import Report, ReportFile
from pipeline.settings import Settings
from pipeline.store import write_session
from pipeline.unused_files import KEPT_FOR, note_hashes

BATCH = 100


def drop_expired_reports(settings: Settings, now: datetime) -> int:
    """Let go of the files of expired reports; returns of how many reports.

    `delete_unused` of the same clean-up deletes those that nothing else has. The rows of report
    and files stay, with their figures, names and sizes; `files_dropped_at` says since when.
    """
    # On the disk before a file goes: a power cut must not bring back a row whose file is gone.
    durably = settings.model_copy(update={"store_durable": True})
    dropped = 0
    while True:
        with write_session(durably) as session:
            reports = _find_expired(session, now)
            _let_go(session, reports, now)
        if not reports:
            return dropped
        dropped += len(reports)


def _find_expired(session: Session, now: datetime) -> list[Report]:
    statement = select(Report).where(
        col(Report.expires_at) <= now, col(Report.files_dropped_at).is_(None)
    )
    return list(session.exec(statement.order_by(col(Report.id)).limit(BATCH).with_for_update()))


def _let_go(session: Session, reports: list[Report], now: datetime) -> None:
    report_ids = [report.id for report in reports]
    hashes = select(ReportFile.sha256).where(col(ReportFile.report_id).in_(report_ids))
    # Nobody waits for them another day, unless somebody keeps the same bytes again just now.
    note_hashes(session, set(session.exec(hashes)), now - KEPT_FOR)
    for report in reports:
        report.files_dropped_at = now
        session.add(report)
