"""Mails as pages show them: newest first, with what became of each at its recipients."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from pipeline.models import Job, Mail, MailRecipient

# Shown by no list, and long.
_UNSHOWN = (defer(Mail.text), defer(Mail.html))  # type: ignore[arg-type]


@dataclass(frozen=True)
class MailRow:
    """A mail without its bodies; `job_status` says whether it is still on its way.

    None: it has no job, because nobody was to be written to.
    """

    mail: Mail
    recipients: tuple[MailRecipient, ...]
    job_status: str | None

    def count(self) -> Counter[str]:
        """How many recipients have which status."""
        return Counter(recipient.status for recipient in self.recipients)


@dataclass(frozen=True)
class MailPage:
    """Some of the mails, and how many there are."""

    rows: list[MailRow]
    total: int


def mails_of_report(session: Session, report_id: str) -> list[MailRow]:
    """Every mail about this report, newest first."""
    return _load(session, _newest(select(Mail).where(Mail.report_id == report_id)))


def list_mails(session: Session, *, limit: int, offset: int) -> MailPage:
    """All mails, newest first."""
    total = session.exec(select(func.count()).select_from(Mail)).one()
    return MailPage(_load(session, _newest(select(Mail)).limit(limit).offset(offset)), total)


def _newest(statement: Any) -> Any:
    ordered = statement.order_by(col(Mail.created_at).desc(), col(Mail.id).desc())
    return ordered.options(*_UNSHOWN)


def _load(session: Session, statement: Any) -> list[MailRow]:
    mails: Sequence[Mail] = session.exec(statement).all()
    recipients: defaultdict[str, list[MailRecipient]] = defaultdict(list)
    told = select(MailRecipient).where(col(MailRecipient.mail_id).in_([one.id for one in mails]))
    for recipient in session.exec(told.order_by(col(MailRecipient.id))):
        recipients[recipient.mail_id].append(recipient)
    job_ids = [mail.job_id for mail in mails if mail.job_id]
    statuses: dict[str, str] = dict(
        session.exec(select(Job.id, Job.status).where(col(Job.id).in_(job_ids))).all()
    )
    return [
        MailRow(mail, tuple(recipients[mail.id]), statuses.get(mail.job_id or "")) for mail in mails
    ]
