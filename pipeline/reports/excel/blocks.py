"""A small table with a heading, some of its cells formulas, and how it comes onto a sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from pipeline.reports.excel.styles import CellKind, Styles
from pipeline.spreadsheet import clean_text

# A heading and a header stand over the rows.
ABOVE = 2
# About so many rows, with a few high ones among them, go onto a page.
PAGE_ROWS = 36
EXCEL_EPOCH_ORDINAL = date(1899, 12, 30).toordinal()


@dataclass(frozen=True)
class Live:
    """A formula, with its value as of now: shown by whatever does not calculate."""

    formula: str
    value: float | str


Cell = str | float | date | Live | None


@dataclass(frozen=True)
class Head:
    """The header of a column, and what kind of values stand under it."""

    title: str
    kind: CellKind = "text"


@dataclass(frozen=True)
class BlockRow:
    """The cells of one row. `kinds` holds those that differ from the header's, by place."""

    cells: tuple[Cell, ...]
    currency: str | None = None
    is_total: bool = False
    kinds: tuple[tuple[int, CellKind], ...] = ()


@dataclass(frozen=True)
class Block:
    """What stands under one heading; `note` is a remark under the rows."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[BlockRow, ...]
    note: str = ""


@dataclass(frozen=True)
class Placed:
    """Where the rows of a block came to stand, from 0, both included."""

    sheet: str
    first: int
    last: int
    block: Block

    def cell(self, place: int, column: int) -> str:
        """The address of a cell from any sheet."""
        return f"{quote_sheetname(self.sheet)}!{address(self.first + place, column)}"

    def span(self, column: int, first: int = 0, last: int | None = None) -> tuple[Any, ...]:
        """The range of a column, rows counted in the block, as charts take it."""
        end = self.last if last is None else self.first + last
        return (self.sheet, self.first + first, column, end, column)

    def values(self, column: int, first: int = 0, last: int | None = None) -> list[Any]:
        """What stands in that range as of now."""
        end = None if last is None else last + 1
        return [value_of(row.cells[column]) for row in self.block.rows[first:end]]


def address(row: int, column: int) -> str:
    """$B$7 for 6, 1."""
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def value_of(cell: Cell) -> float | str | None:
    """The value of a cell as of now; a day as Excel counts it."""
    if isinstance(cell, Live):
        return cell.value
    return cell.toordinal() - EXCEL_EPOCH_ORDINAL if isinstance(cell, date) else cell


class BlockSheet:
    """Writes blocks under each other: rows already written cannot be gone back to."""

    def __init__(self, sheet: Any, name: str, styles: Styles) -> None:
        self.sheet, self.name, self.styles = sheet, name, styles
        self.row = 0

    def add(self, build: Callable[[int], Block]) -> Placed:
        """Write the block that `build` makes, given the row (from 0) of its first cells."""
        first = self.row + ABOVE
        block = build(first)
        self.say(block.title, self.styles.heading(), height=24)
        self._write_heads(block.heads)
        for row in block.rows:
            self._write_row(block.heads, row)
        placed = Placed(self.name, first, max(self.row - 1, first), block)
        if block.note:
            self.say(block.note, self.styles.note())
        self.row += 1
        return placed

    def say(self, text: str, style: Any, height: float | None = None) -> None:
        """One line of text."""
        if height:
            self.sheet.set_row(self.row, height)
        self.sheet.write_string(self.row, 0, clean_text(text), style)
        self.row += 1

    def leave(self, rows: int) -> int:
        """Leave rows free for a chart, on the next page where this one has no room; the first."""
        if self.row + rows > PAGE_ROWS:
            self.sheet.set_h_pagebreaks([self.row])
        self.row += rows
        return self.row - rows

    def link(self, targets: Sequence[tuple[str, str]], first_column: int = 0) -> None:
        """Ways to other sheets, side by side: name of the sheet and what is said."""
        for column, (sheet, text) in enumerate(targets, first_column):
            goal = f"internal:{quote_sheetname(sheet)}!A1"
            self.sheet.write_url(self.row, column, goal, self.styles.link(), text)
        self.row += 1

    def _write_heads(self, heads: Sequence[Head]) -> None:
        self.sheet.set_row(self.row, 32)
        for column, head in enumerate(heads):
            self.sheet.write_string(self.row, column, head.title, self.styles.head(head.kind))
        self.row += 1

    def _write_row(self, heads: Sequence[Head], row: BlockRow) -> None:
        kinds = dict(row.kinds)
        for column, (head, cell) in enumerate(zip(heads, row.cells, strict=True)):
            kind = kinds.get(column, head.kind)
            style = self.styles.cell(kind, row.currency, is_total=row.is_total)
            write_cell(self.sheet, self.row, column, cell, style)
        self.row += 1


def write_cell(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    """One cell, typed; text is never read as a formula or a link."""
    if cell is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, Live):
        sheet.write_formula(row, column, f"={cell.formula}", style, cell.value)
    elif isinstance(cell, str):
        sheet.write_string(row, column, clean_text(cell), style)
    else:
        sheet.write_number(row, column, value_of(cell), style)
