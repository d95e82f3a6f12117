"""The formats that are read, each by Pillow's reader for it and no other."""

import struct
import zlib

PILLOW_FORMATS = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/tiff": ("TIFF",),
    "image/heic": ("HEIF",),
}

PICTURE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on bytes that are not what their header promised."""


def formats_of(media_type: str) -> tuple[str, ...]:
    """Pillow's names for a media type; registers the reader of HEIC where that is asked for."""
    if media_type == "image/heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    return PILLOW_FORMATS[media_type]
