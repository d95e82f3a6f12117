"""Tables of any length: a repeated head, hairlines, figures under each other, sums set off.

Rows go straight into the page's content, one after the other, in time and memory that do not grow
with the table; platypus' tables measure every cell of all rows first.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from pipeline.reports.pdf.lettering import Lettering
from pipeline.reports.pdf.paper import Paper
from pipeline.reports.pdf.pen import fill_with
from pipeline.reports.pdf.theme import (
    CELL,
    CELL_MUTED,
    CELL_STRONG,
    FAINT,
    GROUND,
    HEAD,
    LEFT,
    LINE,
    RIGHT,
    TEXT,
    WIDTH,
    Style,
)

ROW_HEIGHT = CELL.leading
HEAD_HEIGHT = HEAD.leading
_BASELINE = 10.2
_GAP = 9.0
# So many different texts of a column are remembered; figures hardly ever come twice.
_REMEMBERED = 20_000
# A table with fewer rows is not parted between two pages; of a longer one so many begin it.
_KEPT_ROWS, _FIRST_ROWS = 16, 5
# And so many rows end it on its last page, the totals among them.
_LAST_ROWS = 3


@dataclass(frozen=True)
class Column:
    """A column; `share` is its part of the table's width relative to the other columns."""

    title: str
    share: float
    is_figure: bool = False
    is_muted: bool = False


class SumRow(tuple[str, ...]):
    """A row that sums others: set in bold on a ground."""

    __slots__ = ()


def draw_table(
    paper: Paper,
    columns: Sequence[Column],
    rows: Iterable[tuple[str, ...]],
    total: tuple[str, ...] | None = None,
) -> None:
    """Draw rows of texts, one for each column, and the totals under a rule."""
    waiting = iter(rows)
    first = list(islice(waiting, _KEPT_ROWS))
    paper.need(table_height(len(first) + (total is not None)))
    drawn = _Drawing(paper, columns)
    held: deque[tuple[str, ...]] = deque()
    most_held = _LAST_ROWS - (total is not None)
    for row in chain(first, waiting):
        if len(held) == most_held:
            drawn.add(held.popleft())
        held.append(row)
    drawn.add_last(held, total)
    drawn.end()
    paper.y -= 8


def table_height(rows: int) -> float:
    """What is kept on one page of a table of so many rows: all of it where it is short."""
    return HEAD_HEIGHT + ROW_HEIGHT * (rows if rows < _KEPT_ROWS else _FIRST_ROWS)


class _Slot:
    """Where a column's cells go, and the operators of each text that it showed before."""

    def __init__(
        self, lettering: Lettering, column: Column, left: float, width: float, style: Style
    ) -> None:
        self._lettering, self._style = lettering, style
        self._is_figure = column.is_figure
        self._left, self._right = left, left + width
        self._room = width - _GAP if not column.is_figure else width - 2
        self.seen: dict[str, tuple[str, str]] = {}
        # A page's cells begin in the plain style, and each leaves it as it was.
        self.before, self.after = "", ""
        if style != CELL:
            self.before = _select(lettering, style)
            self.after = " " + _select(lettering, CELL)

    def place(self, text: str) -> tuple[str, str]:
        """The operators that show a text: what comes before the height of its baseline and after.

        Kept in `seen`, where whoever draws looks first.
        """
        style, lettering = self._style, self._lettering
        fitted, wide = lettering.fit_measured(text, style.weight, style.size, self._room)
        x = self._right - wide if self._is_figure else self._left
        shown = lettering.show(fitted, style.weight, style.size)
        placed = f"{self.before} 1 0 0 1 {x:.2f} ", f" Tm{shown}{self.after}"
        if len(self.seen) >= _REMEMBERED:
            self.seen.clear()
        self.seen[text] = placed
        return placed


