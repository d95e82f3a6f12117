"""A mail from its row to its recipients, on every store, with a real mail server."""

from typing import Any

import pytest
from sqlmodel import select

from pipeline.errors import InvalidRequestError, StoreUnavailableError
from pipeline.jobs.context import JobContext
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.runner import run_claim
from pipeline.models import Mail
from pipeline.notifications.message import Message
from pipeline.notifications.replies import Reply
from pipeline.notifications.retention import delete_old_mails
from pipeline.notifications.smtp import Mailer
from pipeline.notifications.submit import note_unsent
from tests.support.ledger import LedgerBench
from tests.support.mail_office import HUNDRED, Office
from tests.support.smtp import start_silent


def test_a_mail_to_one_is_sent_and_its_answer_kept(office: Office) -> None:
    mail = office.write("Ana <ana@example.org>")
    job = office.bench.job(mail.job_id or "")
    assert (job.kind, job.queue, job.rung_at) == ("email.send", "notifications", None)

    assert office.attempt(mail.job_id) == "completed"
    (recipient,) = office.recipients(mail)
    assert (recipient.address, recipient.status, recipient.code) == (
        "ana@example.org",
        "sent",
        "250",
    )
    assert (recipient.reply, recipient.attempts) == ("2.0.0 Taken", 1)
    assert recipient.at is not None
    assert office.server.recipients == ["ana@example.org"]


def test_one_bad_address_of_a_hundred_spoils_nothing(office: Office) -> None:
    office.server.refuses = frozenset({"a40@example.org"})
    mail = office.write(*HUNDRED)

    assert office.bench.job(mail.job_id or "").kind == "email.bulk"
    assert office.attempt(mail.job_id) == "completed"
    assert office.server.recipients == [one for one in HUNDRED if one != "a40@example.org"]
    assert office.statuses(mail) == ["refused" if n == 40 else "sent" for n in range(100)]
    assert office.recipients(mail)[40].reply == "5.1.1 No such mailbox"
    assert office.server.connections == 1


