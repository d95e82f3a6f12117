"""Files that are made to keep a reader busy, each small here: what counts is where it stops."""

import struct

import pytest

from pipeline.errors import PipelineError
from pipeline.pictures import containers
from pipeline.receipts.intake.media import MediaLimits, inspect_media
from tests.unit.receipts.drawing import draw_corner, encode

LIMITS = MediaLimits(max_bytes=50_000_000, max_pixels=60_000_000, max_pages=5)
JPEG = encode(draw_corner(), "JPEG")
PNG = encode(draw_corner(), "PNG")
HEIC = encode(draw_corner(), "HEIF")


def refuse(content: bytes) -> str:
    with pytest.raises(PipelineError) as caught:
        inspect_media(content, LIMITS)
    return caught.value.code


def write_tiff(*directories: list[tuple[int, int, int, int]]) -> bytes:
    """A little-endian TIFF of raw directories: (tag, type, count, value or offset) each."""
    content = b"II*\0" + struct.pack("<L", 8)
    for index, entries in enumerate(directories):
        following = len(content) + 2 + 12 * len(entries) + 4
        content += struct.pack("<H", len(entries))
        content += b"".join(struct.pack("<HHLL", *entry) for entry in entries)
        content += struct.pack("<L", following if index + 1 < len(directories) else 0)
    return content


def claim_strips(count: int) -> list[tuple[int, int, int, int]]:
    """The directory of a grey picture of 100 by 100 with its strips at byte 2,000."""
    return [
        (256, 4, 1, 100),
        (257, 4, 1, 100),
        (258, 3, 1, 8),
        (262, 3, 1, 1),
        (273, 4, count, 2_000),
        (279, 4, count, 2_000),
    ]


@pytest.mark.parametrize(
    "content",
    [
        JPEG[:2] + b"\xff" * 5_000 + JPEG[2:],
        JPEG[:2] + b"\xff\xfe\x00\x02" * 2_000 + JPEG[2:],
        JPEG[:2] + b"\xff\xe1\x00\x08Exif\0\0" * 200 + JPEG[2:],
        JPEG[:2] + b"\xff\xdb\x00\x02" * 200 + JPEG[2:],
        PNG[:33] + (b"\0\0\0\0tEXt" + b"\0" * 4) * 2_000 + PNG[33:],
        HEIC + b"\0\0\0\x08free" * 2_000,
        write_tiff(claim_strips(100_000)) + b"\0" * 400_000,
        write_tiff(claim_strips(1), claim_strips(100_000)) + b"\0" * 400_000,
        write_tiff([(60_000 + tag, 3, 1, 0) for tag in range(600)]),
        write_tiff([*claim_strips(1), (320, 3, 300_000, 8)]) + b"\0" * 600_000,
        write_tiff(claim_strips(1), [(257, 4, 1, 100)]) + b"\0" * 10_000,
    ],
    ids=[
        "jpeg padding",
        "jpeg markers",
        "jpeg exif",
        "jpeg tables",
        "png chunks",
        "heic boxes",
        "tiff strips",
        "tiff strips of the second page",
        "tiff tags",
        "tiff values",
        "tiff page without width",
    ],
)
def test_a_picture_of_too_many_parts_is_unreadable(content: bytes) -> None:
    assert refuse(content) == "UNREADABLE_IMAGE"


def test_nothing_but_padding_is_no_jpeg() -> None:
    assert refuse(b"\xff\xd8" + b"\xff" * 5_000) == "UNREADABLE_IMAGE"


@pytest.mark.parametrize("marker", [0x00, 0x02, 0xC8, 0xD9, 0xF0])
def test_a_jpeg_marker_that_pillow_would_search_after_is_refused(marker: int) -> None:
    segment = bytes([0xFF, marker, 0x40, 0x00]) + b"\0" * 0x3FFE
    assert refuse(JPEG[:2] + segment + JPEG[2:]) == "TRUNCATED_IMAGE"


def test_a_png_may_have_many_chunks_of_pixels() -> None:
    chunks = (b"\0\0\0\0IDAT" + b"\0" * 4) * 50_000
    assert containers.is_whole(PNG[:33] + chunks + PNG[33:] + b"notes", "image/png")


def test_a_little_padding_and_a_few_notes_do_no_harm() -> None:
    content = JPEG[:2] + b"\xff" * 9 + b"\xff\xfe\x00\x04ab" * 30 + JPEG[2:]
    assert inspect_media(content, LIMITS).width == 60


def test_a_plain_raw_tiff_of_many_strips_is_accepted() -> None:
    content = write_tiff(claim_strips(100)) + b"\0" * 10_000
    assert inspect_media(content, LIMITS).pages == 1
