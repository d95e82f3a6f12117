"""Copies of one photograph are told from photographs that look alike."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from pipeline.catalog.analysis.same_picture import is_same_picture, prepare
from pipeline.samples.catalog.ship import GOODS, draw

SIZE = 320


def photograph(product_id: str) -> Image.Image:
    """A picture of the sample catalog."""
    return draw(next(good for good in GOODS if good.id == product_id)).resize((SIZE, SIZE))


BOOT = photograph("SH-404")


def recompressed(picture: Image.Image) -> Image.Image:
    written = BytesIO()
    picture.save(written, "JPEG", quality=30)
    return Image.open(written)


def watermarked(picture: Image.Image) -> Image.Image:
    marked = picture.copy()
    ImageDraw.Draw(marked, "RGBA").rectangle((190, 270, 310, 305), fill=(255, 255, 255, 150))
    return marked


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "reduced": lambda one: one.resize((90, 90)),
    "recompressed": recompressed,
    "cut by a twentieth": lambda one: one.crop((8, 8, SIZE - 8, SIZE - 8)),
    "cut on one side": lambda one: one.crop((24, 0, SIZE, SIZE - 10)),
    "brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.1),
    "of less contrast": lambda one: ImageEnhance.Contrast(one).enhance(0.75),
    "watermarked": watermarked,
    "given a white margin": lambda one: ImageOps.expand(one, 20, "white"),
}


@pytest.mark.parametrize("change", COPIES)
def test_a_copy_is_recognised(change: str) -> None:
    assert is_same_picture(prepare(BOOT), prepare(COPIES[change](BOOT)))


@pytest.mark.parametrize(
    ("one", "another"),
    [("MG-901", "MG-903"), ("CH-111", "CH-113"), ("TS-101", "TS-104"), ("LP-121", "LP-123")],
)
def test_another_product_of_the_same_kind_is_not(one: str, another: str) -> None:
    assert not is_same_picture(prepare(photograph(one)), prepare(photograph(another)))


def test_the_same_shirt_with_another_print_is_not() -> None:
    plain, printed = photograph("TS-101"), photograph("TS-101")
    ImageDraw.Draw(printed).ellipse((110, 110, 210, 210), fill=(250, 230, 90))
    assert not is_same_picture(prepare(plain), prepare(printed))


def test_the_same_thing_in_another_colour_is_not() -> None:
    red = photograph("TS-101")
    blue = Image.merge("RGB", red.split()[::-1])
    assert not is_same_picture(prepare(red), prepare(blue))


def test_empty_pictures_are_compared_without_complaint() -> None:
    white = prepare(Image.new("RGB", (SIZE, SIZE), "white"))
    assert not is_same_picture(white, prepare(BOOT))
