"""Reports as they stand while they are made, and the mails that tell of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from pipeline.files import open_files
from pipeline.jobs.runner import Done, run_claim
from pipeline.models import Job, Mail, Report
from pipeline.notifications.listing import MailRow, mails_of_reports
from pipeline.reports.order import ReportOrder
from pipeline.reports.period import Period
from pipeline.reports.save import MadeFile, make_outcome, record_report
from pipeline.settings import get_settings
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.smtp import MailServer, start_smtp

AUGUST = Period(date(2026, 8, 1), date(2026, 8, 31))
ANA, BOB = "ana@example.org", "bob@example.org"
BEFORE = {"receipts": 1100, "merchants": 30, "spent": [{"currency": "EUR", "cents": 1000000}]}
FIGURES = {
    "receipts": 1234,
    "merchants": 31,
    "spent": [{"currency": "EUR", "cents": 1234567}, {"currency": "CHF", "cents": 5000}],
    "tax": [],
    "kgCO2e": 321.4,
    "previous": BEFORE,
}


@contextmanager
def setting(monkeypatch: pytest.MonkeyPatch, **values: str) -> Iterator[None]:
    """Settings by their names, in force for the block."""
    with monkeypatch.context() as patch:
        for name, value in values.items():
            patch.setenv(f"COMPTOIR_{name}", value)
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


def order(**changes: Any) -> ReportOrder:
    values = {"title": "Dépenses", "language": "fr", "email_to": (ANA, BOB)}
    return ReportOrder("pdf", AUGUST, **{**values, **changes})


def ask(bench: LedgerBench, wanted: ReportOrder, **origin: Any) -> str:
    """A report as it stands while its job runs."""
    job_id = bench.submit()
    with bench.write() as session:
        report = Report(
            id=job_id,
            kind=wanted.kind,
            title=wanted.title,
            language=wanted.language,
            period_from=AUGUST.first,
            period_to=AUGUST.last,
            asked=wanted.to_json(),
            created_at=bench.clock(),
            **origin,
        )
        session.add(report)
    return job_id


def finish(bench: LedgerBench, report_id: str, content: bytes = b"%PDF", **changes: Any) -> None:
    """Record the report as the job that completes it does."""
    files = open_files(bench.settings)
    made = MadeFile("document", "pdf", files.put_bytes(content), "août.pdf", len(content))
    values = {"as_of": bench.clock(), "figures": FIGURES}
    outcome = make_outcome([made], **{**values, **changes})
    with bench.write() as session:
        record_report(session, session.get_one(Job, report_id), outcome, bench.clock())


def mails(bench: LedgerBench, report_id: str) -> list[MailRow]:
    with read_session(bench.settings) as session:
        return mails_of_reports(session, [report_id])[report_id]


def read_mail(bench: LedgerBench, row: MailRow) -> Mail:
    with read_session(bench.settings) as session:
        return session.get_one(Mail, row.mail.id)


def deliver(bench: LedgerBench, row: MailRow) -> MailServer:
    """Run the mail's job against a server that takes everything."""
    with start_smtp() as server:
        settings = bench.settings.model_copy(update=server.settings())
        answer = run_claim(bench.take(row.mail.job_id or ""), settings)
    assert isinstance(answer, Done), answer
    return server
