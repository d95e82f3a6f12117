"""Is this a picture that can be taken? Told by its first and last bytes, without decoding it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from pipeline.errors import InvalidRequestError, PayloadTooLargeError, UnsupportedMediaError
from pipeline.pictures.containers import ImplausibleContainerError, is_whole, sniff_media_type
from pipeline.pictures.formats import PICTURE_ERRORS, PILLOW_FORMATS, formats_of
from pipeline.pictures.tiff import check_tiff_counts
from pipeline.settings import BYTES_PER_MB, Settings


@dataclass(frozen=True)
class PictureLimits:
    """The most that one picture may hold; pixels as stored, before any reduction."""

    max_bytes: int
    max_pixels: int


def picture_limits(settings: Settings) -> PictureLimits:
    """How much one product picture may hold here."""
    return PictureLimits(settings.catalog_max_picture_mb * BYTES_PER_MB, settings.max_pixels)


def check_picture(content: bytes, limits: PictureLimits) -> str:
    """Its media type, in about a millisecond: header and structure are read, no pixel.

    Raises InvalidRequestError PICTURE_EMPTY; PayloadTooLargeError PICTURE_TOO_LARGE,
    PICTURE_TOO_MANY_PIXELS; UnsupportedMediaError NOT_A_PICTURE, PICTURE_TRUNCATED,
    PICTURE_DAMAGED.
    """
    with open_checked(content, limits) as (media_type, _picture):
        return media_type


@contextmanager
def open_checked(content: bytes, limits: PictureLimits) -> Iterator[tuple[str, Image.Image]]:
    """Media type and opened picture, for what decodes it; raises as `check_picture` does.

    What Pillow raises inside the block becomes PICTURE_DAMAGED or PICTURE_TRUNCATED too.
    """
    media_type = _check_container(content, limits)
    try:
        with Image.open(io.BytesIO(content), formats=formats_of(media_type)) as picture:
            if picture.width * picture.height > limits.max_pixels:
                raise _too_many_pixels(limits.max_pixels)
            yield media_type, picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(limits.max_pixels) from error
    except PICTURE_ERRORS as error:
        # Pillow has no class of its own for this.
        raise _truncated() if "truncated" in str(error) else damaged() from error


def _check_container(content: bytes, limits: PictureLimits) -> str:
    if not content:
        raise InvalidRequestError(
            "PICTURE_EMPTY", "The file of the picture is empty. Export it again."
        )
    if len(content) > limits.max_bytes:
        raise too_large(limits.max_bytes)
    media_type = sniff_media_type(content[:1024])
    if media_type not in PILLOW_FORMATS:
        raise UnsupportedMediaError(
            "NOT_A_PICTURE",
            "This is not a picture that can be read. Hand over a JPEG, PNG, WebP, GIF, TIFF or "
            "HEIC.",
        )
    try:
        if not is_whole(content, media_type):
            raise _truncated()
        if media_type == "image/tiff":
            check_tiff_counts(content, max_pages=1)
    except ImplausibleContainerError as error:
        raise damaged() from error
    return media_type


def too_large(max_bytes: int) -> PayloadTooLargeError:
    """The refusal of a picture of more bytes than `max_bytes`."""
    max_mb = round(max_bytes / BYTES_PER_MB)
    return PayloadTooLargeError(
        "PICTURE_TOO_LARGE",
        f"The picture is larger than {max_mb} MB. Save it smaller and hand it over again.",
        params={"max_mb": max_mb},
    )


def damaged() -> UnsupportedMediaError:
    """The refusal of a picture whose bytes are there but make no sense."""
    return UnsupportedMediaError(
        "PICTURE_DAMAGED",
        "The picture is damaged and cannot be read. Export it again from where it comes.",
    )


def _truncated() -> UnsupportedMediaError:
    return UnsupportedMediaError(
        "PICTURE_TRUNCATED",
        "The picture stops before its end, as after a broken transfer. Hand it over again.",
    )


def _too_many_pixels(max_pixels: int) -> PayloadTooLargeError:
    max_megapixels = round(max_pixels / 1_000_000)
    return PayloadTooLargeError(
        "PICTURE_TOO_MANY_PIXELS",
        f"The picture has more than {max_megapixels} million pixels. Reduce it and hand it over "
        "again.",
        params={"max_megapixels": max_megapixels},
    )
