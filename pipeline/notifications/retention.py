"""Dropping mails that nobody needs to know of any more: they name people, and say figures."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_
from sqlmodel import Session, col, select

from pipeline.models import FINISHED, Job, Mail, MailRecipient, Report
from pipeline.settings import Settings
from pipeline.store import write_session

BATCH = 500


def delete_old_mails(settings: Settings, now: datetime) -> int:
    """Delete mails that are old, or about a report that was deleted; returns how many.

    What is still to be sent stays until it has been.
    """
    before = now - timedelta(days=settings.mail_keep_days)
    removed = 0
    while True:
        with write_session(settings) as session:
            mail_ids = _find_unneeded(session, before)
            if not mail_ids:
                return removed
            connection = session.connection()
            connection.execute(
                delete(MailRecipient).where(col(MailRecipient.mail_id).in_(mail_ids))
            )
            connection.execute(delete(Mail).where(col(Mail.id).in_(mail_ids)))
        removed += len(mail_ids)


def _find_unneeded(session: Session, before: datetime) -> list[str]:
    is_on_its_way: Any = exists().where(
        col(Job.id) == Mail.job_id, col(Job.status).not_in(FINISHED)
    )
    has_report: Any = exists().where(col(Report.id) == Mail.report_id)
    is_about_none = col(Mail.report_id).is_not(None) & ~has_report
    statement = select(Mail.id).where(
        or_(col(Mail.created_at) < before, is_about_none), ~is_on_its_way
    )
    # Locked, or somebody might have it sent again between our look and our write.
    return list(session.exec(statement.limit(BATCH).with_for_update()).all())
