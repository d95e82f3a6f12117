"""The PDF report goes through a real worker, and goes on after what was saved."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from sqlmodel import col, select

from pipeline.files import open_files
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.context import JobContext
from pipeline.models import JobStatus, Report, ReportFile
from pipeline.reports.order import SECTIONS, ReportOrder
from pipeline.reports.pdf import job as pdf_job
from pipeline.reports.period import Period
from pipeline.reports.submit import submit_report
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.report_data import fill_report_data
from tests.support.worker import start_worker, wait_until

ENDED = (JobStatus.COMPLETED, JobStatus.FAILED)
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
ORDER = ReportOrder("pdf", QUARTER, language="fr", sections=SECTIONS["pdf"])


def test_a_worker_makes_the_document_its_previews_and_its_row(live: LedgerBench) -> None:
    fill_report_data(live.settings, receipts=120)
    report = submit_report(live.settings, open_doorbell(live.settings), ORDER, "front-desk")
    with start_worker(live.settings.data_dir, "reports"):
        wait_until(lambda: live.job(report.id).status in ENDED)

    assert live.job(report.id).status == JobStatus.COMPLETED, live.job(report.id).error_message
    stages = [event.stage for event in live.timeline(report.id) if event.event == "stage"]
    assert stages == ["collect", "draw", "preview"]
    with read_session(live.settings) as session:
        kept = session.get_one(Report, report.id)
        files = session.exec(select(ReportFile).order_by(col(ReportFile.id))).all()
    document = files[0]
    roles = [file.role for file in files]
    assert (document.name, document.format) == ("tickets-2026-01-01-2026-03-31.pdf", "pdf")
    assert roles == ["document", *["preview"] * 3, *["snapshot"] * (len(roles) - 4)]
    assert kept.figures is not None
    content = open_files(live.settings).read(document.sha256)
    pages = PdfReader(io.BytesIO(content), strict=True).pages
    assert len(pages) == document.pages
    listed = sum(page.extract_text().count(" 2026 ") for page in pages[-12:])
    assert listed >= kept.figures["receipts"] > 0


def test_an_attempt_after_a_kill_draws_nothing_again(
    live: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_report_data(live.settings, receipts=40)
    report_id = submit_report(live.settings, open_doorbell(live.settings), ORDER, "").id
    held = live.take(report_id)
    first = pdf_job.run(JobContext(held, live.settings))

    def refuse(*_: Any) -> Any:
        raise AssertionError("drawn again")

    monkeypatch.setattr(pdf_job, "_draw", refuse)
    live.hand_back(held)
    again = pdf_job.run(JobContext(live.take(report_id), live.settings))
    assert again["files"] == first["files"]
    assert again["figures"] == first["figures"]


def test_a_period_without_receipts_is_told_as_empty(live: LedgerBench) -> None:
    report_id = submit_report(live.settings, open_doorbell(live.settings), ORDER, "").id
    outcome = pdf_job.run(JobContext(live.take(report_id), live.settings))
    assert outcome["isEmpty"] is True
    assert outcome["files"][0]["pages"] == 1
