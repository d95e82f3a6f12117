from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import PayloadTooLargeError, UnsupportedMediaError
from pipeline.receipts.intake.media import MediaLimits
from pipeline.receipts.pages.decode import READING_PIXELS, open_pages
from tests.unit.receipts.drawing import (
    draw_corner,
    encode,
    encode_tiff_pages,
    encode_with_orientation,
    mean_colour,
    write_pdf,
)

LIMITS = MediaLimits(max_bytes=50_000_000, max_pixels=20_000_000, max_pages=3)
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def open_first(content: bytes, media_type: str) -> np.ndarray:
    return next(open_pages(content, media_type, LIMITS))


@pytest.mark.parametrize("orientation", sorted(TURNS))
def test_exif_orientation_is_undone(orientation: int) -> None:
    stored = draw_corner((160, 96)).transpose(TURNS[orientation])
    pixels = open_first(encode_with_orientation(stored, orientation), "image/jpeg")
    assert pixels.shape == (96, 160, 3)
    assert mean_colour(pixels, "top left")[1] < 30
    assert min(mean_colour(pixels, "bottom right")) > 240


def test_transparency_becomes_white_paper() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    pixels = open_first(encode(clear, "PNG"), "image/png")
    assert pixels.min() == 255


def test_a_transparent_palette_becomes_white_paper() -> None:
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    palette.paste(1, (0, 0, 10, 20))
    pixels = open_first(encode(palette, "PNG", transparency=0), "image/png")
    assert mean_colour(pixels, "top left") == (255, 0, 0)
    assert mean_colour(pixels, "top right") == (255, 255, 255)


def test_sixteen_bit_gray_keeps_its_contrast() -> None:
    ramp = np.linspace(0, 65_535, 256, dtype=np.uint16).reshape(1, 256).repeat(40, axis=0)
    pixels = open_first(encode(Image.fromarray(ramp), "PNG"), "image/png")
    assert pixels[0, 0].tolist() == [0, 0, 0]
    assert pixels[0, 128].tolist() == [128, 128, 128]
    assert pixels[0, 255].tolist() == [255, 255, 255]


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "YCbCr"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    stored = draw_corner((64, 64)).convert(mode)
    pixels = open_first(encode(stored, "TIFF"), "image/tiff")
    assert (pixels.dtype, pixels.shape) == (np.uint8, (64, 64, 3))
    assert min(mean_colour(pixels, "bottom right")) > 250


@pytest.mark.parametrize(
    ("format_", "media_type"), [("WEBP", "image/webp"), ("HEIF", "image/heic")]
)
def test_webp_and_heic_are_decoded(format_: str, media_type: str) -> None:
    pixels = open_first(encode(draw_corner((64, 64)), format_, quality=95), media_type)
    assert mean_colour(pixels, "top left")[1] < 40


def test_each_page_of_a_tiff_is_yielded() -> None:
    content = encode_tiff_pages([draw_corner((40, 30)), draw_corner((50, 30))])
    shapes = [page.shape for page in open_pages(content, "image/tiff", LIMITS)]
    assert shapes == [(30, 40, 3), (30, 50, 3)]


def test_pdf_pages_are_drawn_on_white(tmp_path: Path) -> None:
    path = tmp_path / "two.pdf"
    path.write_bytes(write_pdf(pages=2, size_pt=(200, 400)))
    pages = list(open_pages(path, "application/pdf", LIMITS))
    assert len(pages) == 2
    assert all(page.min() == 255 and page.shape[0] > 1000 for page in pages)


def test_a_poster_sized_pdf_page_stays_within_the_limits() -> None:
    pixels = open_first(write_pdf(size_pt=(14_000, 7_000)), "application/pdf")
    assert pixels.size / 3 == pytest.approx(READING_PIXELS, rel=0.01)


def test_a_large_photograph_is_reduced_and_keeps_its_shape() -> None:
    pixels = open_first(encode(Image.new("RGB", (3000, 4000)), "JPEG"), "image/jpeg")
    assert pixels.size / 3 == pytest.approx(READING_PIXELS, rel=0.01)
    assert pixels.shape[0] / pixels.shape[1] == pytest.approx(4 / 3, abs=0.01)


def test_a_corrupted_body_is_unreadable() -> None:
    content = bytearray(encode(Image.effect_noise((80, 80), 50), "PNG"))
    content[100:400] = bytes(300)
    with pytest.raises(UnsupportedMediaError) as caught:
        open_first(bytes(content), "image/png")
    assert caught.value.code == "UNREADABLE_IMAGE"


def test_pixels_are_counted_again_before_decoding() -> None:
    limits = MediaLimits(max_bytes=10_000, max_pixels=100, max_pages=1)
    with pytest.raises(PayloadTooLargeError):
        next(open_pages(encode(draw_corner(), "PNG"), "image/png", limits))
