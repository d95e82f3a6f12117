"""The first pages of a report as pictures."""

import io
from pathlib import Path

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from pipeline.reports.previews import draw_previews


def draw_pdf(path: Path, pages: int) -> None:
    canvas = Canvas(str(path), pagesize=(400, 600))
    for number in range(pages):
        canvas.rect(40, 100, 50 * (number + 1), 300, fill=1)
        canvas.showPage()
    canvas.save()


def test_the_first_three_pages_are_small_pictures_of_one_height(tmp_path: Path) -> None:
    draw_pdf(tmp_path / "five.pdf", 5)
    pictures = draw_previews(tmp_path / "five.pdf")

    assert len(pictures) == 3 == len(set(pictures))
    assert draw_previews(tmp_path / "five.pdf") == pictures
    assert max(map(len, pictures)) < 20_000
    for picture in pictures:
        with Image.open(io.BytesIO(picture)) as opened:
            assert (opened.format, opened.size) == ("PNG", (600, 900))


def test_a_report_of_one_page_has_one_preview(tmp_path: Path) -> None:
    draw_pdf(tmp_path / "one.pdf", 1)

    assert len(draw_previews(tmp_path / "one.pdf")) == 1
