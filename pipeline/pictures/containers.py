"""What is a file, and is it whole? Structure walks that never decode a pixel."""

import mmap
import struct
from collections.abc import Iterable

FileBytes = bytes | mmap.mmap

_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"II+\x00": "image/tiff",
    b"MM\x00+": "image/tiff",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_PDF_MAGIC_WITHIN = 1024  # readers accept junk before %PDF- up to here (PDF 1.7, appendix H.3.4)
_PDF_TAIL = 65_536


MAX_MARKERS = 1_000
"""Before the scan of a JPEG: 64 MB of 64 KB segments, more than an upload may hold."""
MAX_PADDING_BYTES = 1_024
MAX_PARSED_SEGMENTS = 100
"""Those that Pillow takes apart: tables, EXIF, Photoshop notes. A camera writes about ten."""
MAX_HEADER_CHUNKS = 1_000
MAX_CHUNKS = 100_000
"""A PNG of 50 MB in IDAT chunks of 4 KB, the smallest in use, has 12,200."""
MAX_BOXES = 1_000

# The markers before a scan that have a length (ITU T.81, table B.1, without what is reserved);
# Pillow would skip the bytes after any other one by one.
_SEGMENTS = {*range(0xC0, 0xD0), *range(0xDB, 0xF0), 0xFE} - {0xC8}
_OPAQUE_SEGMENTS = {*range(0xE0, 0xF0), 0xFE} - {0xED}  # application data and comments


class ImplausibleContainerError(Exception):
    """A container with more parts than a picture has, made to keep a reader busy."""


def sniff_media_type(head: bytes) -> str | None:
    """Name the media type by its first kilobyte, or None for anything that we do not read."""
    for magic, media_type in _MAGIC.items():
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and _is_heic(head):
        return "image/heic"
    return "application/pdf" if b"%PDF-" in head[:_PDF_MAGIC_WITHIN] else None


def _is_heic(head: bytes) -> bool:
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    return not _HEIC_BRANDS.isdisjoint(brands)


def is_whole(data: FileBytes, media_type: str) -> bool:
    """False where the container says that more bytes should follow; True says nothing of pixels.

    Raises ImplausibleContainerError for a walk of too many steps.
    """
    check = {
        "image/jpeg": _is_whole_jpeg,
        "image/png": _is_whole_png,
        "image/webp": _is_whole_webp,
        "image/heic": _is_whole_heic,
        "application/pdf": _is_whole_pdf,
    }.get(media_type)
    return check is None or check(data)


def _is_whole_jpeg(data: FileBytes) -> bool:
    """An EOI after the first SOS; one before it belongs to the EXIF thumbnail."""
    scan = _find_scan(data)
    # In entropy-coded data 0xFF is always followed by 0x00 or RSTn (ITU T.81, B.1.1.5).
    return scan is not None and data.rfind(b"\xff\xd9", scan) >= 0


def _find_scan(data: FileBytes) -> int | None:
    at, parsed = 2, 0
    for _ in range(MAX_MARKERS):
        if at + 4 > len(data) or data[at] != 0xFF:
            return None
        at = _skip_padding(data, at)
        marker = int.from_bytes(data[at + 1 : at + 2], "big")
        if marker == 0xDA:
            return at
        if 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker not in _SEGMENTS or size < 2:
            return None
        parsed += marker not in _OPAQUE_SEGMENTS or data[at + 4 : at + 8] == b"Exif"
        if parsed > MAX_PARSED_SEGMENTS:
            raise ImplausibleContainerError("segments")
        at += 2 + size
    raise ImplausibleContainerError("markers")


def _skip_padding(data: FileBytes, at: int) -> int:
    """The last 0xFF of a run: any number of them may precede a marker (ITU T.81, B.1.1.2)."""
    run = data[at : at + MAX_PADDING_BYTES]
    padding = len(run) - len(run.lstrip(b"\xff"))
    if padding == MAX_PADDING_BYTES:
        raise ImplausibleContainerError("padding")
    return at + padding - 1


def _is_whole_png(data: FileBytes) -> bool:
    """An IEND at the end or, where a program has added notes, at the end of the chunks."""
    ends_well = data[len(data) - 8 : len(data) - 4] == b"IEND"
    at, has_pixels = 8, False
    for index in range(MAX_CHUNKS):
        if at + 12 > len(data):
            return ends_well
        kind = data[at + 4 : at + 8]
        has_pixels |= kind == b"IDAT"
        if kind == b"IEND" or (has_pixels and ends_well):
            return True
        if index > MAX_HEADER_CHUNKS and not has_pixels:
            break
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    raise ImplausibleContainerError("chunks")


def _is_whole_webp(data: FileBytes) -> bool:
    return int.from_bytes(data[4:8], "little") + 8 <= len(data)


def _is_whole_heic(data: FileBytes) -> bool:
    """The top-level boxes (ISO 14496-12, 4.2) end where the file does, and meta is among them."""
    at, kinds = 0, set()
    for _ in range(MAX_BOXES):
        if at + 8 > len(data):
            return b"meta" in kinds
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        kinds.add(kind)
        if size == 0:  # up to the end of the file
            return b"meta" in kinds
        if size == 1 and at + 16 <= len(data):
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8 or at + size > len(data):
            return False
        at += size
    raise ImplausibleContainerError("boxes")


def _is_whole_pdf(data: FileBytes) -> bool:
    return data.rfind(b"%%EOF", max(0, len(data) - _PDF_TAIL)) >= 0


def strips_are_inside(offsets: Iterable[int], counts: Iterable[int], size: int) -> bool:
    """Do all the strips or tiles of a TIFF page lie inside a file of `size` bytes?"""
    return all(offset + count <= size for offset, count in zip(offsets, counts, strict=False))
