import time
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import (
    InvalidRequestError,
    PayloadTooLargeError,
    PipelineError,
    UnsupportedMediaError,
)
from pipeline.receipts.intake.media import MediaInfo, MediaLimits, inspect_media
from tests.unit.receipts.drawing import (
    claim_png_size,
    draw_corner,
    encode,
    encode_tiff_pages,
    encode_with_orientation,
    write_pdf,
)

LIMITS = MediaLimits(max_bytes=50_000_000, max_pixels=60_000_000, max_pages=5)


def refuse(content: bytes, limits: MediaLimits = LIMITS) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        inspect_media(content, limits)
    assert caught.value.permanent
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.mark.parametrize(
    ("format_", "media_type", "extension"),
    [
        ("JPEG", "image/jpeg", "jpg"),
        ("PNG", "image/png", "png"),
        ("WEBP", "image/webp", "webp"),
        ("TIFF", "image/tiff", "tif"),
        ("HEIF", "image/heic", "heic"),
    ],
)
def test_a_picture_is_known_by_its_content(
    format_: str, media_type: str, extension: str, tmp_path: Path
) -> None:
    content = encode(draw_corner((64, 48)), format_)
    misnamed = tmp_path / "receipt.txt"
    misnamed.write_bytes(content)

    expected = MediaInfo(media_type, extension, 64, 48, 1)
    assert inspect_media(content, LIMITS) == expected
    assert inspect_media(misnamed, LIMITS) == expected


def test_a_pdf_tells_its_pages_and_the_size_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "receipt"
    path.write_bytes(write_pdf(pages=3, size_pt=(72, 144)))
    info = inspect_media(path, LIMITS)
    assert (info.media_type, info.pages) == ("application/pdf", 3)
    assert info.height == 2 * info.width > 300


def test_each_page_of_a_tiff_counts() -> None:
    assert inspect_media(encode_tiff_pages([draw_corner()] * 3), LIMITS).pages == 3


def test_a_text_file_named_jpg_is_not_an_image(tmp_path: Path) -> None:
    path = tmp_path / "receipt.jpg"
    path.write_text("bread 1.20\nmilk 0.99\n")
    with pytest.raises(UnsupportedMediaError) as caught:
        inspect_media(path, LIMITS)
    assert caught.value.code == "NOT_AN_IMAGE"


def test_an_empty_file_is_an_invalid_request(tmp_path: Path) -> None:
    path = tmp_path / "receipt.png"
    path.touch()
    with pytest.raises(InvalidRequestError) as caught:
        inspect_media(path, LIMITS)
    assert caught.value.code == "EMPTY_FILE"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
@pytest.mark.parametrize("kept", [0.4, 0.97])
def test_a_file_that_stops_early_is_truncated(format_: str, kept: float) -> None:
    noise = Image.effect_noise((200, 200), 60).convert("RGB")
    content = encode(noise, format_)
    error = refuse(content[: int(len(content) * kept)])
    assert isinstance(error, UnsupportedMediaError)
    assert error.code in {"TRUNCATED_IMAGE", "UNREADABLE_IMAGE"}
    assert format_ == "TIFF" or error.code == "TRUNCATED_IMAGE"


def test_a_truncated_jpeg_is_not_saved_by_the_end_of_its_thumbnail() -> None:
    thumbnail = encode(draw_corner(), "JPEG")
    exif = b"Exif\0\0" + thumbnail
    content = encode(Image.effect_noise((200, 200), 60), "JPEG", exif=exif)
    assert content.count(b"\xff\xd9") == 2
    assert inspect_media(content, LIMITS).width == 200
    assert refuse(content[: len(content) // 2]).code == "TRUNCATED_IMAGE"


def test_bytes_after_the_end_of_a_jpeg_do_no_harm() -> None:
    assert inspect_media(encode(draw_corner(), "JPEG") + b"camera notes" * 9, LIMITS).pages == 1


def test_a_truncated_pdf_is_refused() -> None:
    content = write_pdf(pages=2)
    assert refuse(content[: len(content) // 2]).code == "TRUNCATED_IMAGE"


def test_an_encrypted_pdf_asks_for_one_without_password() -> None:
    error = refuse(write_pdf(password="secret"))
    assert isinstance(error, UnsupportedMediaError)
    assert error.code == "ENCRYPTED_PDF"
    assert "password" in error.message


def test_a_broken_pdf_is_unreadable() -> None:
    assert refuse(b"%PDF-1.7\n" + b"nothing " * 40 + b"\n%%EOF\n").code == "UNREADABLE_PDF"


def test_a_huge_png_is_refused_before_decoding() -> None:
    error = refuse(claim_png_size(20_000, 20_000))
    assert isinstance(error, PayloadTooLargeError)
    assert error.code == "TOO_MANY_PIXELS"


def test_our_own_pixel_limit_counts_below_the_one_of_pillow() -> None:
    limits = MediaLimits(max_bytes=10_000, max_pixels=1_000, max_pages=1)
    error = refuse(encode(draw_corner((60, 40)), "JPEG"), limits)
    assert error.code == "TOO_MANY_PIXELS"


def test_too_many_bytes_are_refused_with_the_limit() -> None:
    error = refuse(b"x" * 2_000_001, MediaLimits(2_000_000, 1_000, 1))
    assert isinstance(error, PayloadTooLargeError)
    assert (error.code, error.params) == ("TOO_MANY_BYTES", {"max_mb": 2})


@pytest.mark.parametrize("content", [write_pdf(pages=6), encode_tiff_pages([draw_corner()] * 6)])
def test_too_many_pages_are_refused(content: bytes) -> None:
    error = refuse(content)
    assert (error.code, error.params) == ("TOO_MANY_PAGES", {"max_pages": 5})


def test_a_pdf_page_of_poster_size_will_be_drawn_smaller() -> None:
    info = inspect_media(write_pdf(size_pt=(14_000, 14_000)), LIMITS)
    assert info.width * info.height <= LIMITS.max_pixels * 1.001


def test_a_turned_jpeg_is_accepted_as_stored() -> None:
    assert inspect_media(encode_with_orientation(draw_corner((60, 40)), 6), LIMITS).width == 60


def test_judging_a_large_photograph_takes_milliseconds(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(Image.effect_noise((3000, 4000), 40), "JPEG", quality=90))
    inspect_media(path, LIMITS)
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        inspect_media(path, LIMITS)
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.02
