"""Is a picture file whole? Structure walks that never decode a pixel; used by `media`."""

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
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_PDF_MAGIC_WITHIN = 1024  # readers accept junk before %PDF- up to here (PDF 1.7, appendix H.3.4)
_PDF_TAIL = 65_536


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
    """False where the container says that more bytes should follow; True says nothing of pixels."""
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
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xDA:
            return at
        at += 1 if marker == 0xFF else 2  # 0xFF before a marker is padding
        if marker not in (0xFF, 0x01) and not 0xD0 <= marker <= 0xD8:
            at += int.from_bytes(data[at : at + 2], "big")
    return None


def _is_whole_png(data: FileBytes) -> bool:
    if data[len(data) - 8 : len(data) - 4] == b"IEND":
        return True
    at = 8
    while at + 12 <= len(data):
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return False


def _is_whole_webp(data: FileBytes) -> bool:
    return int.from_bytes(data[4:8], "little") + 8 <= len(data)


def _is_whole_heic(data: FileBytes) -> bool:
    """The top-level boxes (ISO 14496-12, 4.2) end where the file does, and meta is among them."""
    at, kinds = 0, set()
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        kinds.add(kind)
        if size == 0:  # up to the end of the file
            return b"meta" in kinds
        if size == 1 and at + 16 <= len(data):
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8 or at + size > len(data):
            return False
        at += size
    return b"meta" in kinds


def _is_whole_pdf(data: FileBytes) -> bool:
    return data.rfind(b"%%EOF", max(0, len(data) - _PDF_TAIL)) >= 0


def strips_are_inside(offsets: Iterable[int], counts: Iterable[int], size: int) -> bool:
    """Do all the strips or tiles of a TIFF page lie inside a file of `size` bytes?"""
    return all(offset + count <= size for offset, count in zip(offsets, counts, strict=False))
