"""A picture into the file store: the file as it came, and a thumbnail for lists."""

import io

import numpy as np
from PIL import Image

from pipeline.catalog.pictures.check import PictureLimits
from pipeline.catalog.pictures.decode import Decoded, decode_picture
from pipeline.catalog.product import Picture
from pipeline.files import FileStore

THUMBNAIL_PX = 320
JPEG_QUALITY = 80
# A JPEG no larger than this is its own thumbnail.
SMALL_PX = 400
SMALL_BYTES = 48_000


def keep_picture(
    files: FileStore, content: bytes, limits: PictureLimits, url: str | None = None
) -> Picture:
    """Check, decode and keep a picture; raises as `check_picture` does, or StoreUnavailableError.

    `url` is where it was fetched from.
    """
    return keep_decoded(files, content, decode_picture(content, limits), url)


def keep_decoded(
    files: FileStore, content: bytes, decoded: Decoded, url: str | None = None
) -> Picture:
    """As `keep_picture`, for a picture that was decoded for its vector already."""
    sha256 = thumbnail_sha256 = files.put_bytes(content)
    small = decoded.image
    if not _is_small(content, decoded):
        small = _reduce(decoded.image)
        thumbnail_sha256 = files.put_bytes(_to_jpeg(small))
    return Picture(sha256, thumbnail_sha256, decoded.media_type, difference_hash(small), url)


def difference_hash(picture: Image.Image) -> int:
    """64 bits, signed: is each of 8 × 8 fields darker than its right neighbour?

    N. Krawetz, "Kind of Like That" (2013). The Hamming distance of two is 0..64: how unlike
    the pictures look, whatever their sizes.
    """
    gray = picture.convert("L").resize((9, 8), Image.Resampling.BOX)
    fields = np.asarray(gray, np.int16)
    bits = np.packbits(fields[:, :-1] < fields[:, 1:])
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def _is_small(content: bytes, decoded: Decoded) -> bool:
    return (
        decoded.media_type == "image/jpeg"
        and decoded.is_as_stored
        and max(decoded.image.size) <= SMALL_PX
        and len(content) <= SMALL_BYTES
    )


def _reduce(image: Image.Image) -> Image.Image:
    scale = THUMBNAIL_PX / max(image.size)
    if scale >= 1:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.1)


def _to_jpeg(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=JPEG_QUALITY)
    return target.getvalue()
