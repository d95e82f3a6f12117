"""What is kept of each page, and by which engine it was read; in this process, without a worker."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.context import JobContext
from pipeline.models import StageResult
from pipeline.receipts import read
from pipeline.receipts.intake.submit import Handover, submit_receipt
from pipeline.receipts.ocr import create_engine, is_available
from pipeline.receipts.ocr.rapid import RapidEngine
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.unit.receipts.drawing import draw_lines, encode
from tests.unit.receipts.pdf_drawing import INVISIBLE, PdfPage, write_pages

TICKET = [
    "CORNER GROCERY STORE",
    "12 Station Road, Leeds LS1 4AB",
    "14/03/2026 18:42",
    "Wholemeal bread            1.20",
    "Semi skimmed milk         0.99",
    "TOTAL                          2.19",
]
SCAN = draw_lines(TICKET, size=(900, 1200), font_px=36)


def take_in(live: LedgerBench, file: Path) -> JobContext:
    job = submit_receipt(live.settings, open_doorbell(live.settings), file, Handover(file.name)).job
    return JobContext(live.take(job.id), live.settings)


def read_file(live: LedgerBench, file: Path) -> dict[str, Any]:
    return read.read_receipt(take_in(live, file))


def kept_stages(live: LedgerBench) -> list[str]:
    with read_session(live.settings) as session:
        rows = session.exec(select(StageResult)).all()
    return sorted(f"{row.stage} {row.version.split('-')[0]}" for row in rows)


def write_pdf(folder: Path, *pages: PdfPage) -> Path:
    file = folder / "receipt.pdf"
    file.write_bytes(write_pages(pages))
    return file


def forbid_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise AssertionError("a page was read by OCR")

    monkeypatch.setattr(RapidEngine, "read", fail)


def test_a_printed_pdf_is_read_without_ocr(
    live: LedgerBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_ocr(monkeypatch)
    outcome = read_file(live, write_pdf(tmp_path, PdfPage(TICKET)))
    assert outcome["ocrEngine"] == "pdf-text"
    assert outcome["fields"]["totalAmount"]["value"] == 2.19
    assert outcome["fields"]["date"]["value"] == "2026-03-14"


def test_each_page_of_a_pdf_is_read_as_it_deserves(live: LedgerBench, tmp_path: Path) -> None:
    hidden = PdfPage(["GARBLED WORDS"] * 6, scan=SCAN, mode=INVISIBLE)
    outcome = read_file(live, write_pdf(tmp_path, PdfPage(TICKET), hidden))
    assert outcome["ocrEngine"] == "pdf-text+rapidocr"
    assert [page["hasOwnText"] for page in outcome["pages"]] == [True, False]
    versions = [page["textVersion"] for page in outcome["pages"]]
    assert [version.rpartition("-")[0] for version in versions] == ["pdf-text", "rapidocr"]
    assert "CORNER GROCERY STORE" in outcome["readText"]
    assert "GARBLED" not in outcome["readText"]


def test_words_once_read_are_never_read_again(
    live: LedgerBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "scan.png"
    file.write_bytes(encode(SCAN, "PNG"))
    context = take_in(live, file)
    first = read.read_receipt(context)
    forbid_ocr(monkeypatch)
    assert read.read_receipt(context)["fields"] == first["fields"]


@pytest.mark.skipif(not is_available("tesseract"), reason="Tesseract has no language data here")
def test_a_doubtful_page_is_shown_to_the_second_engine_once(
    live: LedgerBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "no-total.png"
    file.write_bytes(encode(draw_lines(TICKET[:4], size=(900, 500), font_px=36), "PNG"))
    context = take_in(live, file)
    read.read_receipt(context)
    assert kept_stages(live) == ["page:1 2", "text:1 rapidocr", "text:1 tesseract"]
    asked: list[object] = []
    monkeypatch.setattr(type(create_engine("tesseract", 1)), "read", asked.append)
    read.read_receipt(context)
    assert asked == []


def test_a_sure_page_is_shown_to_one_engine(live: LedgerBench, tmp_path: Path) -> None:
    file = tmp_path / "scan.png"
    file.write_bytes(encode(SCAN, "PNG"))
    outcome = read_file(live, file)
    assert outcome["fields"]["itemsReconciled"] is True
    assert kept_stages(live) == ["page:1 2", "text:1 rapidocr"]


def test_a_small_ticket_on_a_wide_desk_is_cut_out(live: LedgerBench, tmp_path: Path) -> None:
    desk = SCAN.resize((2800, 2400)).point(lambda _: 60)
    desk.paste(SCAN.crop((0, 0, 900, 400)), (1500, 1700))
    file = tmp_path / "photo.jpg"
    file.write_bytes(encode(desk, "JPEG", quality=90))
    outcome = read_file(live, file)
    (page,) = outcome["pages"]
    assert page["width"] * page["height"] < 0.5 * 2800 * 2400
    assert outcome["fields"]["totalAmount"]["value"] == 2.19
