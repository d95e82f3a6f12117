"""Asking for a mail to be sent: row, recipients and job, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.jobs import ledger
from pipeline.jobs.kinds import get_kind
from pipeline.models import FINISHED, Job, Mail, MailRecipient
from pipeline.notifications.addresses import check_addresses
from pipeline.notifications.message import check_subject
from pipeline.notifications.smtp import mail_is_set_up

__all__ = ["add_mail", "mail_is_set_up", "note_unsent", "retry_mail"]

SEND_KIND, BULK_KIND = "email.send", "email.bulk"


def add_mail(
    session: Session,
    *,
    reason: str,
    language: str,
    subject: str,
    text: str,
    html: str | None,
    recipients: Sequence[str],
    report_id: str | None = None,
    attach: bool = False,
    client_id: str = "",
    now: datetime,
) -> Mail:
    """Write a mail to at least one recipient, and its job, for which the dispatcher rings.

    Raises InvalidRequestError MAIL_ADDRESS_BAD, MAIL_RECIPIENTS_NONE, MAIL_RECIPIENTS_MANY or
    MAIL_SUBJECT_BAD.
    """
    mail = Mail(
        reason=reason,
        language=language,
        subject=check_subject(subject),
        text=text,
        html=html,
        report_id=report_id,
        attach=attach,
        client_id=client_id,
        created_at=now,
    )
    written = _write(session, mail, recipients)
    _submit(session, mail, written, now)
    return mail


def note_unsent(session: Session, mail: Mail, recipients: Sequence[str], code: str) -> None:
    """Keep a mail that nobody is sent, and why (a code of `pipeline.messages`).

    Raises as `add_mail` does.
    """
    check_subject(mail.subject)
    _write(session, mail, recipients, status="skipped", code=code)


def retry_mail(session: Session, mail_id: str, now: datetime, actor: str) -> Job:
    """Send again to everybody who did not get it, for which the dispatcher rings.

    Raises NotFoundError MAIL_UNKNOWN; ConflictError MAIL_ON_ITS_WAY where its job waits or runs,
    MAIL_NOBODY_LEFT where everybody got it.
    """
    # Locked, or two who ask at once would have it sent twice.
    mail = session.exec(select(Mail).where(Mail.id == mail_id).with_for_update()).first()
    if mail is None:
        raise NotFoundError("MAIL_UNKNOWN", "There is no mail with this id. Check the id.")
    job = session.get(Job, mail.job_id, populate_existing=True) if mail.job_id else None
    if job is not None and job.status not in FINISHED:
        raise ConflictError("MAIL_ON_ITS_WAY", "This mail is still being sent.")
    left = session.exec(
        select(MailRecipient).where(
            MailRecipient.mail_id == mail_id, col(MailRecipient.status) != "sent"
        )
    ).all()
    if not left:
        raise ConflictError("MAIL_NOBODY_LEFT", "Everybody has got this mail already.")
    for recipient in left:
        recipient.status, recipient.attempts = "waiting", 0
        session.add(recipient)
    write(
        session,
        actor=actor,
        action="report.send",
        target_type="report" if mail.report_id else "mail",
        target_id=mail.report_id or mail.id,
        detail={"title": mail.subject, "recipients": len(left)},
        now=now,
    )
    return _submit(session, mail, len(left), now)


def _write(session: Session, mail: Mail, recipients: Sequence[str], **state: Any) -> int:
    addresses = check_addresses(recipients)
    if not addresses:
        raise InvalidRequestError("MAIL_RECIPIENTS_NONE", "Name at least one recipient.")
    session.add(mail)
    session.flush()
    session.add_all(
        MailRecipient(mail_id=mail.id, address=address, **state) for address in addresses
    )
    session.flush()
    return len(addresses)


def _submit(session: Session, mail: Mail, recipients: int, now: datetime) -> Job:
    kind = get_kind(SEND_KIND if recipients == 1 else BULK_KIND)
    # What the time limit is made of.
    payload = {"mail_id": mail.id, "recipients": recipients, "attach": mail.attach}
    job = ledger.submit(session, kind, payload, now=now, client_id=mail.client_id)
    # Whoever commits need not know that there is a job to ring for.
    job.rung_at = None
    mail.job_id = job.id
    session.add_all((job, mail))
    session.flush()
    return job
