"""How mail goes, judged by what the server said to the last ones. Read by health."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.models import MailRecipient

# What was tried before tells nothing about the server of now.
LATELY = timedelta(hours=1)
LOOKED_THROUGH = 200


@dataclass(frozen=True)
class MailStanding:
    """The last copies that were tried within an hour: how many left, how many the server did not
    take, and what it said last. A refused address is not the server's fault and counts for none.
    """

    sent: int
    failed: int
    last_reply: str | None


def measure_mail(session: Session, *, now: datetime) -> MailStanding:
    """Look at the newest copies alone."""
    newest = select(func.max(col(MailRecipient.id))).scalar_subquery()
    tried = session.execute(
        select(col(MailRecipient.status), col(MailRecipient.reply))
        .where(
            col(MailRecipient.id) > newest - LOOKED_THROUGH,
            col(MailRecipient.at) >= now - LATELY,
            col(MailRecipient.attempts) > 0,
        )
        .order_by(col(MailRecipient.at).desc())
    ).all()
    # One that waits after an attempt was not taken that time.
    failed = [row for row in tried if row.status in ("failed", "waiting")]
    sent = sum(row.status == "sent" for row in tried)
    return MailStanding(sent, len(failed), failed[0].reply if failed else None)