class _Drawing:
    """A table while it is drawn."""

    def __init__(self, paper: Paper, columns: Sequence[Column]) -> None:
        self._paper = paper
        self._columns = columns
        self._table = paper.structure.add("Table", paper.parent)
        lefts, widths = _spread(columns)
        self._head = self._slots(lefts, widths, lambda _: HEAD)
        self._plain = self._slots(
            lefts, widths, lambda column: CELL_MUTED if column.is_muted else CELL
        )
        self._strong = self._slots(lefts, widths, lambda _: CELL_STRONG)
        self._cells: list[str] = []
        self._rules: list[float] = []
        self._grounds: list[float] = []
        self._draw_head(is_first=True)

    def add(self, row: tuple[str, ...]) -> None:
        """One row."""
        self._make_room(1)
        if isinstance(row, SumRow):
            self._grounds.append(self._paper.y)
            self._add_cells(row, self._strong)
        else:
            self._add_cells(row, self._plain)

    def add_last(self, rows: Collection[tuple[str, ...]], total: tuple[str, ...] | None) -> None:
        """The last rows, and the totals under a rule: all on one page."""
        self._make_room(len(rows) + (total is not None))
        for row in rows:
            self.add(row)
        if total is not None:
            self._add_total(total)

    def _add_total(self, row: tuple[str, ...]) -> None:
        y = self._paper.y
        with self._paper.pen.artifact():
            self._paper.pen.lines([((LEFT, y), (RIGHT, y))], TEXT, 0.8)
        self._add_cells(row, self._strong)

    def end(self) -> None:
        """Put what was collected onto the page."""
        pen = self._paper.pen
        with pen.artifact():
            for y in self._grounds:
                pen.rect(LEFT, y - ROW_HEIGHT, WIDTH, ROW_HEIGHT, GROUND)
            if self._rules:
                pen.rules(self._rules, LEFT, RIGHT, LINE)
        pen.code += [f"BT {_select(self._paper.lettering, CELL)}", *self._cells, "ET"]
        self._cells, self._rules, self._grounds = [], [], []

    def _make_room(self, rows: int) -> None:
        if self._paper.room < rows * ROW_HEIGHT:
            self.end()
            self._paper.end_page()
            self._draw_head(is_first=False)

    def _draw_head(self, is_first: bool) -> None:
        """The titles of the columns: those of later pages are no part of the structure."""
        paper, pen = self._paper, self._paper.pen
        mark = None
        if is_first:
            mark = paper.structure.add_row(self._table, "TH", paper.page, len(self._columns))
        baseline = f"{paper.y - _BASELINE:.2f}"
        for at, (column, slot) in enumerate(zip(self._columns, self._head, strict=True)):
            begin = "/Artifact BMC" if mark is None else f"/TH<</MCID {mark + at}>>BDC"
            before, after = slot.place(column.title)
            pen.code.append(f"{begin} BT {before}{baseline}{after} ET EMC")
        paper.y -= HEAD_HEIGHT
        with pen.artifact():
            pen.lines([((LEFT, paper.y), (RIGHT, paper.y))], FAINT, 0.7)

    def _add_cells(self, row: tuple[str, ...], slots: list[_Slot]) -> None:
        paper, cells = self._paper, self._cells
        mark = paper.structure.add_row(self._table, "TD", paper.page, len(slots))
        y = f"{paper.y - _BASELINE:.2f}"
        for slot, text in zip(slots, row, strict=True):
            before, after = slot.seen.get(text) or slot.place(text)
            cells.append(f"/TD<</MCID {mark}>>BDC{before}{y}{after} EMC")
            mark += 1
        paper.y -= ROW_HEIGHT
        self._rules.append(paper.y)

    def _slots(
        self, lefts: list[float], widths: list[float], choose: Callable[[Column], Style]
    ) -> list[_Slot]:
        return [
            _Slot(self._paper.lettering, column, left, width, choose(column))
            for column, left, width in zip(self._columns, lefts, widths, strict=True)
        ]


def _select(lettering: Lettering, style: Style) -> str:
    return f"{fill_with(style.colour)} {lettering.font_name(style.weight)} {style.size} Tf"


def _spread(columns: Sequence[Column]) -> tuple[list[float], list[float]]:
    """Left ends and widths of the columns over the whole width."""
    whole = sum(column.share for column in columns)
    widths = [WIDTH * column.share / whole for column in columns]
    lefts = [LEFT + sum(widths[:at]) for at in range(len(widths))]
    return lefts, widths
