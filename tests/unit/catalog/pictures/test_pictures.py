"""Product pictures: what is taken and how it comes out, what is refused and why."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw

from pipeline.catalog.pictures import (
    PictureLimits,
    check_picture,
    keep_picture,
    picture_limits,
    read_picture,
)
from pipeline.catalog.pictures.keep import THUMBNAIL_PX, difference_hash
from pipeline.errors import PipelineError
from pipeline.files.folder import FolderFiles
from pipeline.settings import Settings
from tests.support.uploads import huge_png, truncated_jpeg

LIMITS = PictureLimits(max_bytes=2_000_000, max_pixels=4_000_000)


def draw(width: int = 300, height: int = 200) -> Image.Image:
    """Red above, blue below, a white disc in the left half."""
    picture = Image.new("RGB", (width, height), (200, 20, 20))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, height // 2, width, height), fill=(20, 20, 200))
    pen.ellipse((width // 10, height // 4, width // 2, height * 3 // 4), fill="white")
    return picture


def save(picture: Image.Image, format_: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, format_, **options)
    return target.getvalue()


def heic(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    pillow_heif.from_pillow(picture).save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("format_", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("HEIC", "image/heic"),
    ],
)
def test_every_format_comes_out_upright_in_rgb(format_: str, media_type: str) -> None:
    content = heic(draw()) if format_ == "HEIC" else save(draw(), format_)
    picture = read_picture(content, LIMITS)

    assert check_picture(content, LIMITS) == media_type
    assert (picture.mode, picture.size) == ("RGB", (300, 200))
    assert np.abs(np.asarray(picture, int) - np.asarray(draw(), int)).mean() < 4


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    format_ = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    gray = draw().convert("L")
    picture = gray.convert("I;16") if mode == "I;16" else draw().convert(mode)

    assert read_picture(save(picture, format_), LIMITS).mode == "RGB"


def test_transparency_lies_on_white() -> None:
    layer = Image.new("RGBA", (20, 20), (0, 0, 0, 0))

    assert read_picture(save(layer, "PNG"), LIMITS).getpixel((5, 5)) == (255, 255, 255)


def test_a_rotated_photograph_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = draw().transpose(Image.Transpose.ROTATE_90)
    picture = read_picture(save(turned, "JPEG", exif=exif, quality=95), LIMITS)

    assert picture.size == (300, 200)
    assert np.abs(np.asarray(picture, int) - np.asarray(draw(), int)).mean() < 4


def test_broken_notes_cost_no_picture() -> None:
    content = save(draw(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")

    assert read_picture(content, LIMITS).size == (300, 200)


def test_the_first_frame_of_an_animation_counts() -> None:
    frames = [Image.new("RGB", (10, 10), "red"), Image.new("RGB", (10, 10), "blue")]
    for format_ in ("GIF", "WEBP"):
        content = save(frames[0], format_, save_all=True, append_images=frames[1:])
        red, _, blue = read_picture(content, LIMITS).getpixel((5, 5))  # type: ignore[misc]
        assert red > blue


def test_a_large_photograph_is_decoded_at_a_fraction() -> None:
    content = save(draw(1600, 1200), "JPEG")
    picture = read_picture(content, LIMITS)

    assert picture.size == (800, 600)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "PICTURE_EMPTY"),
        (b"just words", "NOT_A_PICTURE"),
        (b"%PDF-1.7", "NOT_A_PICTURE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "NOT_A_PICTURE"),
        (truncated_jpeg(), "PICTURE_TRUNCATED"),
        (save(draw(), "PNG")[:-400], "PICTURE_TRUNCATED"),
        (save(draw(), "WEBP")[:-40], "PICTURE_TRUNCATED"),
        (b"GIF89a" + bytes(40), "PICTURE_DAMAGED"),
        (save(draw(), "GIF")[:60], "PICTURE_TRUNCATED"),
        (huge_png(), "PICTURE_TOO_MANY_PIXELS"),
        (save(draw(), "JPEG") + bytes(2_000_000), "PICTURE_TOO_LARGE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_refusal_has_its_own_reason(content: bytes, code: str) -> None:
    with pytest.raises(PipelineError) as refused:
        read_picture(content, LIMITS)

    assert refused.value.code == code
    assert refused.value.permanent
    assert len(refused.value.message) > 20


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_whatever_is_damaged_there_is_a_picture_or_a_reason(format_: str) -> None:
    whole = save(draw(), format_)
    chance = np.random.default_rng(5)
    for _ in range(60):
        damaged = bytearray(whole)
        for at in chance.integers(0, len(whole), 12):
            damaged[at] = chance.integers(0, 256)
        try:
            assert read_picture(bytes(damaged[: chance.integers(20, len(whole))]), LIMITS)
        except PipelineError as error:
            assert error.code in {
                "NOT_A_PICTURE", "PICTURE_TRUNCATED", "PICTURE_DAMAGED", "PICTURE_TOO_MANY_PIXELS",
            }  # fmt: skip


def test_the_limits_are_those_of_the_settings() -> None:
    limits = picture_limits(Settings(catalog_max_picture_mb=3, max_megapixels=2))

    assert limits == PictureLimits(3_000_000, 2_000_000)


def test_a_kept_picture_has_a_thumbnail(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    content = save(draw(1000, 500), "PNG")
    kept = keep_picture(files, content, LIMITS, url="https://shop.example/mug.png")
    thumbnail = Image.open(io.BytesIO(files.read(kept.thumbnail_sha256)))

    assert files.read(kept.sha256) == content
    assert (kept.media_type, kept.url) == ("image/png", "https://shop.example/mug.png")
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (THUMBNAIL_PX, THUMBNAIL_PX // 2))


def test_a_small_upright_jpeg_is_its_own_thumbnail(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = keep_picture(FolderFiles(tmp_path), save(draw(), "JPEG"), LIMITS)
    turned = keep_picture(FolderFiles(tmp_path), save(draw(), "JPEG", exif=exif), LIMITS)

    assert upright.thumbnail_sha256 == upright.sha256
    assert turned.thumbnail_sha256 != turned.sha256


def test_the_hash_stays_where_size_format_and_quality_change() -> None:
    first = difference_hash(read_picture(save(draw(900, 600), "PNG"), LIMITS))
    second = difference_hash(read_picture(save(draw(300, 200), "JPEG", quality=40), LIMITS))

    assert distance(first, second) <= 4
    assert -(2**63) <= first < 2**63


def test_pictures_that_look_different_have_hashes_far_apart() -> None:
    mirrored = draw().transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    assert distance(difference_hash(draw()), difference_hash(mirrored)) > 8


def distance(first: int, second: int) -> int:
    return ((first ^ second) & (2**64 - 1)).bit_count()
