"""Mails as pages show them, with what became of each at its recipients."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from pipeline.models import FINISHED, Job, Mail, MailRecipient

# Shown by no list, and long.
_UNSHOWN = (defer(Mail.text), defer(Mail.html))  # type: ignore[arg-type]
_WITH_JOB = (
    select(Mail, Job.status)
    .join(Job, col(Job.id) == col(Mail.job_id), isouter=True)
    .options(*_UNSHOWN)
)


@dataclass(frozen=True)
class MailRow:
    """A mail without its bodies; `job_status` is None where nobody was to be written to."""

    mail: Mail
    recipients: tuple[MailRecipient, ...]
    job_status: str | None

    @property
    def is_on_its_way(self) -> bool:
        """Whether it is still to be sent to somebody."""
        return self.job_status is not None and self.job_status not in FINISHED

    def status_of(self, recipient: MailRecipient) -> str:
        """That of the recipient; stopped where it waits for a job that was cancelled."""
        stopped = recipient.status == "waiting" and not self.is_on_its_way
        return "stopped" if stopped else recipient.status


def mails_of_reports(
    session: Session, report_ids: Sequence[str]
) -> defaultdict[str, list[MailRow]]:
    """Every mail about each of these reports, in the order in which they were written."""
    about = _WITH_JOB.where(col(Mail.report_id).in_(report_ids))
    found: defaultdict[str, list[MailRow]] = defaultdict(list)
    for row in _load(session, about.order_by(col(Mail.created_at), col(Mail.id))):
        found[str(row.mail.report_id)].append(row)
    return found


def _load(session: Session, statement: Any) -> list[MailRow]:
    mails: Sequence[tuple[Mail, str | None]] = session.exec(statement).all()
    if not mails:
        return []
    ids = [mail.id for mail, _ in mails]
    told = select(MailRecipient).where(col(MailRecipient.mail_id).in_(ids))
    recipients: defaultdict[str, list[MailRecipient]] = defaultdict(list)
    for recipient in session.exec(told.order_by(col(MailRecipient.id))):
        recipients[recipient.mail_id].append(recipient)
    return [MailRow(mail, tuple(recipients[mail.id]), status) for mail, status in mails]
