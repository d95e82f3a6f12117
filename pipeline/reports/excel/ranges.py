"""Where the rows of a data sheet stand, and formulas over them, however many sheets they fill."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from pipeline.reports.excel.columns import DataSheet, place_of

# Title, note, sums of what is in sight, header; then the rows. Counted from 0.
SUMS_ROW = 2
HEADER_ROW = 3
FIRST_ROW = 4
# What a criterion means by itself: nothing stands in the cell.
IS_BLANK = '"="'
IS_FILLED = '"<>"'
_WILD = "~*?"
_COMPARES = "=<>"


@dataclass(frozen=True)
class Part:
    """Rows `first`..`last` of one sheet, from 0, both included."""

    sheet: str
    first: int
    last: int


@dataclass(frozen=True)
class Rows:
    """The rows of a data sheet, on one part or more."""

    kind: DataSheet
    parts: tuple[Part, ...]

    def sum_of(self, source: str) -> str:
        """The sum of a column."""
        return f"SUM({','.join(self._ranges(source))})"

    def sum_where(self, source: str, *criteria: tuple[str, str]) -> str:
        """The sum of a column over the rows whose other columns meet all criteria."""
        summed = self._ranges(source)
        tests = self._tests(criteria)
        return "+".join(f"SUMIFS({a},{b})" for a, b in zip(summed, tests, strict=True))

    def count_where(self, *criteria: tuple[str, str]) -> str:
        """How many rows meet all criteria."""
        return "+".join(f"COUNTIFS({tests})" for tests in self._tests(criteria))

    def _tests(self, criteria: Sequence[tuple[str, str]]) -> list[str]:
        # LibreOffice 7 forgets a row where the first criterion asks for nothing: it comes last.
        criteria = sorted(criteria, key=lambda one: one[1] == IS_BLANK)
        if criteria[0][1] == IS_BLANK:
            criteria = [("receipt_id", IS_FILLED), *criteria]
        columns = [self._ranges(source) for source, _ in criteria]
        return [
            ",".join(
                f"{column[part]},{criterion}"
                for column, (_, criterion) in zip(columns, criteria, strict=True)
            )
            for part in range(len(self.parts))
        ]

    def _ranges(self, source: str) -> list[str]:
        column = xl_col_to_name(place_of(self.kind, source), col_abs=True)
        return [
            f"{quote_sheetname(part.sheet)}!{column}${part.first + 1}:{column}${part.last + 1}"
            for part in self.parts
        ]


def lay_out(kind: DataSheet, title: str, count: int, most_rows: int) -> Rows:
    """Parts for `count` rows where a sheet takes `most_rows` with all that stands above them.

    Without any row the part has one that is empty, so that formulas have something to look at.
    """
    each = most_rows - FIRST_ROW
    starts = range(0, max(count, 1), each)
    return Rows(
        kind,
        tuple(
            Part(
                title if number == 1 else f"{title} {number}",
                FIRST_ROW,
                FIRST_ROW + max(min(each, count - start), 1) - 1,
            )
            for number, start in enumerate(starts, 1)
        ),
    )


def same_as(cell: str, text: str | None) -> str:
    """The criterion for rows that hold what `cell` holds, which is `text` now; None: nothing.

    A text that Excel would take for a pattern or a comparison is compared as it is written.
    """
    if text is None:
        return IS_BLANK
    if not any(sign in text for sign in _WILD) and text[:1] not in _COMPARES:
        return cell
    escaped = cell
    for sign in _WILD:
        escaped = f'SUBSTITUTE({escaped},"{sign}","~{sign}")'
    return f'"="&{escaped}'
