import numpy as np
import pytest
from PIL import Image

from pipeline.receipts.pages.close_up import find_written_part
from pipeline.receipts.pages.straighten import look_for_rows
from tests.unit.receipts.drawing import draw_lines

TICKET = draw_lines(
    ["CORNER GROCERY", "12 Station Road", "Bread  1.20", "Milk   0.99", "TOTAL  2.19"],
    size=(700, 520),
    font_px=52,
)


def photograph(size: tuple[int, int], at: tuple[int, int]) -> Image.Image:
    """The ticket on a dark desk."""
    desk = Image.new("RGB", size, (70, 60, 50))
    desk.paste(TICKET, at)
    return desk


def find_part(picture: Image.Image) -> tuple[int, int, int, int] | None:
    rows = look_for_rows(np.asarray(picture), threads=1)
    return find_written_part(rows, picture.width, picture.height)


@pytest.mark.parametrize("at", [(300, 1200), (0, 0), (1700, 1480)])
def test_the_writing_is_found_on_a_wide_desk(at: tuple[int, int]) -> None:
    part = find_part(photograph((2400, 2000), at))
    assert part is not None
    left, top, right, bottom = part
    # The letters go from 20 px within the ticket to about 470 px across and 400 px down.
    assert 0 <= left <= at[0] + 20
    assert 0 <= top <= at[1] + 25
    assert at[0] + 470 <= right <= 2400
    assert at[1] + 390 <= bottom <= 2000
    assert (right - left) * (bottom - top) < 0.3 * 2400 * 2000


@pytest.mark.parametrize("picture", [TICKET, Image.new("RGB", (800, 800), "white")])
def test_a_filled_or_an_empty_page_is_left_whole(picture: Image.Image) -> None:
    assert find_part(picture) is None
