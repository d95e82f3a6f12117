"""XLSX: the first sheet that holds something, read row by row."""

import re
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from pipeline.catalog.importing.header import empty_table, is_blank, make_row, read_header
from pipeline.catalog.importing.table import Cell, Problem, Row, TableError, TableFormat
from pipeline.catalog.importing.zip_guard import MAX_RATIO, ZipError, is_bounded, open_zip

# Of Excel itself; a file may name a row of its own beyond it.
MAX_SHEET_ROWS = 1_048_576
MAX_PARTS = 10_000
MAX_UNPACKED_BYTES = 4_000_000_000
# The strings that cells share are held in memory.
MAX_SHARED_BYTES = 500_000_000
SUSPICIOUS_BYTES = 50_000_000
SHARED_STRINGS = "xl/sharedStrings.xml"

_ERROR_CELL = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
_ROW_TAG = re.compile(rb"<(?:\w+:)?row[ >/]")
_CHUNK_BYTES = 1_048_576


class XlsxTable:
    """An Excel file; `rows` may be asked for several times."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._is_checked = False
        _check_sizes(content)
        with closing(self._open()) as book:
            self._sheet, self._header_number, header = _find_table(book)
        self.columns = read_header(header)
        self.format = TableFormat("xlsx", sheet=self._sheet)

    def rows(self) -> Iterator[Row]:
        """Every row below the header that holds something."""
        with closing(self._open()) as book:
            for number, values in _read_sheet(book[self._sheet]):
                if number > self._header_number and not is_blank(values):
                    yield _with_errors_found(make_row(number, self.columns, values))

    def estimate_rows(self) -> int:
        """At least as many as there are in the largest sheet."""
        self._content.seek(0)
        counts = [0]
        with open_zip(self._content, max_entries=MAX_PARTS) as parts:
            for name in parts.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with parts.open(name) as part:
                        counts.append(_count_row_tags(part))
        return max(max(counts) - 1, 0)

    def _open(self) -> Any:
        from pipeline.catalog.importing.workbook import open_workbook

        self._content.seek(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = open_workbook(self._content, check=not self._is_checked)
        except TableError:
            raise
        # Whatever XML it meets: its own errors, the parser's, and those of attributes missing.
        except Exception as error:
            raise _unreadable(error) from error
        self._is_checked = True
        return book


def _check_sizes(content: BinaryIO) -> None:
    with open_zip(content, max_entries=MAX_PARTS) as parts:
        entries = parts.infolist()
    if not all(map(is_bounded, entries)):
        raise _unreadable(None)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    shared = sum(entry.file_size for entry in entries if entry.filename == SHARED_STRINGS)
    grows = unpacked > SUSPICIOUS_BYTES and unpacked > MAX_RATIO * packed
    if grows or unpacked > MAX_UNPACKED_BYTES or shared > MAX_SHARED_BYTES:
        from pipeline.catalog.importing.workbook import unpacks_too_large

        raise unpacks_too_large()


def _find_table(book: Any) -> tuple[str, int, list[Cell]]:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in visible or book.worksheets:
        for number, values in _read_sheet(sheet):
            if not is_blank(values):
                return sheet.title, number, values
    raise empty_table()


def _read_sheet(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    # What the file says of its size is often wrong.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    number = 0
    while True:
        number += 1
        try:
            values = next(rows)
        except StopIteration:
            return
        except Exception as error:
            raise _unreadable(error) from error
        if number > MAX_SHEET_ROWS:
            raise _unreadable(None)
        yield number, [_to_cell(value) for value in values]


def _to_cell(value: Any) -> Cell:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return (value.date() if midnight else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    cell: Cell = value
    return cell


def _with_errors_found(row: Row) -> Row:
    for column, value in row.cells.items():
        if row.problem is None and isinstance(value, str) and _ERROR_CELL.fullmatch(value):
            return Row(row.number, row.cells, Problem("CELL_ERROR", column, {"value": value}))
    return row


def _count_row_tags(part: Any) -> int:
    count, tail = 0, b""
    while chunk := part.read(_CHUNK_BYTES):
        # A tag may lie across two chunks; the end that is kept holds no whole one.
        cut = chunk.rfind(b"<")
        cut = len(chunk) if cut < 0 else cut
        count += len(_ROW_TAG.findall(tail + chunk[:cut]))
        tail = chunk[cut:] if cut < len(chunk) else b""
    return count + len(_ROW_TAG.findall(tail))


def _unreadable(error: Exception | None) -> TableError:
    if isinstance(error, ZipError):
        return TableError(error.code, error.message, params=error.params)
    return TableError(
        "TABLE_UNREADABLE",
        "The Excel file is damaged and cannot be read. Open it, save it again, and send that.",
        params={"cause": str(error)},
    )
