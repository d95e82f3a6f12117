"""Writes mails and runs their jobs as a worker does, one attempt at a time."""

from typing import Any

from sqlmodel import col, select

from pipeline.jobs import endings
from pipeline.jobs.failures import Failure
from pipeline.jobs.runner import Done, run_claim
from pipeline.models import Mail, MailRecipient
from pipeline.notifications.submit import add_mail
from pipeline.settings import Settings
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.smtp import MailServer

HUNDRED = [f"a{number}@example.org" for number in range(100)]


class Office:
    """One ledger, and one mail server."""

    def __init__(self, bench: LedgerBench, server: MailServer) -> None:
        self.bench, self.server = bench, server

    @property
    def settings(self) -> Settings:
        return self.bench.settings.model_copy(update=self.server.settings(smtp_timeout_s=0.3))

    def write(self, *recipients: str) -> Mail:
        with self.bench.write() as session:
            return add_mail(
                session,
                reason="message",
                language="en",
                subject="Hello",
                text="Hello.\n",
                html=None,
                recipients=recipients or ("ana@example.org",),
                now=self.bench.clock(),
            )

    def attempt(self, job_id: str | None, **changes: Any) -> str:
        """Run the job once, and write how it ended; returns its status."""
        assert job_id is not None
        held = self.bench.take(job_id)
        answer = run_claim(held, self.settings.model_copy(update=changes))
        if isinstance(answer, Done):
            assert self.bench.complete(held, answer.outcome)
        else:
            assert isinstance(answer, Failure)
            policy = self.settings.policy_of("notifications")
            assert self.bench.change(endings.fail, held, answer, policy)
        return self.bench.job(job_id).status

    def last(self, mail: Mail) -> str | None:
        """The newest job of the mail."""
        with read_session(self.bench.settings) as session:
            return session.get_one(Mail, mail.id).job_id

    def recipients(self, mail: Mail) -> list[MailRecipient]:
        with read_session(self.bench.settings) as session:
            found = select(MailRecipient).where(MailRecipient.mail_id == mail.id)
            return list(session.exec(found.order_by(col(MailRecipient.id))).all())

    def statuses(self, mail: Mail) -> list[str]:
        return [recipient.status for recipient in self.recipients(mail)]
