"""A workbook made by a worker, its formulas calculated anew by LibreOffice and beside the store."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text
from sqlmodel import select

from pipeline.files import open_files
from pipeline.jobs.broker import open_doorbell
from pipeline.models import JobStatus, Report, ReportFile
from pipeline.reports.order import ReportOrder
from pipeline.reports.period import Period
from pipeline.reports.submit import submit_report
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.libreoffice import HAS_LIBREOFFICE, recalculate
from tests.support.report_data import fill_report_data
from tests.support.worker import start_worker, wait_until

WINTER = Period(date(2025, 12, 1), date(2026, 3, 31))
COUNTED = "purchased_on BETWEEN '2025-12-01' AND '2026-03-31' AND discarded_at IS NULL"
BY_CURRENCY = f"SELECT currency, count(*), sum(total_cents) FROM receipt WHERE {COUNTED} GROUP BY 1"
TAXES = (
    "SELECT currency, sum(amount_cents) FROM receipt_tax "
    f"JOIN receipt ON receipt.job_id = receipt_tax.job_id WHERE {COUNTED} GROUP BY 1"
)
WEIGHT = (
    "SELECT sum(receipt_line.kg_co2e) FROM receipt_line "
    f"JOIN receipt ON receipt.job_id = receipt_line.job_id WHERE {COUNTED}"
)
NAMES = {"EUR": "Euro", "GBP": "Livre sterling", "CHF": "Franc suisse", None: "Devise inconnue"}
ENDED = (JobStatus.COMPLETED, JobStatus.FAILED)


@pytest.fixture
def made(live: LedgerBench) -> Iterator[tuple[LedgerBench, Report, bytes]]:
    """A French workbook of four months out of a year's receipts."""
    fill_report_data(live.settings, receipts=400, lines_each=6)
    order = ReportOrder("excel", WINTER, language="fr")
    asked = submit_report(live.settings, open_doorbell(live.settings), order, "front-desk")
    with start_worker(live.settings.data_dir, "reports"):
        wait_until(lambda: live.job(asked.id).status in ENDED)
    assert live.job(asked.id).status == JobStatus.COMPLETED, live.job(asked.id).error_message
    with read_session(live.settings) as session:
        report = session.get_one(Report, asked.id)
        file = session.exec(select(ReportFile).where(ReportFile.role == "document")).one()
        assert (file.format, file.name) == ("xlsx", "tickets-2025-12-01-2026-03-31.xlsx")
        content = open_files(live.settings).read(file.sha256)
    yield live, report, content


def test_every_formula_comes_to_its_value_and_totals_to_those_of_the_store(
    made: tuple[LedgerBench, Report, bytes], tmp_path: Path
) -> None:
    live, report, content = made
    stages = [event.stage for event in live.timeline(report.id) if event.event == "stage"]
    assert stages[:2] == ["collect", "write"]
    assert report.figures is not None
    if not HAS_LIBREOFFICE:
        pytest.skip("The workbook was made; LibreOffice is not installed to recalculate it")
    path = tmp_path / "report.xlsx"
    path.write_bytes(content)

    anew = openpyxl.load_workbook(recalculate(path, tmp_path / "office"), data_only=True)
    count = _compare(content, anew)
    assert count > 500
    _check_totals(live, anew["Synthèse"], report)


def _compare(content: bytes, anew: Any) -> int:
    """Formula by formula: what we wrote beside it, and what LibreOffice makes of it."""
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    known = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    count = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                # Nothing, an empty text and 0 look alike.
                ours = known[sheet.title][cell.coordinate].value or 0
                theirs = anew[sheet.title][cell.coordinate].value or 0
                where = (sheet.title, cell.coordinate, cell.value)
                if isinstance(ours, str) or isinstance(theirs, str):
                    assert theirs == ours, where
                else:
                    assert theirs == pytest.approx(ours, abs=1e-6), where
    return count


def _check_totals(live: LedgerBench, summary: Any, report: Report) -> None:
    rows = list(summary.iter_rows(values_only=True))
    with read_session(live.settings) as session:
        counted = session.connection().execute(text(BY_CURRENCY)).all()
        taxes = dict(session.connection().execute(text(TAXES)).all())
        (weight,) = session.connection().execute(text(WEIGHT)).one()
    assert len(counted) >= 3
    for currency, receipts, cents in counted:
        row = next(row for row in rows if row[0] == NAMES[currency])
        assert row[2] == receipts
        assert row[3] == pytest.approx((cents or 0) / 100)
        assert row[4] == pytest.approx((taxes.get(currency) or 0) / 100)
    kg = next(row for row in rows if row[0] == "kg CO2e" and row[1] == "kg")[3]
    assert kg == pytest.approx(weight)
    assert report.figures is not None
    assert report.figures["kgCO2e"] == pytest.approx(weight, rel=1e-3)
