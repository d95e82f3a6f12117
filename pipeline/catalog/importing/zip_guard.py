"""ZIP files from strangers: how much they say they hold is looked at before anything is read."""

import struct
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pipeline.errors import InvalidRequestError

# PKWARE's APPNOTE 6.3.10, sections 4.3.14 to 4.3.16: the records at the end of a ZIP file.
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LONGEST_COMMENT = 65_535
_LOCAL_HEADER_BYTES = 30

# Deflate packs zeros 1032 to 1; pictures stay below 2 to 1, tables below 60 to 1.
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 10_000_000


class ZipError(InvalidRequestError):
    """The ZIP file as a whole cannot be used."""


def open_zip(content: BinaryIO, *, max_entries: int) -> ZipFile:
    """The ZIP file, its directory read. Raises ZipError ZIP_UNREADABLE or ZIP_TOO_MANY_FILES.

    Python reads the directory as a whole, some 500 bytes of memory an entry.
    """
    try:
        entries = _count_entries(content)
        if entries > max_entries:
            raise ZipError(
                "ZIP_TOO_MANY_FILES",
                f"The ZIP holds more than {max_entries} files. Split it.",
                params={"max": max_entries},
            )
        content.seek(0)
        return ZipFile(content)
    except (BadZipFile, struct.error, OSError, ValueError, NotImplementedError) as error:
        raise ZipError(
            "ZIP_UNREADABLE",
            "The ZIP cannot be read, or not to its end. Pack the files again and send it.",
            params={"cause": str(error)},
        ) from error


def is_bounded(entry: ZipInfo) -> bool:
    """Whether reading stops at the size that the entry names.

    Python unpacks BZIP2 and LZMA as a whole first: a kilobyte of it may fill the memory.
    """
    return entry.compress_type in (ZIP_STORED, ZIP_DEFLATED)


def is_bomb(entry: ZipInfo) -> bool:
    """Whether an entry says to grow as no honest file does."""
    if entry.file_size < RATIO_MATTERS_FROM_BYTES:
        return False
    return entry.file_size > MAX_RATIO * max(entry.compress_size, 1)


def find_overlapping(entries: list[ZipInfo]) -> set[int]:
    """Offsets of entries that share bytes with another one, as in bombs of quoted files.

    David Fifield, "A better zip bomb" (2019).
    """
    overlapping: set[int] = set()
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    end, owner = 0, -1
    for entry in ordered:
        if entry.header_offset < end:
            overlapping |= {owner, entry.header_offset}
        reaches = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size
        if reaches > end:
            end, owner = reaches, entry.header_offset
    return overlapping


def _count_entries(content: BinaryIO) -> int:
    """How many entries the directory has room for, whatever number the file claims."""
    size = content.seek(0, 2)
    start = max(0, size - _END.size - _LONGEST_COMMENT)
    content.seek(start)
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise BadZipFile("no end of central directory")
    directory_bytes: int = _END.unpack_from(tail, at)[5]
    located = start + at - _LOCATOR.size
    if located >= _END_64.size:
        # Right in front of the locator, as Python has it, wherever that one points.
        content.seek(located - _END_64.size)
        end_64 = _END_64.unpack(content.read(_END_64.size))
        if content.read(4) == b"PK\x06\x07" and end_64[0] == b"PK\x06\x06":
            directory_bytes = end_64[8]
    # 46 bytes is the shortest record of the directory.
    return min(directory_bytes, size) // 46
