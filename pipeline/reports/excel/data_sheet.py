"""A sheet with one row for each receipt, line or tax: sums of what is in sight above, filters."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pipeline.reports.excel.blocks import Live, write_cell
from pipeline.reports.excel.columns import COLUMNS, CURRENCY_NUMBER, PRINTED, DataColumn
from pipeline.reports.excel.native_table import add_native_table
from pipeline.reports.excel.ranges import FIRST_ROW, HEADER_ROW, SUMS_ROW, Part, Rows
from pipeline.reports.excel.row_sheet import RowSheet, number_cells, text_cells
from pipeline.reports.excel.rows import CellBatch, Cells
from pipeline.reports.excel.styles import Styles
from pipeline.reports.texts import Texts

# How many rows there are in sight, and day and merchant, stay where they are.
FROZEN_COLUMNS = 2
# Of SUBTOTAL, over the rows in sight.
_SUM, _COUNT, _MAX, _MIN = 109, 103, 104, 105
_WITH_CURRENCY = ("money", "price")


@dataclass(frozen=True)
class SheetSums:
    """What stands above the columns as of now: rows of a part, and sums by column."""

    rows: int
    mixes_currencies: bool
    sums: Mapping[str, float]


@dataclass(frozen=True)
class DataWriter:
    """Writes the sheets of one kind of rows; `currency` is that of all, where they share one."""

    rows: Rows
    styles: Styles
    texts: Texts
    currency: str | None
    shares_currency: bool

    @property
    def columns(self) -> tuple[DataColumn, ...]:
        """The columns of these sheets."""
        return COLUMNS[self.rows.kind]

    def begin(self, sheet: Any, part: Part, title: str, sums: SheetSums) -> None:
        """All that stands above the rows, and what the sheet is."""
        for number, column in enumerate(self.columns):
            sheet.set_column(number, number, column.width, None, {"hidden": column.is_hidden})
        sheet.freeze_panes(FIRST_ROW, FROZEN_COLUMNS)
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, title, self.styles.title())
        sheet.print_area(0, 0, part.last, PRINTED[self.rows.kind] - 1)
        self._write_sums(sheet, part, sums)
        self._write_header(sheet, part)

    def write(
        self, sheets: Iterable[Any], batches: Iterable[CellBatch], told: Callable[[int], None]
    ) -> None:
        """All rows, onto one sheet after the other; `told` of how many were written each time."""
        places = iter(zip(sheets, self.rows.parts, strict=True))
        sheet, part = next(places)
        at = part.first
        for batch in batches:
            done = 0
            while done < len(batch):
                if at > part.last:
                    sheet, part = next(places)
                    at = part.first
                count = min(part.last + 1 - at, len(batch) - done)
                self._write_rows(sheet, at, batch, done, count)
                at, done = at + count, done + count
            told(len(batch))

    def _write_rows(
        self, sheet: RowSheet, at: int, batch: CellBatch, start: int, count: int
    ) -> None:
        end = start + count
        currencies = batch.currencies[start:end]
        cells = (
            self._cells(number, column, at, values[start:end], currencies)
            for number, (column, values) in enumerate(zip(self.columns, batch.columns, strict=True))
        )
        sheet.write_rows(at, cells)

    def _cells(
        self, number: int, column: DataColumn, at: int, values: Cells, currencies: Cells
    ) -> list[str]:
        if column.kind in ("text", "flag"):
            return text_cells(number, at, values, self.styles.plain(column.kind))
        if column.kind not in _WITH_CURRENCY:
            return number_cells(number, at, values, [self.styles.plain(column.kind)])
        known = {code: self.styles.plain(column.kind, code) for code in set(currencies)}
        styles = list(known.values()) if len(known) == 1 else [known[c] for c in currencies]
        return number_cells(number, at, values, styles)

    def _write_sums(self, sheet: Any, part: Part, sums: SheetSums) -> None:
        words = "xlsx.inSight" if self.shares_currency else "xlsx.inSightMixed"
        sheet.write_string(SUMS_ROW - 1, 0, self.texts.say(words), self.styles.note())
        for number, column in enumerate(self.columns):
            style = self.styles.sum_in_sight("text")
            cell: Live | None = None
            if number == 0:
                style = self.styles.sum_in_sight("count")
                cell = Live(_subtotal(_COUNT, _place(self.columns, "receipt_id"), part), sums.rows)
            elif column.is_summed:
                style = self.styles.sum_in_sight(column.kind, self.currency)
                cell = self._sum(number, column, part, sums)
            write_cell(sheet, SUMS_ROW, number, cell, style)

    def _sum(self, number: int, column: DataColumn, part: Part, sums: SheetSums) -> Live:
        total, value = _subtotal(_SUM, number, part), sums.sums[column.source]
        if self.shares_currency or column.kind not in _WITH_CURRENCY:
            return Live(total, value)
        # Euros and pounds make no sum: it shows once the filters leave one currency.
        place = _place(self.columns, CURRENCY_NUMBER)
        least, most = (_subtotal(function, place, part) for function in (_MIN, _MAX))
        mixed = self.texts.say("xlsx.mixed")
        formula = f'IF({least}={most},{total},"{mixed}")'
        return Live(formula, mixed if sums.mixes_currencies else value)

    def _write_header(self, sheet: Any, part: Part) -> None:
        titles = [self.texts.say(f"xlsx.column.{column.title}") for column in self.columns]
        sheet.set_row(HEADER_ROW, 32)
        for number, (column, title) in enumerate(zip(self.columns, titles, strict=True)):
            sheet.write_string(HEADER_ROW, number, title, self.styles.head(column.kind))
        sheet.repeat_rows(HEADER_ROW)
        name = part.sheet.replace(" ", "_")
        add_native_table(sheet, name, HEADER_ROW, part.last, titles)


def _place(columns: Iterable[DataColumn], source: str) -> int:
    return next(i for i, column in enumerate(columns) if column.source == source)


def _subtotal(function: int, column: int, part: Part) -> str:
    name = xl_col_to_name(column)
    return f"SUBTOTAL({function},{name}{part.first + 1}:{name}{part.last + 1})"
