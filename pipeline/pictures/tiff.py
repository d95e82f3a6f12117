"""Counts in the directories of a TIFF, before Pillow unpacks what they promise.

Layout: TIFF 6.0, section 2; BigTIFF has the same with 64-bit counts and offsets.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.pictures.containers import FileBytes, ImplausibleContainerError

MAX_TAGS = 512
MAX_STRIPS = 32_768
"""An A4 page at 600 dpi in one strip a row and colour plane has 28,064."""
MAX_VALUES = 200_000
"""The longest table of TIFF 6.0, TransferFunction of 16 bits in three colours, has 196,608."""

_STRIP_TAGS = {273, 279, 324, 325}  # offsets and byte counts of strips and tiles
_BYTE_TYPES = {1, 2, 7}  # kept as one bytes object, however long


@dataclass(frozen=True)
class _Layout:
    """Where the first offset stands, and the struct formats of a directory."""

    first: int
    count: str
    entry: str
    offset: str


_CLASSIC = _Layout(first=4, count="H", entry="HHL4x", offset="L")
_BIG = _Layout(first=8, count="Q", entry="HHQ8x", offset="Q")


def check_tiff_counts(data: FileBytes, max_pages: int) -> None:
    """Raise ImplausibleContainerError for more tags, strips or values than a picture has.

    Looks at one page more than `max_pages`, for Pillow opens that one before it is refused.
    """
    order = "<" if data[:2] == b"II" else ">"
    # As Pillow does, to see what it will: it takes a big-endian BigTIFF for a classic one.
    layout = _BIG if data[2] == 43 else _CLASSIC
    at = _read_number(data, layout.first, layout.offset, order)
    for _ in range(max_pages + 1):
        if at == 0:
            return
        at = _check_directory(data, at, layout, order)


def _check_directory(data: FileBytes, at: int, layout: _Layout, order: str) -> int:
    """Check one directory; returns the offset of the next, 0 for none."""
    tags = _read_number(data, at, layout.count, order)
    if tags > MAX_TAGS:
        raise ImplausibleContainerError(f"{tags} tags")
    start = at + struct.calcsize(order + layout.count)
    end = start + tags * struct.calcsize(order + layout.entry)
    for tag, type_, count in _read_entries(data[start:end], order + layout.entry):
        if tag in _STRIP_TAGS and count > MAX_STRIPS:
            raise ImplausibleContainerError(f"{count} strips")
        if type_ not in _BYTE_TYPES and count > MAX_VALUES:
            raise ImplausibleContainerError(f"{count} values of tag {tag}")
    return _read_number(data, end, layout.offset, order)


def _read_entries(raw: bytes, form: str) -> Iterator[tuple[int, int, int]]:
    whole = len(raw) - len(raw) % struct.calcsize(form)
    yield from struct.iter_unpack(form, raw[:whole])


def _read_number(data: FileBytes, at: int, form: str, order: str) -> int:
    """A number of the file, or 0 beyond its end, where Pillow will find nothing either."""
    raw = data[at : at + struct.calcsize(order + form)]
    return int.from_bytes(raw, "little" if order == "<" else "big")
