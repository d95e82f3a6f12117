"""The test report goes the way of every report, through a real worker."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlmodel import col, select

from pipeline.files import open_files
from pipeline.jobs.broker import open_doorbell
from pipeline.models import JobStatus, Report, ReportFile, UnusedFile
from pipeline.reports.dummy import LIMITS, count_primes, draw_page
from pipeline.reports.order import ReportOrder
from pipeline.reports.submit import submit_report
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.worker import start_worker, wait_until

ENDED = (JobStatus.COMPLETED, JobStatus.FAILED)


@pytest.fixture
def made(live: LedgerBench) -> Iterator[tuple[LedgerBench, Report]]:
    """A French test report, as a worker made it."""
    order = ReportOrder("dummy", None, language="fr")
    report = submit_report(live.settings, open_doorbell(live.settings), order, "front-desk")
    with start_worker(live.settings.data_dir, "reports"):
        wait_until(lambda: live.job(report.id).status in ENDED)
    yield live, report


def test_a_test_report_is_one_page_with_a_preview(made: tuple[LedgerBench, Report]) -> None:
    live, report = made
    assert live.job(report.id).status == JobStatus.COMPLETED, live.job(report.id).error_message
    stages = [event.stage for event in live.timeline(report.id) if event.event == "stage"]
    with read_session(live.settings) as session:
        document, preview = session.exec(select(ReportFile).order_by(col(ReportFile.id))).all()
        noted = set(session.exec(select(UnusedFile.sha256)))
        kept = session.get_one(Report, report.id)

    assert stages == ["collect", "draw", "preview"]
    assert (document.role, document.format, document.pages) == ("document", "pdf", 1)
    assert (kept.client_id, kept.is_empty, kept.figures) == ("front-desk", False, None)
    # Whatever had happened in between, the clean-up would have known of both.
    assert noted == {document.sha256, preview.sha256}
    _check_page(open_files(live.settings).read(document.sha256))
    with Image.open(io.BytesIO(open_files(live.settings).read(preview.sha256))) as picture:
        assert (picture.format, picture.height) == ("PNG", 900)
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 10


def _check_page(content: bytes) -> None:
    (page,) = PdfReader(io.BytesIO(content)).pages
    text = page.extract_text()
    for expected in ("Rapport", "œ", "€", "348 513"):
        assert expected in text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_same_test_report_has_the_same_bytes() -> None:
    counts = tuple(count_primes(LIMITS))

    def draw() -> str:
        target = io.BytesIO()
        draw_page(ReportOrder("dummy", None), counts, target, datetime(2026, 3, 1, tzinfo=UTC))
        return hashlib.sha256(target.getvalue()).hexdigest()

    assert draw() == draw()
    # Known since Legendre and Meissel.
    assert dict(zip(LIMITS, counts, strict=True))[1_000_000] == 78_498
