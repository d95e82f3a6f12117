"""`python -m tests.bench report_pdf`: a PDF report beside a bare ReportLab loop, in one run.

The loop draws the cells of the same tables, page by page, with `drawString` and `drawRightString`
in the same fonts, and nothing else: no data is taken, no figure computed or written as text.
"""

import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.files import open_files
from pipeline.reports.figures.compute import compute_figures
from pipeline.reports.order import SECTIONS, ReportOrder
from pipeline.reports.pdf import tables
from pipeline.reports.pdf.document import draw_report
from pipeline.reports.pdf.job import iterate_rows, warm_up
from pipeline.reports.pdf.lettering import load_font
from pipeline.reports.pdf.theme import BOTTOM, CELL, LEFT, PAGE_HEIGHT, PAGE_WIDTH, TOP
from pipeline.reports.period import Period
from pipeline.reports.snapshot.job import Snapshots
from pipeline.reports.snapshot.take import take_snapshots
from pipeline.settings import Settings
from tests.bench.table import format_table

NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
MOST = 1.3
ROUNDS = 5
RECEIPTS, LINES_EACH = 10_000, 10
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))


@dataclass(frozen=True)
class Table:
    """What a table of the report says: its columns, and the cells of every row."""

    columns: tuple[tables.Column, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class PdfMeasurement:
    """Seconds of the report's steps and of what it is compared with."""

    collect_s: float
    figures_s: float
    draw_s: float
    bare_s: float
    long_table_s: float
    pages: int
    size_bytes: int
    cells: int

    @property
    def whole_s(self) -> float:
        """All that the job does before the previews."""
        return self.collect_s + self.figures_s + self.draw_s

    @property
    def ratio(self) -> float:
        """The job against the bare loop."""
        return self.whole_s / self.bare_s


def measure(settings: Settings, order: ReportOrder) -> PdfMeasurement:
    """Make the report of `order` on that store, and draw its tables' cells in a bare loop.

    The quickest of some rounds, in turns: other programs slow down now the one, now the other.
    """
    files = open_files(settings)
    # As a runner does before its first job.
    warm_up(settings)
    snapshots = Snapshots(*take_snapshots(settings, files, order))
    figures = compute_figures(snapshots)

    def draw() -> tuple[int, int]:
        target = io.BytesIO()
        rows = iterate_rows(snapshots.current)
        drawn = draw_report(figures, order, rows, target, created_at=NOW)
        return drawn.pages, target.tell()

    with recorded_tables() as found:
        pages, size = draw()
    steps = (
        lambda: take_snapshots(settings, files, order),
        lambda: compute_figures(snapshots),
        draw,
        lambda: draw_bare(found),
    )
    rounds = [[_time(step) for step in steps] for _ in range(ROUNDS)]
    collect_s, figures_s, draw_s, bare_s = map(min, zip(*rounds, strict=True))
    longest = max(found, key=lambda table: len(table.rows))
    long_table_s = _time(lambda: draw_long_table(longest))
    cells = sum(len(table.columns) * len(table.rows) for table in found)
    return PdfMeasurement(
        collect_s, figures_s, draw_s, bare_s, long_table_s, pages, size, cells
    )  # fmt: skip


@contextmanager
def recorded_tables() -> Iterator[list[Table]]:
    """The tables that are drawn meanwhile."""
    found: list[Table] = []
    begin, add_cells = tables._Drawing.__init__, tables._Drawing._add_cells

    def begin_recorded(self: Any, paper: Any, columns: Any) -> None:
        found.append(Table(tuple(columns), []))
        begin(self, paper, columns)

    def add_recorded(self: Any, row: tuple[str, ...], slots: Any) -> None:
        found[-1].rows.append(tuple(row))
        add_cells(self, row, slots)

    tables._Drawing.__init__ = begin_recorded  # type: ignore[method-assign]
    tables._Drawing._add_cells = add_recorded  # type: ignore[method-assign]
    try:
        yield found
    finally:
        tables._Drawing.__init__ = begin  # type: ignore[method-assign]
        tables._Drawing._add_cells = add_cells  # type: ignore[method-assign]


def draw_bare(found: list[Table]) -> bytes:
    """Each cell where the report has it, page by page."""
    from reportlab.pdfgen.canvas import Canvas

    font = load_font("regular").fontName
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), pageCompression=1)
    for table in found:
        lefts, widths = tables._spread(table.columns)
        places = [
            (column.is_figure, left + width if column.is_figure else left)
            for column, left, width in zip(table.columns, lefts, widths, strict=True)
        ]
        y = TOP
        canvas.setFont(font, CELL.size)
        for row in table.rows:
            if y - CELL.leading < BOTTOM:
                canvas.showPage()
                canvas.setFont(font, CELL.size)
                y = TOP
            for (is_figure, x), text in zip(places, row, strict=True):
                if is_figure:
                    canvas.drawRightString(x, y, text)
                else:
                    canvas.drawString(x, y, text)
            y -= CELL.leading
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def draw_long_table(table: Table) -> bytes:
    """The longest table as platypus draws it, for interest."""
    from reportlab.platypus import LongTable, SimpleDocTemplate

    target = io.BytesIO()
    document = SimpleDocTemplate(target, leftMargin=LEFT, rightMargin=LEFT)
    titles = tuple(column.title for column in table.columns)
    _, widths = tables._spread(table.columns)
    style = [("FONT", (0, 0), (-1, -1), load_font("regular").fontName, CELL.size)]
    drawn = LongTable([titles, *table.rows], colWidths=widths, repeatRows=1, style=style)
    document.build([drawn])
    return target.getvalue()


def _time(work: Callable[[], Any]) -> float:
    begun_s = time.perf_counter()
    work()
    return time.perf_counter() - begun_s


def show(measured: PdfMeasurement) -> str:
    """The figures as a table, and whether the promise is kept."""
    rows = [
        ("collect", f"{measured.collect_s:.2f} s"),
        ("figures", f"{measured.figures_s:.2f} s"),
        ("draw", f"{measured.draw_s:.2f} s"),
        ("whole report", f"{measured.whole_s:.2f} s"),
        ("bare ReportLab loop", f"{measured.bare_s:.2f} s"),
        (f"ratio (at most {MOST})", f"{measured.ratio:.2f}"),
        ("platypus LongTable, receipts alone", f"{measured.long_table_s:.2f} s"),
        ("pages", str(measured.pages)),
        ("cells", f"{measured.cells:,}"),
        ("size", f"{measured.size_bytes / 1e6:.1f} MB"),
    ]
    return format_table(("PDF", ""), rows)


def main(argv: list[str]) -> int:
    """Measure on a store of its own; the number of receipts may be given."""
    from tests.support.migrated import migrate_copy
    from tests.support.report_data import fill_report_data

    receipts = int(argv[0]) if argv else RECEIPTS
    order = ReportOrder("pdf", YEAR, language="fr", sections=SECTIONS["pdf"])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        migrate_copy(settings)
        fill_report_data(settings, receipts=receipts, lines_each=LINES_EACH)
        measured = measure(settings, order)
    print(show(measured))
    return 0 if measured.ratio <= MOST else 1
