"""Sending a mail: to one recipient (`email.send`) or to many (`email.bulk`)."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, func, select

from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import Job, JobEvent, Mail
from pipeline.notifications.client import SLOWEST_BYTES_PER_S
from pipeline.notifications.letter import write_letter
from pipeline.notifications.message import Letter, Message
from pipeline.notifications.outcomes import (
    Outcomes,
    count_outcomes,
    give_up,
    give_up_on,
    keep_reply,
    list_to_serve,
)
from pipeline.notifications.replies import Reply
from pipeline.notifications.smtp import Mailer, read_sender
from pipeline.notifications.submit import BULK_KIND, SEND_KIND
from pipeline.settings import BYTES_PER_MB, Settings
from pipeline.store import read_session
from pipeline.store.patience import insist

# So many conversations in a row that broke off: the server is not there, and each try costs a
# whole time-out.
MAX_BROKEN = 2
# Time-outs for all but the mails themselves: a lost connection, a new one.
STEPS_OF_CONNECTING = 3
# What base64 makes of it.
GROWTH = 1.37


def run(context: JobContext) -> Outcome:
    """Send to everybody who still waits; those who were recorded get nothing twice.

    Killed between the server's answer and its record, one recipient gets it again with the same
    Message-ID. Raises MailSetupError, and PipelineError MAIL_DEFERRED, MAIL_REFUSED,
    MAIL_GONE or MAIL_TAKEN_OVER.
    """
    read_sender(context.settings)
    mail_id = context.payload["mail_id"]
    with read_session(context.settings) as session:
        job, mail = session.get_one(Job, context.claim.id), _find_mail(session, context)
        addresses = list_to_serve(session, mail_id, _find_asked_again_at(session, job.id))
        letter = write_letter(session, context.settings, context.files, mail)
    is_last = job.failures + 1 >= context.settings.policy_of(job.queue).max_attempts
    _send_all(context, letter, addresses)
    return _conclude(context, mail_id, is_last=is_last)


def _find_mail(session: Session, context: JobContext) -> Mail:
    mail = session.get(Mail, context.payload["mail_id"])
    if mail is None:
        raise PipelineError("MAIL_GONE", "This mail is not kept any more.")
    if mail.job_id != context.claim.id:
        # Somebody had it sent again, and then this one run again, too: everybody would get two.
        raise PipelineError("MAIL_TAKEN_OVER", "A newer job sends this mail. Look at that one.")
    return mail


def _find_asked_again_at(session: Session, job_id: str) -> datetime | None:
    """When somebody last ran the job again; not when a worker handed it back."""
    asked = select(func.max(JobEvent.at)).where(
        JobEvent.job_id == job_id, JobEvent.event == "retried"
    )
    return session.exec(asked).one()


def _send_all(context: JobContext, letter: Letter, addresses: Sequence[str]) -> None:
    broken = 0
    with Mailer(context.settings) as mailer:
        for position, address in enumerate(addresses, start=1):
            reply = mailer.send(Message(letter, address))
            _keep(context, letter.mail_id, address, reply, 100 * position // len(addresses))
            broken = broken + 1 if reply.lost else 0
            if broken == MAX_BROKEN:
                return


def _keep(context: JobContext, mail_id: str, address: str, reply: Reply, percent: int) -> None:
    """Record the reply, patiently: what is not on record is sent a second time."""

    def keep() -> None:
        with context.checkpoint("send", percent) as session:
            keep_reply(session, mail_id, address, reply, utc_now())

    insist(keep, time.monotonic() + context.settings.lease_s)


def _conclude(context: JobContext, mail_id: str, *, is_last: bool) -> Outcome:
    with read_session(context.settings) as session:
        found = count_outcomes(session, mail_id)
    if found.waiting and not is_last:
        raise _deferred(found)
    if found.waiting:
        with context.checkpoint("send", 100) as session:
            give_up(session, mail_id, "MAIL_DEFERRED", found.reply)
    if found.sent:
        failed = found.failed + found.waiting
        return {"sent": found.sent, "refused": found.refused, "failed": failed}
    if found.refused:
        raise PipelineError(
            "MAIL_REFUSED",
            "The mail server refused every recipient. Check the addresses.",
            params={"reply": found.reply},
        )
    raise _deferred(found)


def _deferred(found: Outcomes) -> PipelineError:
    return PipelineError(
        "MAIL_DEFERRED",
        "The mail server did not take the mail for everybody yet.",
        permanent=False,
        params={"waiting": found.waiting, "reply": found.reply},
    )


def limit_s(settings: Settings, payload: Mapping[str, Any]) -> float:
    """Seconds for one attempt: a whole time-out for each recipient, and a file on a slow line."""
    each_s = settings.smtp_timeout_s
    if payload["attach"]:
        each_s += settings.mail_attach_mb * BYTES_PER_MB * GROWTH / SLOWEST_BYTES_PER_S
    least_s = settings.policy_of("notifications").time_limit_s
    connecting_s = STEPS_OF_CONNECTING * settings.smtp_timeout_s
    recipients: int = payload["recipients"]
    return max(least_s, connecting_s + recipients * each_s)


KINDS = tuple(
    Kind(name, "notifications", run=run, time_limit_s=limit_s, on_failed=give_up_on)
    for name in (SEND_KIND, BULK_KIND)
)
