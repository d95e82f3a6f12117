"""Mails that are sent once more, by hand or because an attempt was cut short."""

from datetime import timedelta

import pytest
from sqlmodel import select

from pipeline.clock import utc_now
from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs import steering
from pipeline.models import AuditEntry, Mail
from pipeline.notifications.listing import mails_of_reports
from pipeline.notifications.outcomes import keep_reply
from pipeline.notifications.replies import Reply
from pipeline.notifications.retention import delete_old_mails
from pipeline.notifications.submit import retry_mail
from tests.support.mail_office import HUNDRED, Office


def test_who_did_not_get_it_is_served_again_by_hand(office: Office) -> None:
    office.server.refuses = frozenset({"a1@example.org"})
    mail = office.write(*HUNDRED[:3])
    with office.bench.write() as session, pytest.raises(ConflictError) as early:
        retry_mail(session, mail.id, office.bench.clock(), "ana")
    office.attempt(mail.job_id)

    office.server.refuses = frozenset()
    with office.bench.write() as session:
        again = retry_mail(session, mail.id, office.bench.clock(), "ana")
        (act,) = session.exec(select(AuditEntry)).all()
        assert (act.actor, act.action) == ("ana", "report.send")
        assert act.detail == {"title": mail.subject, "recipients": 1}
    assert again.kind == "email.send"
    assert office.attempt(again.id) == "completed"
    assert office.server.recipients == ["a0@example.org", "a2@example.org", "a1@example.org"]
    assert office.last(mail) == again.id

    with office.bench.write() as session:
        with pytest.raises(ConflictError) as late:
            retry_mail(session, mail.id, office.bench.clock(), "ana")
        with pytest.raises(NotFoundError) as unknown:
            retry_mail(session, "nothing", office.bench.clock(), "ana")
    assert early.value.code == "MAIL_ON_ITS_WAY"
    assert late.value.code == "MAIL_NOBODY_LEFT"
    assert unknown.value.code == "MAIL_UNKNOWN"


def test_a_failed_job_that_is_run_again_by_hand_tries_refused_addresses_too(office: Office) -> None:
    office.server.refuses = frozenset({"*"})
    mail = office.write()
    assert office.attempt(mail.job_id) == "failed"

    office.server.refuses = frozenset()
    office.bench.clock.now = utc_now()
    office.bench.change(steering.retry, mail.job_id, "ana")
    assert office.attempt(mail.job_id) == "completed"
    assert office.statuses(mail) == ["sent"]


def test_a_refused_address_is_not_asked_again_because_a_worker_was_stopped(office: Office) -> None:
    mail = office.write(*HUNDRED[:3])
    with office.bench.write() as session:
        refusal = Reply("refused", "550", "No such mailbox")
        keep_reply(session, mail.id, "a0@example.org", refusal, utc_now())
    assert office.bench.hand_back(office.bench.take(mail.job_id or ""))

    assert office.attempt(mail.job_id) == "completed"
    assert office.server.recipients == ["a1@example.org", "a2@example.org"]


def test_an_older_job_of_a_mail_that_is_sent_again_sends_nothing_and_gives_nobody_up(
    office: Office,
) -> None:
    office.server.refuses = frozenset({"*"})
    mail = office.write(*HUNDRED[:2])
    assert office.attempt(mail.job_id) == "failed"
    office.server.refuses = frozenset()
    with office.bench.write() as session:
        newer = retry_mail(session, mail.id, office.bench.clock(), "ana")
    office.bench.change(steering.retry, mail.job_id, "ana")

    assert office.attempt(mail.job_id) == "failed"
    assert office.bench.job(mail.job_id or "").error_code == "MAIL_TAKEN_OVER"
    assert office.server.recipients == []
    assert office.statuses(mail) == ["waiting", "waiting"]
    assert office.attempt(newer.id) == "completed"
    assert office.server.recipients == HUNDRED[:2]


def test_a_job_whose_mail_is_gone_says_so_and_is_not_tried_again(office: Office) -> None:
    office.server.refuses = frozenset({"*"})
    mail = office.write()
    assert office.attempt(mail.job_id) == "failed"
    office.bench.clock.now = office.bench.clock() + timedelta(days=91)
    assert delete_old_mails(office.settings, office.bench.clock()) == 1

    office.bench.change(steering.retry, mail.job_id, "ana")
    assert office.attempt(mail.job_id) == "failed"
    assert office.bench.job(mail.job_id or "").error_code == "MAIL_GONE"


def test_a_mail_whose_job_was_cancelled_waits_no_longer_and_can_be_sent_again(
    office: Office,
) -> None:
    mail = office.write(*HUNDRED[:2])
    office.bench.change(steering.cancel, mail.job_id, "ana")
    with office.bench.write() as session:
        session.get_one(Mail, mail.id).report_id = "r"
        session.flush()
        (row,) = mails_of_reports(session, ["r"])["r"]
    assert not row.is_on_its_way
    assert [row.status_of(one) for one in row.recipients] == ["stopped"] * 2

    with office.bench.write() as session:
        again = retry_mail(session, mail.id, office.bench.clock(), "ana")
    assert office.attempt(again.id) == "completed"
    assert office.server.recipients == HUNDRED[:2]