def test_nobody_who_was_recorded_gets_it_twice_however_the_attempt_ends(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = office.write(*HUNDRED[:10])
    office.server.closes_after = 4
    held = office.bench.take(mail.job_id or "")
    checkpoint, kept = JobContext.checkpoint, []

    def die_at_the_seventh(self: JobContext, *args: Any) -> Any:
        kept.append(args)
        if len(kept) == 7:
            raise KeyboardInterrupt
        return checkpoint(self, *args)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(JobContext, "checkpoint", die_at_the_seventh)
        run_claim(held, office.settings)
    office.bench.clock.tick(31)
    office.bench.reap()

    assert office.attempt(mail.job_id) == "completed"
    assert office.statuses(mail) == ["sent"] * 10
    # The seventh was on its way when the process died: the same mail, by its id.
    assert office.server.recipients == [*HUNDRED[:7], *HUNDRED[6:10]]
    seventh = [one.mail["Message-ID"] for one in office.server.received[6:8]]
    assert seventh[0] == seventh[1]


def test_a_store_that_is_busy_when_an_answer_is_to_be_kept_is_asked_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = office.write()
    checkpoint, calls = JobContext.checkpoint, []

    def busy_at_first(self: JobContext, *args: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise StoreUnavailableError("STORE_UNAVAILABLE", "Busy.", permanent=False)
        return checkpoint(self, *args)

    monkeypatch.setattr(JobContext, "checkpoint", busy_at_first)
    monkeypatch.setattr("pipeline.store.patience.TRY_AGAIN_S", 0)
    assert office.attempt(mail.job_id) == "completed"
    assert office.server.recipients == ["ana@example.org"]


def test_those_who_were_put_off_are_served_by_the_next_attempt_alone(office: Office) -> None:
    mail = office.write(*HUNDRED[:3])
    office.server.asked.update(["a0@example.org"])
    office.server.greylists = 1

    assert office.attempt(mail.job_id) == "pending"
    assert office.statuses(mail) == ["sent", "waiting", "waiting"]
    job = office.bench.job(mail.job_id or "")
    assert job.error_code == "MAIL_DEFERRED"
    assert (job.run_at - office.bench.clock()).total_seconds() == 60
    office.bench.clock.tick(61)
    assert office.attempt(mail.job_id) == "completed"
    assert office.server.recipients == HUNDRED[:3]
    assert [one.attempts for one in office.recipients(mail)] == [1, 2, 2]


def test_after_the_last_attempt_those_who_wait_have_failed(office: Office) -> None:
    some, none = office.write("a@example.org", "b@example.org"), office.write("c@example.org")
    office.server.greylists = 5
    office.server.asked.update({"a@example.org": 5})

    for status in ("pending", "pending", "completed"):
        assert office.attempt(some.job_id) == status
        office.bench.clock.tick(300)
    assert office.statuses(some) == ["sent", "failed"]
    assert [one.attempts for one in office.recipients(some)] == [1, 3]

    for status in ("pending", "pending", "failed"):
        assert office.attempt(none.job_id) == status
        office.bench.clock.tick(300)
    assert office.bench.job(none.job_id or "").error_code == "MAIL_DEFERRED"
    (left,) = office.recipients(none)
    assert (left.status, left.code, left.attempts) == ("failed", "451", 3)


def test_a_mail_that_everybody_refuses_fails_at_once(office: Office) -> None:
    office.server.refuses = frozenset({"*"})
    mail = office.write(*HUNDRED[:3])

    assert office.attempt(mail.job_id) == "failed"
    job = office.bench.job(mail.job_id or "")
    assert (job.error_code, job.error_params) == (
        "MAIL_REFUSED",
        {"reply": "5.1.1 No such mailbox"},
    )
    assert office.statuses(mail) == ["refused"] * 3


def test_settings_that_do_not_fit_fail_at_once_and_leave_nobody_waiting(office: Office) -> None:
    for changes, code in (
        ({"smtp_security": "starttls"}, "MAIL_NO_STARTTLS"),
        ({"smtp_security": "tls"}, "MAIL_TLS_FAILED"),
        ({"smtp_host": None}, "MAIL_NOT_SET_UP"),
    ):
        mail = office.write(*HUNDRED[:2])
        assert office.attempt(mail.job_id, **changes) == "failed"
        assert office.bench.job(mail.job_id or "").error_code == code
        assert [one.code for one in office.recipients(mail)] == [code, code]
        assert office.statuses(mail) == ["failed", "failed"]
        if code == "MAIL_TLS_FAILED":
            said = office.bench.job(mail.job_id or "").error_params
            assert said == {"reply": office.recipients(mail)[0].reply}


def test_who_was_given_up_with_an_attempt_that_took_too_long_is_promised_no_other(
    office: Office,
) -> None:
    mail = office.write()
    held = office.bench.take(mail.job_id or "")
    stopped = Failure("TIMED_OUT", "This took longer than allowed.", permanent=True)
    assert office.bench.fail(held, stopped)
    assert [one.code for one in office.recipients(mail)] == ["MAIL_TIMED_OUT"]


def test_a_server_that_hangs_costs_two_time_outs_an_attempt_and_is_given_up(
    office: Office,
) -> None:
    mail = office.write(*HUNDRED)
    with start_silent() as port:
        for attempts, status in ((1, "pending"), (2, "pending"), (3, "failed")):
            waits = {"smtp_port": port, "smtp_timeout_s": 0.1}
            assert office.attempt(mail.job_id, **waits) == status
            tried = [one.code for one in office.recipients(mail) if one.attempts]
            assert tried == ["MAIL_TIMED_OUT"] * 2 * attempts
            assert office.bench.job(mail.job_id or "").error_code == "MAIL_DEFERRED"
            office.bench.clock.tick(300)
    assert office.statuses(mail) == ["failed"] * 100


def test_the_time_limit_fits_the_number_of_recipients_and_the_file(bench: LedgerBench) -> None:
    limit = get_kind("email.bulk").limit_s
    payload = {"mail_id": "m", "recipients": 1, "attach": False}

    assert limit(bench.settings, payload) == 60
    assert limit(bench.settings, {**payload, "recipients": 100}) == 45 + 100 * 15
    assert limit(bench.settings, {**payload, "attach": True}) > 60 + 90
    patient = bench.settings.model_copy(update={"smtp_timeout_s": 300.0})
    assert limit(patient, payload) == 1200


def test_mails_are_kept_for_a_while_and_until_they_are_sent(office: Office) -> None:
    sent, waiting = office.write(*HUNDRED[:2]), office.write()
    assert office.attempt(sent.job_id) == "completed"
    office.bench.clock.tick(office.settings.mail_keep_days * 86_400)
    assert delete_old_mails(office.settings, office.bench.clock()) == 0
    office.bench.clock.tick(1)
    recent = office.write()
    assert office.attempt(recent.job_id) == "completed"

    assert delete_old_mails(office.settings, office.bench.clock()) == 1
    assert office.recipients(sent) == []
    assert office.statuses(recent) == ["sent"]
    assert office.attempt(waiting.job_id) == "completed"
    assert delete_old_mails(office.settings, office.bench.clock()) == 1


def test_a_mail_that_cannot_be_is_refused_before_anything_is_written(office: Office) -> None:
    for recipients, code in (
        (["nobody"], "MAIL_ADDRESS_BAD"),
        ([f"{n}{one}" for n in range(6) for one in HUNDRED], "MAIL_RECIPIENTS_MANY"),
    ):
        with pytest.raises(InvalidRequestError) as refused:
            office.write(*recipients)
        assert refused.value.code == code
    mail = Mail(
        reason="report", language="en", subject="a\nb", text="", created_at=office.bench.clock()
    )
    with office.bench.write() as session:
        for subject, recipients in (("a\nb", ["ana@example.org"]), ("a", [])):
            mail.subject = subject
            with pytest.raises(InvalidRequestError):
                note_unsent(session, mail, recipients, "REPORT_EMPTY")
        assert session.exec(select(Mail)).all() == []


def test_those_who_break_every_conversation_off_keep_nobody_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = office.write(*HUNDRED[:5])
    poison, send = {"a0@example.org", "a1@example.org"}, Mailer.send

    def break_off(self: Mailer, message: Message) -> Reply:
        if message.recipient in poison:
            return Reply("later", "MAIL_CONNECTION_LOST", "connection lost", lost=True)
        return send(self, message)

    monkeypatch.setattr(Mailer, "send", break_off)
    for status in ("pending", "pending", "completed"):
        assert office.attempt(mail.job_id) == status
        office.bench.clock.tick(300)
    assert office.statuses(mail) == ["failed", "failed", "sent", "sent", "sent"]
