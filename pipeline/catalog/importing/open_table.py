"""Which kind of table a file is, by its content, and the reader for it."""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from pipeline.catalog.importing.header import empty_table
from pipeline.catalog.importing.read_csv import CsvTable
from pipeline.catalog.importing.read_jsonl import JsonlTable
from pipeline.catalog.importing.read_xlsx import XlsxTable
from pipeline.catalog.importing.table import Row, TableError, TableFormat
from pipeline.catalog.importing.text_table import unknown_format

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_NO_TABLE = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


class Table(Protocol):
    """What every reader gives."""

    format: TableFormat
    columns: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """Every row that holds something, from the first again at each call."""

    def estimate_rows(self) -> int:
        """At least as many rows as there are; reads the file once."""


def open_table(content: BinaryIO) -> Table:
    """The table in `content`, its columns read. Raises TableError or ZipError."""
    content.seek(0)
    head = content.read(4096)
    if not head.strip():
        raise empty_table()
    if head.startswith(_ZIP):
        return XlsxTable(content)
    if head.startswith(_OLE):
        raise TableError(
            "TABLE_OLD_EXCEL",
            "This Excel file is of the old kind or has a password. Save it as XLSX without one.",
        )
    if head.startswith(_NO_TABLE):
        raise unknown_format()
    start = _first_character(head)
    if start == "[":
        raise TableError(
            "TABLE_JSON_ARRAY",
            "This is one JSON array. Write one object a line instead (JSON Lines).",
        )
    return JsonlTable(content) if start == "{" else CsvTable(content)


def _first_character(head: bytes) -> str:
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()[:1].decode("latin-1")
