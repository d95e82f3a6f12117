"""Who is told of a report that is ready or empty: once, and never at its expense."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from pipeline.errors import ConflictError, StoreUnavailableError
from pipeline.files import open_files
from pipeline.models import Job, JobStatus, MailRecipient, Report, ReportSchedule
from pipeline.notifications.retention import delete_old_mails
from pipeline.reports.delivery import announce_failure, send_report
from pipeline.reports.retention import drop_expired_reports
from pipeline.reports.steering import delete_report
from pipeline.store import close_store, read_session, write_session
from tests.support.ledger import LedgerBench
from tests.support.report_mails import (
    ANA,
    BOB,
    ask,
    deliver,
    finish,
    mails,
    order,
    read_mail,
    setting,
)


def test_a_finished_report_is_sent_with_its_figures_and_its_file(linked: LedgerBench) -> None:
    report_id = ask(linked, order())
    finish(linked, report_id)

    (row,) = mails(linked, report_id)
    assert (row.mail.reason, row.mail.attach) == ("report", True)
    assert [one.address for one in row.recipients] == [ANA, BOB]
    server = deliver(linked, row)
    assert server.recipients == [ANA, BOB]
    got = server.received[0].mail
    assert got["Subject"] == "Dépenses · 1 août 2026 – 31 août 2026"
    (attached,) = got.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("août.pdf", b"%PDF")
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    for said in (
        *("Votre rapport est prêt et joint", "1 234", "avant : 1 100", "321 kg CO₂e"),
        *("12 345,67 € + 50,00 CHF", "avant : 10 000,00 €", "8 mars 2026, 12:00 UTC"),
        f"https://comptoir.example.org/reports?report={report_id}",
        f"https://comptoir.example.org/api/v1/reports/{report_id}/file",
    ):
        assert said in " ".join(text.get_content().split()), said
        assert said in " ".join(html.get_content().split()), said
    assert "Taxes" not in text.get_content()


def test_a_report_that_completes_again_is_not_sent_again(bench: LedgerBench) -> None:
    report_id = ask(bench, order())
    for _ in range(2):
        finish(bench, report_id)
    assert len(mails(bench, report_id)) == 1


@pytest.mark.parametrize(
    ("changes", "size"), [({"delivery": "link"}, 10), ({}, 7_000_001)], ids=["asked", "too large"]
)
def test_a_report_is_linked_where_that_is_asked_or_it_is_too_large(
    linked: LedgerBench, changes: dict[str, Any], size: int
) -> None:
    report_id = ask(linked, order(**changes))
    finish(linked, report_id, b"x" * size)

    (row,) = mails(linked, report_id)
    assert not row.mail.attach
    assert "Ouvrez-le avec le bouton" in read_mail(linked, row).text


def test_without_an_address_of_the_pages_the_mail_says_where_to_look(bench: LedgerBench) -> None:
    report_id = ask(bench, order(delivery="link", language="en"))
    finish(bench, report_id, missing=[{"section": "trends", "code": "TIMED_OUT"}])

    (row,) = mails(bench, report_id)
    mail = read_mail(bench, row)
    assert "Open Comptoir and choose Reports" in mail.text
    assert "1 section could not be made" in mail.text
    assert "http" not in mail.text
    assert "href" not in (mail.html or "")


def test_a_file_that_is_gone_when_the_mail_leaves_becomes_a_sentence(bench: LedgerBench) -> None:
    report_id = ask(bench, order())
    finish(bench, report_id, b"soon gone")
    (row,) = mails(bench, report_id)
    files = open_files(bench.settings)
    files.delete(files.put_bytes(b"soon gone"))

    got = deliver(bench, row).received[0].mail
    assert list(got.iter_attachments()) == []
    for kind in ("plain", "html"):
        body = got.get_body((kind,))
        assert body is not None
        assert "Le fichier n’est plus conservé" in body.get_content()


def test_a_report_that_expired_before_its_mail_left_is_not_attached(bench: LedgerBench) -> None:
    expired, same_bytes = ask(bench, order()), ask(bench, order(email_to=()))
    finish(bench, expired)
    bench.clock.tick(86_400)
    finish(bench, same_bytes)
    bench.clock.tick(6 * 86_400 + 1)
    assert drop_expired_reports(bench.settings, bench.clock()) == 1

    (row,) = mails(bench, expired)
    assert list(deliver(bench, row).received[0].mail.iter_attachments()) == []


def test_a_report_that_is_deleted_takes_its_mails_along_once_they_are_sent(
    bench: LedgerBench,
) -> None:
    report_id, kept_id = ask(bench, order()), ask(bench, order())
    for one in (report_id, kept_id):
        finish(bench, one)
        bench.complete(bench.take(one))
    delete_report(bench.settings, report_id, "ana", clock=bench.clock)
    assert delete_old_mails(bench.settings, bench.clock()) == 0

    for one in (report_id, kept_id):
        (row,) = mails(bench, one)
        deliver(bench, row)
        with bench.write() as session:
            session.get_one(Job, row.mail.job_id).status = JobStatus.COMPLETED
    assert delete_old_mails(bench.settings, bench.clock()) == 1
    assert mails(bench, report_id) == []
    assert len(mails(bench, kept_id)) == 1


def test_an_empty_report_is_said_to_be_empty_or_skipped_as_asked(bench: LedgerBench) -> None:
    told, skipped = ask(bench, order()), ask(bench, order(skip_empty=True))
    for report_id in (told, skipped):
        finish(bench, report_id, is_empty=True)

    (row,) = mails(bench, told)
    assert row.mail.subject.startswith("Rien à signaler : Dépenses")
    assert not row.mail.attach
    (row,) = mails(bench, skipped)
    assert (row.mail.job_id, row.job_status) == (None, None)
    assert {(one.status, one.code) for one in row.recipients} == {("skipped", "REPORT_EMPTY")}


def test_a_report_for_nobody_writes_to_nobody(bench: LedgerBench) -> None:
    report_id = ask(bench, order(email_to=()))
    finish(bench, report_id)
    assert mails(bench, report_id) == []


def test_a_report_that_is_there_is_sent_to_somebody_else(
    linked: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = ask(linked, order(email_to=()))
    with setting(monkeypatch, SMTP_HOST="mail.example.org", MAIL_FROM="us@example.org"):
        with pytest.raises(ConflictError, match="no files"), linked.write() as session:
            send(session, report_id, linked)
        finish(linked, report_id)
        with linked.write() as session:
            send(session, report_id, linked)

    (row,) = mails(linked, report_id)
    assert (row.mail.reason, row.mail.attach) == ("message", True)
    assert "quelqu’un a choisi" in " ".join(read_mail(linked, row).text.split())
    assert deliver(linked, row).recipients == [BOB]


def send(session: Session, report_id: str, bench: LedgerBench) -> None:
    send_report(
        session,
        report_id,
        [BOB],
        attach=True,
        client_id="dashboard",
        actor="ana",
        now=bench.clock(),
    )


def test_a_schedule_learns_how_its_latest_report_ended(bench: LedgerBench) -> None:
    now = bench.clock()
    older, newer = ask(bench, order(), schedule_id="s"), ask(bench, order(), schedule_id="s")
    with bench.write() as session:
        session.add(schedule(now, recipients=[BOB], last_report_id=newer))
    finish(bench, older)
    assert outcome_of(bench) is None

    finish(bench, newer, is_empty=True)
    assert outcome_of(bench) == "MADE"
    with bench.write() as session:
        session.get_one(Report, newer).asked = order(email_to=()).to_json()
        announce_failure(session, session.get_one(Job, newer), now)
    assert outcome_of(bench) == "FAILED"
    failure, _ = sorted(mails(bench, newer), key=lambda row: row.mail.reason)
    assert [one.address for one in failure.recipients] == [BOB]
    assert "« Chaque lundi »" in " ".join(read_mail(bench, failure).text.split())


def test_a_mistake_in_the_mail_does_not_cost_the_report(
    bench: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = ask(bench, order(email_to=("no address",)))
    finish(bench, report_id)

    assert mails(bench, report_id) == []
    with read_session(bench.settings) as session:
        assert session.get_one(Report, report_id).finished_at == bench.clock()
        assert session.exec(select(MailRecipient)).all() == []


def test_a_mail_is_not_lost_because_somebody_else_holds_the_schedule(bench: LedgerBench) -> None:
    if not bench.settings.uses_postgresql:
        pytest.skip("one writer at a time: nobody is in the way in the middle")
    report_id = ask(bench, order(), schedule_id="s")
    with bench.write() as session:
        session.add(schedule(bench.clock(), recipients=[BOB], last_report_id=report_id))
    with bench.write() as session:
        session.get_one(ReportSchedule, "s", with_for_update=True)
        hasty = bench.settings.model_copy(update={"store_wait_s": 0.2})
        with pytest.raises(StoreUnavailableError):
            finish(LedgerBench(hasty, bench.clock), report_id)
        hasty_job = {"error_code": "TIMED_OUT", "finished_at": bench.clock()}
        with pytest.raises(StoreUnavailableError), write_session(hasty) as other:
            job = other.get_one(Job, report_id).sqlmodel_update(hasty_job)
            announce_failure(other, job, bench.clock())

    finish(bench, report_id)
    assert [row.mail.reason for row in mails(bench, report_id)] == ["report"]
    close_store(hasty)


def schedule(now: datetime, **values: Any) -> ReportSchedule:
    asked = {"id": "s", "name": "Chaque lundi", "asked": {}, "period": "previous_month"}
    when = {"cron": "0 7 * * 1", "time_zone": "Europe/Paris", "created_at": now}
    return ReportSchedule(**asked, **when, **values)


def outcome_of(bench: LedgerBench) -> str | None:
    with read_session(bench.settings) as session:
        found = select(ReportSchedule.last_outcome).where(col(ReportSchedule.id) == "s")
        return session.exec(found).one()
