"""Judge an upload by its content, in about a millisecond and without decoding a pixel.

Runs in the web process before anything is stored; `pages` decodes later, in a runner.
"""

import io
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from pipeline.errors import InvalidRequestError, PayloadTooLargeError, UnsupportedMediaError
from pipeline.pictures.containers import (
    FileBytes,
    ImplausibleContainerError,
    is_whole,
    sniff_media_type,
    strips_are_inside,
)
from pipeline.pictures.formats import PICTURE_ERRORS, formats_of
from pipeline.pictures.tiff import check_tiff_counts
from pipeline.receipts.intake.pdf_inspector import measure_pdf

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/tiff": "tif",
    "image/heic": "heic",
    "application/pdf": "pdf",
}


@dataclass(frozen=True)
class MediaLimits:
    """The most that one upload may hold; pixels are counted a page."""

    max_bytes: int
    max_pixels: int
    max_pages: int


@dataclass(frozen=True)
class MediaInfo:
    """What the content says it is; width and height of the first page in pixels as stored."""

    media_type: str
    extension: str
    width: int
    height: int
    pages: int


def inspect_media(source: Path | bytes, limits: MediaLimits) -> MediaInfo:
    """Say what a file is, or why it is refused.

    Raises InvalidRequestError EMPTY_FILE; PayloadTooLargeError TOO_MANY_BYTES, TOO_MANY_PIXELS,
    TOO_MANY_PAGES; UnsupportedMediaError NOT_AN_IMAGE, TRUNCATED_IMAGE, UNREADABLE_IMAGE,
    ENCRYPTED_PDF, UNREADABLE_PDF.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    _check_byte_count(size, limits)
    with _open_bytes(source) as data:
        media_type = sniff_media_type(data[:1024])
        if media_type not in EXTENSIONS:
            raise UnsupportedMediaError(
                "NOT_AN_IMAGE",
                "This file is not a picture or a PDF. Send a JPEG, PNG, WebP, TIFF, HEIC or PDF.",
            )
        _check_container(data, media_type, limits)
        if media_type == "application/pdf":
            return _inspect_pdf(source, limits)
        return _inspect_picture(data, media_type, limits)


def _check_byte_count(size: int, limits: MediaLimits) -> None:
    if size == 0:
        raise InvalidRequestError(
            "EMPTY_FILE", "The file is empty. Choose the picture again and send it."
        )
    if size > limits.max_bytes:
        max_mb = round(limits.max_bytes / 1_000_000)
        raise PayloadTooLargeError(
            "TOO_MANY_BYTES",
            f"The file is larger than {max_mb} MB. Send a smaller picture or fewer pages.",
            params={"max_mb": max_mb},
        )


def _check_container(data: FileBytes, media_type: str, limits: MediaLimits) -> None:
    try:
        if not is_whole(data, media_type):
            raise _truncated()
        if media_type == "image/tiff":
            check_tiff_counts(data, limits.max_pages)
    except ImplausibleContainerError as error:
        raise unreadable_image() from error


@contextmanager
def _open_bytes(source: Path | bytes) -> Iterator[FileBytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def _truncated() -> UnsupportedMediaError:
    return UnsupportedMediaError(
        "TRUNCATED_IMAGE",
        "The file stops before its end, as after a broken transfer. Send it again.",
    )


def unreadable_image() -> UnsupportedMediaError:
    """The error of a picture whose bytes are there but make no sense."""
    return UnsupportedMediaError(
        "UNREADABLE_IMAGE",
        "The picture is damaged and cannot be read. Photograph or scan the receipt again.",
    )


def _inspect_pdf(source: Path | bytes, limits: MediaLimits) -> MediaInfo:
    # A page that would be too large is drawn smaller, so no page has too many pixels.
    measures = measure_pdf(source, limits.max_pixels, limits.max_pages)
    _check_page_count(measures.pages, limits)
    if not measures.sizes:
        raise UnsupportedMediaError(
            "UNREADABLE_PDF", "The PDF has no page. Export the receipt again and send that file."
        )
    width, height = measures.sizes[0]
    return MediaInfo(
        "application/pdf", EXTENSIONS["application/pdf"], width, height, measures.pages
    )


def _inspect_picture(data: FileBytes, media_type: str, limits: MediaLimits) -> MediaInfo:
    with open_picture(io.BytesIO(data) if isinstance(data, bytes) else data, media_type) as picture:
        check_pixel_count(picture.size, limits)
        width, height = picture.size
        pages = 1
        if isinstance(picture, TiffImagePlugin.TiffImageFile):
            pages = _count_tiff_pages(picture, len(data), limits)
    return MediaInfo(media_type, EXTENSIONS[media_type], width, height, pages)


@contextmanager
def open_picture(
    stream: io.BytesIO | io.BufferedReader | mmap.mmap, media_type: str
) -> Iterator[Image.Image]:
    """Open a picture by its known type, header only.

    Raises UnsupportedMediaError UNREADABLE_IMAGE, PayloadTooLargeError TOO_MANY_PIXELS.
    """
    try:
        with Image.open(stream, formats=formats_of(media_type)) as picture:  # type: ignore[arg-type]
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(Image.MAX_IMAGE_PIXELS or 0) from error
    except UnidentifiedImageError as error:
        raise unreadable_image() from error
    except PICTURE_ERRORS as error:
        raise unreadable_image() from error


def check_pixel_count(size: tuple[int, int], limits: MediaLimits) -> None:
    """Raise PayloadTooLargeError TOO_MANY_PIXELS for a picture over our own limit."""
    if size[0] * size[1] > limits.max_pixels:
        raise _too_many_pixels(limits.max_pixels)


def _too_many_pixels(max_pixels: int) -> PayloadTooLargeError:
    max_megapixels = round(max_pixels / 1_000_000)
    return PayloadTooLargeError(
        "TOO_MANY_PIXELS",
        f"The picture has more than {max_megapixels} million pixels. "
        "Reduce it or photograph it at a lower resolution, then send it again.",
        params={"max_megapixels": max_megapixels},
    )


def _check_page_count(pages: int, limits: MediaLimits) -> None:
    if pages > limits.max_pages:
        raise PayloadTooLargeError(
            "TOO_MANY_PAGES",
            f"The file has more than {limits.max_pages} pages. Split it and send the parts.",
            params={"max_pages": limits.max_pages},
        )


def _count_tiff_pages(
    picture: TiffImagePlugin.TiffImageFile, size: int, limits: MediaLimits
) -> int:
    pages = 0
    while True:
        try:
            picture.seek(pages)
        except EOFError:
            return pages
        pages += 1
        _check_page_count(pages, limits)
        check_pixel_count(picture.size, limits)
        _check_tiff_page(picture, size)


def _check_tiff_page(picture: TiffImagePlugin.TiffImageFile, size: int) -> None:
    tags = picture.tag_v2
    offsets = tags.get(TiffImagePlugin.STRIPOFFSETS) or tags.get(TiffImagePlugin.TILEOFFSETS)
    counts = tags.get(TiffImagePlugin.STRIPBYTECOUNTS) or tags.get(TiffImagePlugin.TILEBYTECOUNTS)
    if not offsets or not strips_are_inside(offsets, counts or (0,), size):
        raise _truncated()
