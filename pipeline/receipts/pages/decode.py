"""Decode an accepted upload into upright RGB pages; runs in a runner process, never in the web's.

Called by the receipt job after `media` accepted the file, and by the thumbnail job.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pipeline.pictures.flatten import flatten
from pipeline.pictures.formats import PICTURE_ERRORS
from pipeline.receipts.intake.media import (
    MediaLimits,
    check_pixel_count,
    open_picture,
    unreadable_image,
)
from pipeline.receipts.pages.pdf import render_pages

Picture = NDArray[np.uint8]
"""RGB, uint8, (height, width, 3)."""

READING_PIXELS = 3_500_000
"""A page is reduced to this area, which keeps the letters of a long narrow ticket as large as those
of a square one. Measured on SROIE scans of 2 to 9 MP: nothing more is read at full size."""


def open_pages(source: Path | bytes, media_type: str, limits: MediaLimits) -> Iterator[Picture]:
    """Yield the pages upright by their EXIF orientation, RGB, on white, sized for reading.

    Raises UnsupportedMediaError UNREADABLE_IMAGE (damaged pixels), ENCRYPTED_PDF, UNREADABLE_PDF;
    PayloadTooLargeError TOO_MANY_PIXELS.
    """
    if media_type == "application/pdf":
        for drawn in render_pages(source, limits.max_pixels, limits.max_pages):
            yield _reduce(Image.fromarray(drawn))
        return
    stream = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    with stream, open_picture(stream, media_type) as picture:
        pages = getattr(picture, "n_frames", 1) if media_type == "image/tiff" else 1
        for index in range(min(pages, limits.max_pages)):
            yield _decode_page(picture, index, limits)


def _decode_page(picture: Image.Image, index: int, limits: MediaLimits) -> Picture:
    try:
        if index:
            picture.seek(index)
        check_pixel_count(picture.size, limits)
        # A JPEG decodes at 1/2, 1/4 or 1/8 of its size in a fraction of the time.
        picture.draft("RGB", _fit_area(picture.size))
        picture.load()
    except PICTURE_ERRORS as error:
        raise unreadable_image() from error
    return _reduce(flatten(ImageOps.exif_transpose(picture)))


def _fit_area(size: tuple[int, int]) -> tuple[int, int]:
    """The size, or the largest of the same shape within the reading area."""
    scale = min(1.0, (READING_PIXELS / (size[0] * size[1])) ** 0.5)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _reduce(picture: Image.Image) -> Picture:
    size = _fit_area(picture.size)
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.ascontiguousarray(picture, dtype=np.uint8)
