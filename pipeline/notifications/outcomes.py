"""What became of a mail at its recipients, as it stands in the store."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from pipeline.models import Job, Mail, MailRecipient
from pipeline.notifications.replies import TIMED_OUT, Reply

STATUS_OF = {"sent": "sent", "refused": "refused", "later": "waiting"}


@dataclass(frozen=True)
class Outcomes:
    """How many recipients stand where; `reply` was the last to one who has not got it."""

    sent: int
    refused: int
    waiting: int
    failed: int
    reply: str


def list_to_serve(session: Session, mail_id: str, asked_again_at: datetime | None) -> list[str]:
    """Addresses that the mail is still to be sent to.

    Those that were refused belong to them where somebody asked again after that. Those that were
    tried least come first: two that break every conversation off must not keep others waiting.
    """
    status = col(MailRecipient.status)
    wanted: ColumnElement[bool] = status.in_(("waiting", "failed"))
    if asked_again_at is not None:
        wanted |= (status == "refused") & (col(MailRecipient.at) < asked_again_at)
    statement = select(MailRecipient.address).where(MailRecipient.mail_id == mail_id, wanted)
    least_tried = statement.order_by(col(MailRecipient.attempts), col(MailRecipient.id))
    return list(session.exec(least_tried).all())


def count_outcomes(session: Session, mail_id: str) -> Outcomes:
    """Where the recipients of this mail stand."""
    by_status = (
        select(MailRecipient.status, func.count())
        .where(MailRecipient.mail_id == mail_id)
        .group_by(MailRecipient.status)
    )
    counts: Counter[str] = Counter(dict(session.exec(by_status).all()))
    last = (
        select(MailRecipient.reply)
        .where(MailRecipient.mail_id == mail_id, col(MailRecipient.status) != "sent")
        .order_by(col(MailRecipient.at).desc().nulls_last(), col(MailRecipient.id).desc())
    )
    reply = session.exec(last.limit(1)).first() or ""
    named = {name: counts[name] for name in ("sent", "refused", "waiting", "failed")}
    return Outcomes(**named, reply=reply)


def keep_reply(session: Session, mail_id: str, address: str, reply: Reply, now: datetime) -> None:
    """Write what became of the mail at one address."""
    session.connection().execute(
        update(MailRecipient)
        .where(col(MailRecipient.mail_id) == mail_id, col(MailRecipient.address) == address)
        .values(
            status=STATUS_OF[reply.verdict],
            attempts=MailRecipient.attempts + 1,
            code=reply.code,
            reply=reply.text,
            at=now,
        )
    )


def give_up(session: Session, mail_id: str, code: str | None, reply: str | None) -> None:
    """Let nobody wait any longer; `code` and `reply` are for those who were not even tried."""
    session.connection().execute(
        update(MailRecipient)
        .where(col(MailRecipient.mail_id) == mail_id, col(MailRecipient.status) == "waiting")
        .values(
            status="failed",
            code=func.coalesce(MailRecipient.code, code),
            reply=func.coalesce(MailRecipient.reply, reply),
        )
    )


def give_up_on(session: Session, job: Job, now: datetime) -> None:  # noqa: ARG001
    """The same where the job failed for good, whatever way: `Kind.on_failed` of both kinds."""
    mail = session.get(Mail, job.payload["mail_id"])
    if mail is None or mail.job_id != job.id:
        # Nobody waits for this job: the mail is kept no longer, or a newer one sends it.
        return
    # That of TIMED_OUT promises another attempt, and there is none any more.
    code = TIMED_OUT if job.error_code == "TIMED_OUT" else job.error_code
    said = (job.error_params or {}).get("reply", job.error_message)
    give_up(session, mail.id, code, said)
