from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import InvalidRequestError
from pipeline.receipts.document import PageText
from pipeline.receipts.ocr import create_engine, is_available, tesseract
from tests.unit.receipts.drawing import draw_lines

ENGINES = [
    "rapidocr",
    pytest.param(
        "tesseract",
        marks=pytest.mark.skipif(
            not is_available("tesseract"), reason="no Tesseract language data here"
        ),
    ),
]


def read(picture: Image.Image, engine: str = "rapidocr", page: int = 1) -> PageText:
    return create_engine(engine, 1).read(np.asarray(picture), page)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_drawn_line_is_read_with_its_box_on_the_ink(engine: str) -> None:
    picture = draw_lines(["TOTAL 42.50"])
    text = read(picture, engine, page=2)
    (line,) = text.lines

    assert (text.engine, text.page, text.width, text.height) == (engine, 2, 600, 200)
    assert [word.text for word in line.words] == ["TOTAL", "42.50"]
    assert all(0.5 < word.confidence <= 1 for word in line.words)
    rows, columns = np.nonzero(np.asarray(picture.convert("L")) < 128)
    ink = (columns.min(), rows.min(), columns.max(), rows.max())
    assert line.box == pytest.approx(ink, abs=12)


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_come_from_top_to_bottom(engine: str) -> None:
    text = read(draw_lines(["Bread 1.20", "Butter 2.35", "Total 3.55"]), engine)
    assert [line.text for line in text.lines] == ["Bread 1.20", "Butter 2.35", "Total 3.55"]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_page_has_no_lines(engine: str) -> None:
    assert read(Image.new("RGB", (300, 200), "white"), engine).lines == ()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("size", [(1, 1), (3, 3000), (3000, 20), (300, 40_000)])
def test_a_picture_of_any_shape_is_borne(engine: str, size: tuple[int, int]) -> None:
    assert read(Image.new("RGB", size, "white"), engine).lines == ()


def test_french_accents_are_read() -> None:
    text = read(draw_lines(["Crème brûlée à la pièce", "Reçu réglé 3,50 €"]))
    assert " ".join(line.text for line in text.lines) == "Crème brûlée à la pièce Reçu réglé 3,50 €"


def test_a_very_long_ticket_keeps_its_small_letters() -> None:
    rows = [f"Article {number} 1.{number:02}" for number in range(60)]
    text = read(draw_lines(rows, size=(420, 3000), font_px=30))
    assert [line.text for line in text.lines] == rows


def test_the_engine_writes_nothing_to_the_console(capfd: pytest.CaptureFixture[str]) -> None:
    read(Image.new("RGB", (100, 100), "white"))
    assert capfd.readouterr() == ("", "")


def test_an_engine_is_loaded_once_a_process() -> None:
    assert create_engine("rapidocr", 1) is create_engine("rapidocr", 1)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        create_engine("crystal-ball")
    assert caught.value.code == "UNKNOWN_ENGINE"


def test_tesseract_without_language_data_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tesseract, "_DATA_FOLDERS", ())
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert not is_available("tesseract")
    with pytest.raises(InvalidRequestError) as caught:
        create_engine("tesseract", 7)
    assert caught.value.code == "ENGINE_UNAVAILABLE"
    (tmp_path / "fra.traineddata").touch()
    assert tesseract.find_data_folder() == tmp_path
