import numpy as np
import pytest
from PIL import Image

import pipeline.receipts.pages.straighten
from pipeline.receipts.ocr import create_engine
from pipeline.receipts.pages.straighten import Straightened, look_for_rows, straighten
from tests.unit.receipts.drawing import draw_lines

TICKET = [
    "CORNER GROCERY STORE",
    "12 Station Road, Leeds",
    "Wholemeal bread      1.20",
    "Semi-skimmed milk    0.99",
    "Mature cheddar       3.45",
    "TOTAL TO PAY         5.64",
    "Thank you, come again",
]


def draw_ticket() -> Image.Image:
    return draw_lines(TICKET, size=(620, 420), font_px=34)


def put_right(picture: Image.Image) -> Straightened:
    return straighten(np.asarray(picture), create_engine("rapidocr", 1))


def read_texts(straightened: Straightened) -> list[str]:
    page = create_engine("rapidocr", 1).read(straightened.picture)
    return [" ".join(line.text.split()) for line in page.lines]


def test_an_upright_page_stays_as_it_is() -> None:
    pixels = np.asarray(draw_ticket())
    result = straighten(pixels, create_engine("rapidocr", 1))
    assert (result.rotation_deg, result.skew_deg) == (0, 0.0)
    assert np.array_equal(result.picture, pixels)


@pytest.mark.parametrize("turned_deg", [90, 180, 270])
def test_a_turned_page_is_put_upright(turned_deg: int) -> None:
    # Pillow turns anticlockwise, so as many degrees clockwise put it right.
    result = put_right(draw_ticket().rotate(turned_deg, expand=True))
    assert result.rotation_deg == turned_deg
    assert np.array_equal(result.picture, np.asarray(draw_ticket()))


@pytest.mark.parametrize("slope_deg", [-9, 4])
def test_a_skewed_page_is_levelled(slope_deg: int) -> None:
    leaning = draw_ticket().rotate(-slope_deg, expand=True, fillcolor="white", resample=3)
    result = put_right(leaning)
    assert result.rotation_deg == 0
    assert result.skew_deg == pytest.approx(slope_deg, abs=1)
    assert read_texts(result) == [" ".join(row.split()) for row in TICKET]


def test_a_page_that_stands_and_leans_is_put_right() -> None:
    leaning = draw_ticket().rotate(90 + 6, expand=True, fillcolor="white", resample=3)
    result = put_right(leaning)
    assert result.rotation_deg == 90
    assert result.skew_deg == pytest.approx(-6, abs=1)
    assert read_texts(result)[0] == TICKET[0]


def test_a_page_without_text_stays() -> None:
    result = put_right(Image.new("RGB", (300, 500), "white"))
    assert (result.rotation_deg, result.skew_deg) == (0, 0.0)
    assert result.picture.shape == (500, 300, 3)


def test_a_small_ticket_on_a_wide_desk_is_seen_at_the_second_look() -> None:
    desk = Image.new("RGB", (2000, 1700), (70, 60, 50))
    desk.paste(draw_lines(TICKET, size=(330, 250), font_px=18), (900, 700))
    rows = look_for_rows(np.asarray(desk), threads=1)
    assert len(rows) >= len(TICKET)
    assert put_right(desk.rotate(180)).rotation_deg == 180


@pytest.mark.parametrize("turned_deg", [0, 90, 180, 270])
def test_where_the_classifier_guesses_the_rows_are_read_both_ways_up(
    turned_deg: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pipeline.receipts.pages.straighten,
        "score_upside_down",
        lambda crops, _threads: np.zeros(len(crops), np.float32),
    )
    assert put_right(draw_ticket().rotate(turned_deg, expand=True)).rotation_deg == turned_deg
