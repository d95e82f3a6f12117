"""A sheet of XlsxWriter that takes many rows at once, their cells written column by column.

XlsxWriter spends some 6 µs a cell on checks that a column of one kind needs once: measured with
100,000 lines, this is four times as fast. What it relies on is pinned and tested.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# A text that looks like Excel's own escape of a character would be read as that character.
_LOOKS_ESCAPED = re.compile("_(?=x[0-9a-fA-F]{4}_)")


class RowSheet(Worksheet):  # type: ignore[misc]
    """A worksheet in constant memory with `write_rows`."""

    def write_rows(self, first: int, columns: Iterable[Sequence[str]]) -> None:
        """Rows from `first` on, below all that was written; columns as of `write_column_cells`.

        Each row must lie within the columns that were used above.
        """
        # What is written cell by cell waits until a later row comes.
        self._write_single_row(first)
        rows = [
            f'<row r="{number}">{"".join(cells)}</row>'
            for number, cells in enumerate(zip(*columns, strict=True), first + 1)
        ]
        self.fh.write("".join(rows))
        self.dim_rowmax: int = max(self.dim_rowmax, first + len(rows) - 1)
        self.previous_row = first + len(rows)


def text_cells(place: int, first: int, cells: Iterable[str | None], style: Any) -> list[str]:
    """The cells of a column of texts as `write_rows` takes them; None leaves one out."""
    head, mark = _head(place), f'" s="{style._get_xf_index()}" t="inlineStr"><is>'
    known: dict[str, str] = {}
    found = []
    for number, text in enumerate(cells, first + 1):
        if text is None:
            found.append("")
            continue
        tail = known.get(text)
        if tail is None:
            tail = known[text] = f"{mark}{_inline(text)}</is></c>"
        found.append(f"{head}{number}{tail}")
    return found


def number_cells(
    place: int, first: int, cells: Iterable[float | None], styles: Sequence[Any]
) -> list[str]:
    """The cells of a column of numbers; one style for all rows, or one for each."""
    head = _head(place)
    if len(styles) == 1:
        mark = f'" s="{styles[0]._get_xf_index()}"><v>'
        return [
            "" if cell is None else f"{head}{number}{mark}{cell!r}</v></c>"
            for number, cell in enumerate(cells, first + 1)
        ]
    return [
        "" if cell is None else f'{head}{number}" s="{style._get_xf_index()}"><v>{cell!r}</v></c>'
        for number, (cell, style) in enumerate(zip(cells, styles, strict=True), first + 1)
    ]


def _head(place: int) -> str:
    return f'<c r="{xl_col_to_name(place)}'


def _inline(text: str) -> str:
    keeps_space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<t{keeps_space}>{escape(_LOOKS_ESCAPED.sub('_x005F_', text))}</t>"
