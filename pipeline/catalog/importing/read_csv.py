"""CSV as spreadsheets and shops write it: any usual delimiter, quoted line breaks, `sep=` lines."""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pipeline.catalog.importing.header import NO_TEXT, is_blank, make_row, read_header
from pipeline.catalog.importing.table import (
    MAX_CELL_LENGTH,
    Problem,
    Row,
    TableError,
    TableFormat,
)
from pipeline.catalog.importing.text_table import count_lines, detect_encoding, read_lines

DELIMITERS = (";", ",", "\t", "|")
SAMPLED_LINES = 100
# Each rereads the lines that its quote swallowed.
MAX_QUOTE_ERRORS = 1000
SHOWN_LENGTH = 100
# A quote that is never closed swallows this much before it is noticed.
csv.field_size_limit(MAX_CELL_LENGTH * 2)


class CsvTable:
    """A CSV file; `rows` may be asked for several times."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        encoding = detect_encoding(content)
        sample = list(islice(read_lines(content, encoding), SAMPLED_LINES))
        said = sample[0].rstrip("\r\n") if sample else ""
        # Excel's own hint, written by whatever cannot choose the delimiter of its reader.
        self._skipped = 1 if said.lower() in [f"sep={delimiter}" for delimiter in DELIMITERS] else 0
        delimiter = said[-1] if self._skipped else choose_delimiter(sample)
        self.format = TableFormat("csv", encoding, delimiter)
        self._header_number, self.columns = self._find_header()

    def rows(self) -> Iterator[Row]:
        """Every row below the header that holds something."""
        for number, record in self._records():
            if isinstance(record, Problem):
                yield Row(number, {}, record)
            elif number > self._header_number and not is_blank(record):
                yield make_row(number, self.columns, record)

    def estimate_rows(self) -> int:
        """At least as many as there are."""
        return max(count_lines(self._content) - 1, 0)

    def _find_header(self) -> tuple[int, tuple[str, ...]]:
        for number, record in self._records():
            if isinstance(record, Problem):
                raise TableError(
                    "TABLE_HEADER_UNREADABLE",
                    "The row of column names cannot be read. Look at its quotes.",
                )
            if not is_blank(record):
                return number, read_header(record)
        return 1, read_header(())

    def _records(self) -> Iterator[tuple[int, list[str] | Problem]]:
        assert self.format.encoding
        assert self.format.delimiter
        lines = _Lines(islice(read_lines(self._content, self.format.encoding), self._skipped, None))
        reader = csv.reader(lines, delimiter=self.format.delimiter, strict=True)
        number, errors = self._skipped, 0
        while True:
            number += 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                errors += 1
                if errors > MAX_QUOTE_ERRORS:
                    raise _too_many_quotes() from None
                text = NO_TEXT.sub("�", lines.put_back_all_but_one()[:SHOWN_LENGTH])
                yield number, Problem("ROW_QUOTES", None, {"text": text})
                continue
            lines.forget()
            yield number, record


class _Lines:
    """Lines for the parser; after an error, those behind the first are given again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        return line

    def forget(self) -> None:
        self._taken.clear()

    def put_back_all_but_one(self) -> str:
        """The line that was not."""
        first, *others = self._taken
        self._again.extendleft(reversed(others))
        self._taken.clear()
        return first.strip()


def choose_delimiter(lines: list[str]) -> str:
    """The delimiter under which most rows have as many cells as the first, and more than one."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = _widths(lines, delimiter)
        if not widths or widths[0] < 2:
            continue
        # A row may leave out cells at its end, but hardly has more than the header.
        share = sum(1 < width <= widths[0] for width in widths) / len(widths)
        score = (round(share, 1), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(lines: list[str], delimiter: str) -> list[int]:
    widths: list[int] = []
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            record = next(reader)
        except (StopIteration, csv.Error):
            return widths
        if any(cell.strip() for cell in record):
            widths.append(len(record))


def _too_many_quotes() -> TableError:
    return TableError(
        "TABLE_QUOTES",
        "Too many rows have quotes that do not close. Save the table as CSV again, with quotes.",
    )
