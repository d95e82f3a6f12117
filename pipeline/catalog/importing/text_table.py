"""Bytes of a text table as lines: which encoding it is in, and its lines one by one."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.catalog.importing.table import TableError

CHUNK_BYTES = 1_048_576
# More than every column of a row filled to the brim.
MAX_LINE_LENGTH = 4_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1a\x1b")


def detect_encoding(content: BinaryIO) -> str:
    """utf-8, utf-8-sig, utf-16 with or without mark, or cp1252, which older Excels write.

    Raises TableError TABLE_UNKNOWN_FORMAT for bytes that are no text.
    """
    content.seek(0)
    head = content.read(4096)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head.count(0) > len(head) // 4:
        # Latin letters in UTF-16 have a zero in every second byte.
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    if _CONTROL.intersection(head):
        raise unknown_format()
    return "utf-8" if _is_utf8(content) else "cp1252"


def unknown_format() -> TableError:
    """The refusal of what is neither CSV nor XLSX nor JSONL."""
    return TableError(
        "TABLE_UNKNOWN_FORMAT",
        "This file is no table that can be read. Send CSV, XLSX or JSON Lines.",
    )


def read_lines(content: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines with their ends; what cannot be decoded becomes U+FFFD.

    Raises TableError TABLE_LINE_TOO_LONG, so that no line fills the memory.
    """
    content.seek(0)
    text = io.TextIOWrapper(content, encoding, errors="replace", newline="")
    try:
        number = 0
        while line := text.readline(MAX_LINE_LENGTH):
            number += 1
            if len(line) >= MAX_LINE_LENGTH:
                raise TableError(
                    "TABLE_LINE_TOO_LONG",
                    f"Line {number} is too long for a row. Is this a table of products?",
                    params={"line": number},
                )
            yield line
    finally:
        # Otherwise it would close what belongs to the caller.
        text.detach()


def count_lines(content: BinaryIO) -> int:
    """Line feeds, and one for a last line without; the most rows there can be, header included."""
    content.seek(0)
    lines, last = 0, b""
    while chunk := content.read(CHUNK_BYTES):
        lines += chunk.count(b"\n") or chunk.count(b"\r")
        last = chunk[-1:]
    return lines + (last not in (b"\n", b"\r", b""))


def _is_utf8(content: BinaryIO) -> bool:
    content.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := content.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
