import numpy as np
import pytest

from pipeline.receipts.intake.media import MediaLimits
from pipeline.receipts.ocr import create_engine
from pipeline.receipts.pages.decode import Picture, open_pages
from pipeline.receipts.pages.pdf_text import TextLayer, read_text_layer
from pipeline.receipts.pages.text_layer import is_trustworthy, measure_covered
from tests.unit.receipts.drawing import draw_lines, write_pdf
from tests.unit.receipts.pdf_drawing import INVISIBLE, PdfPage, write_pages

LIMITS = MediaLimits(max_bytes=50_000_000, max_pixels=20_000_000, max_pages=3)
TICKET = [
    "Épicerie du Marché",
    "12 rue des Lilas, 31000 Toulouse",
    "Pain complet          3,20",
    "Fromage de brebis   12,45",
    "TOTAL TTC            15,65 €",
    "Merci de votre visite",
]
SCAN = draw_lines([row.replace("€", "EUR") for row in TICKET], size=(900, 1200), font_px=36)


def open_page(page: PdfPage) -> tuple[TextLayer, Picture]:
    content = write_pages([page])
    picture = next(open_pages(content, "application/pdf", LIMITS))
    layer = read_text_layer(content, 1, picture.shape[1], picture.shape[0])
    assert layer is not None
    return layer, picture


def rows_of(layer: TextLayer) -> list[str]:
    return [line.text for line in layer.text.lines]


def ink_share(picture: Picture, box: tuple[float, float, float, float]) -> float:
    left, top, right, bottom = (round(side) for side in box)
    return float((picture[top:bottom, left:right].min(axis=2) < 128).mean())


@pytest.mark.parametrize(
    "page", [PdfPage(TICKET), PdfPage(TICKET, size_pt=(400, 300), sideways=True, rotate=90)]
)
def test_words_of_a_printed_page_stand_where_they_are_drawn(page: PdfPage) -> None:
    layer, picture = open_page(page)
    words = [word for line in layer.text.lines for word in line.words]
    assert {"Marché", "12,45", "15,65", "€"} <= {word.text for word in words}
    assert all(ink_share(picture, word.box) > 0.05 for word in words)
    outside = picture.copy()
    for word in words:
        left, top, right, bottom = (round(side) for side in word.box)
        outside[top - 2 : bottom + 3, left - 2 : right + 3] = 255
    assert outside.min() > 128, "all ink is within the words' boxes"


def test_rows_are_put_together_from_left_to_right() -> None:
    layer, _ = open_page(PdfPage(TICKET))
    assert rows_of(layer) == [" ".join(row.split()) for row in TICKET]
    assert all(line.confidence == 1.0 for line in layer.text.lines)
    assert layer.text.engine == "pdf-text"


def test_a_printed_page_is_believed() -> None:
    layer, picture = open_page(PdfPage(TICKET))
    assert is_trustworthy(layer, picture, threads=1)
    assert measure_covered(layer.text, picture, threads=1) > 0.85


def test_what_stands_beyond_the_page_is_not_on_it() -> None:
    beyond = ["TOTAL TTC 9 999,99 €"] * 3
    layer, picture = open_page(PdfPage([*TICKET, *[""] * 20, *beyond]))
    assert rows_of(layer) == [" ".join(row.split()) for row in TICKET]
    assert is_trustworthy(layer, picture, threads=1)


def test_a_page_without_text_has_no_layer() -> None:
    assert read_text_layer(write_pdf(), 1, 600, 1200) is None


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(PdfPage(TICKET, scan=SCAN, mode=INVISIBLE), id="guesses over a scan"),
        pytest.param(PdfPage(TICKET[:1], scan=SCAN), id="a stamp on a scan"),
        pytest.param(PdfPage(TICKET, means=0xE000), id="letters of private use"),
        pytest.param(PdfPage(TICKET, means=0x0041 + 4), id="letters shifted by four"),
        pytest.param(PdfPage(TICKET, sideways=True), id="text on its side"),
        pytest.param(PdfPage(["1 / 1"]), id="next to nothing"),
    ],
)
def test_a_layer_that_says_less_than_the_picture_is_not_believed(page: PdfPage) -> None:
    layer, picture = open_page(page)
    assert not is_trustworthy(layer, picture, threads=1)


def test_a_layer_that_leaves_rows_out_is_not_believed() -> None:
    layer, picture = open_page(PdfPage(TICKET))
    drawn = np.asarray(SCAN.resize((picture.shape[1], picture.shape[0])))
    fewer = open_page(PdfPage(TICKET[:2]))[0]
    assert is_trustworthy(layer, picture, threads=1)
    assert not is_trustworthy(fewer, np.minimum(picture, drawn), threads=1)


def test_the_engine_reads_what_the_layer_garbles() -> None:
    layer, picture = open_page(PdfPage(TICKET, means=0x0041 + 4))
    page = create_engine("rapidocr", 1).read(picture)
    text = " ".join(line.text for line in page.lines)
    assert "TOTAL" in text
    assert "TOTAL" not in " ".join(rows_of(layer))


def test_a_layer_of_countless_characters_is_not_looked_at() -> None:
    content = write_pages([PdfPage(["lorem ipsum " * 500] * 5)])
    assert read_text_layer(content, 1, 600, 1200) is None
