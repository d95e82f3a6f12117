"""Product pictures into upright RGB; runs in runners and other children, never where HTTP is."""

from contextlib import suppress
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps

from pipeline.catalog.pictures.check import PictureLimits, open_checked
from pipeline.pictures.flatten import flatten
from pipeline.pictures.formats import PICTURE_ERRORS

SHORT_SIDE_PX = 448
"""Twice what most models look at: what is larger decodes at 1/2, 1/4 or 1/8 where that saves time.
The cosine to the vector of the full picture stays above 0.99."""


@dataclass(frozen=True)
class Decoded:
    """A picture upright, RGB, on white; `is_as_stored` where the file has just these pixels."""

    image: Image.Image
    media_type: str
    is_as_stored: bool


def read_picture(content: bytes, limits: PictureLimits) -> Image.Image:
    """The picture in a file: upright by its EXIF orientation, RGB, on white, the first frame.

    A large JPEG comes reduced, with a shorter side of `SHORT_SIDE_PX` or more. Raises as
    `check_picture` does.
    """
    return decode_picture(content, limits).image


def decode_picture(content: bytes, limits: PictureLimits) -> Decoded:
    """As `read_picture`, and what keeps the picture wants to know besides."""
    with open_checked(content, limits) as (media_type, picture):
        stored_size = picture.size
        scale = SHORT_SIDE_PX / max(1, min(stored_size))
        if scale < 1:
            width, height = stored_size
            picture.draft("RGB", (round(width * scale), round(height * scale)))
        picture.load()
        is_turned = _set_upright(picture)
        plain = flatten(picture)
        return Decoded(plain, media_type, not is_turned and plain.size == stored_size)


def _set_upright(picture: Image.Image) -> bool:
    # Nobody loses a good picture to broken notes about it.
    with suppress(*PICTURE_ERRORS):
        if picture.getexif().get(ExifTags.Base.Orientation, 1) != 1:
            ImageOps.exif_transpose(picture, in_place=True)
            return True
    return False
