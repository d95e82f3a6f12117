"""Who is told that a report failed: once, whatever the way."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from pipeline.jobs import workflow
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import kinds_of
from pipeline.models import Job, Mail
from pipeline.reports.delivery import announce_failure
from pipeline.reports.order import check_order
from pipeline.reports.submit import add_report
from tests.support.ledger import START, LedgerBench
from tests.support.report_mails import ANA, BOB, ask, deliver, mails, order, read_mail


def test_a_failure_is_told_once_with_its_reason_and_what_to_do(linked: LedgerBench) -> None:
    report_id = ask(linked, order(language="en", title="Spend\r\nBcc: eve@example.org"))
    with linked.write() as session:
        job = session.get_one(Job, report_id)
        job.error_code, job.finished_at = "TIMED_OUT", START + timedelta(minutes=30)
        for _ in range(2):
            announce_failure(session, job, linked.clock())

    (row,) = mails(linked, report_id)
    mail = read_mail(linked, row)
    assert mail.reason == "failure"
    assert mail.subject == "Failed: Spend Bcc: eve@example.org · 1 Aug 2026 – 31 Aug 2026"
    assert "It took longer than allowed, every time it was tried." in mail.text
    assert "TIMED_OUT" in mail.text
    assert "1 Mar 2026, 12:30 UTC" in mail.text
    assert deliver(linked, row).recipients == [ANA, BOB]


def test_every_kind_without_which_there_is_no_report_tells_of_its_failure() -> None:
    told = {kind.name for kind in kinds_of("reports") if kind.on_failed is announce_failure}

    assert told == {kind.name for kind in kinds_of("reports")} - {"report.research"}
    assert {"report.dummy", "report.pdf", "report.plan", "report.write", "report.finish"} <= told


def test_an_analysis_of_which_a_part_fails_is_told_of_once(bench: LedgerBench) -> None:
    wanted = order(language="en", sections=("trends", "prices"))
    with bench.write() as session:
        report = add_report(
            session, check_order(replace(wanted, kind="analysis")), now=START, client_id=""
        )
        parts = workflow.list_leaves(session, session.get_one(Job, report.id))
    ids = {part.kind: part.id for part in parts}
    permanent = Failure("REFUSED", "This can never work.", permanent=True)
    for part in parts:
        if part.kind == "report.plan":
            bench.complete(bench.take(part.id))
    for part in parts:
        if part.kind == "report.research":
            assert bench.fail(bench.take(part.id), permanent)
    assert mails(bench, report.id) == []

    assert bench.fail(bench.take(ids["report.write"]), permanent)
    assert bench.job(report.id).status == "failed"
    (row,) = mails(bench, report.id)
    assert row.mail.reason == "failure"


def test_a_job_that_belongs_to_no_report_is_told_to_nobody(bench: LedgerBench) -> None:
    job_id = bench.submit()
    with bench.write() as session:
        announce_failure(session, session.get_one(Job, job_id), bench.clock())
        assert session.exec(select(Mail)).all() == []
