"""Rows as an Excel file with typed cells, written in constant memory to a temporary file."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook

from pipeline.receipts.export.columns import Column, Row, Scope, Value
from pipeline.spreadsheet import ACCENT, MAX_ROWS, Kind, clean_text, number_format

IN_MEMORY_BYTES = 1_000_000
PIECE_BYTES = 64_000

_TITLES: dict[str, dict[Scope, str]] = {
    "en": {"receipts": "Receipts", "lines": "Lines"},
    "fr": {"receipts": "Tickets", "lines": "Lignes"},
}
_FLAGS = {"en": ("no", "yes"), "fr": ("non", "oui")}


def write_xlsx(
    columns: tuple[Column, ...], rows: Iterable[Row], language: str, scope: Scope
) -> Iterator[bytes]:
    """The file in pieces once it is whole; Excel keeps its list of contents at the end."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        book = Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
        _Sheets(book, columns, language, _TITLES[language][scope]).write(rows)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece


class _Sheets:
    """The sheets of a workbook, a further one where Excel's rows do not suffice."""

    def __init__(
        self, book: Workbook, columns: tuple[Column, ...], language: str, title: str
    ) -> None:
        self._book, self._columns, self._language, self._title = book, columns, language, title
        self._formats: dict[tuple[Kind, str | None], Any] = {}
        self._number = 0

    def write(self, rows: Iterable[Row]) -> None:
        """All rows; each sheet has a header that stays in sight, and filters."""
        sheet, place = self._begin(), 1
        for row in rows:
            if place == MAX_ROWS:
                self._finish(sheet, place)
                sheet, place = self._begin(), 1
            for number, (column, value) in enumerate(zip(self._columns, row.values, strict=True)):
                self._write_cell(sheet, place, number, column.kind, value, row.currency)
            place += 1
        self._finish(sheet, place)

    def _begin(self) -> Any:
        self._number += 1
        name = self._title if self._number == 1 else f"{self._title} {self._number}"
        sheet = self._book.add_worksheet(name)
        head = self._book.add_format(
            {"bold": True, "font_color": "white", "bg_color": ACCENT, "valign": "vcenter"}
        )
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, column.width)
        sheet.set_row(0, 20)
        for number, column in enumerate(self._columns):
            sheet.write_string(0, number, column.title(self._language), head)
        return sheet

    def _finish(self, sheet: Any, rows: int) -> None:
        sheet.autofilter(0, 0, max(rows - 1, 1), len(self._columns) - 1)

    def _write_cell(
        self, sheet: Any, row: int, place: int, kind: Kind, value: Value, currency: str | None
    ) -> None:
        if value is None:
            return
        shape = self._format(kind, currency)
        if isinstance(value, bool):
            sheet.write_string(row, place, _FLAGS[self._language][value])
        elif isinstance(value, int | Decimal):
            sheet.write_number(row, place, value, shape)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, place, value.replace(tzinfo=None), shape)
        elif isinstance(value, date | time):
            sheet.write_datetime(row, place, value, shape)
        else:
            # As a string, whatever it looks like: never a formula, never a link.
            sheet.write_string(row, place, clean_text(value))

    def _format(self, kind: Kind, currency: str | None) -> Any:
        key = (kind, currency)
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"num_format": number_format(kind, currency)}
            )
        return self._formats[key]
