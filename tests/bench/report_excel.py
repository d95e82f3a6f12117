"""`python -m tests.bench report_excel`: a workbook beside a bare XlsxWriter loop, in one run.

The loop writes the cells of the same rows in constant memory and nothing else: no data is taken,
no formula, table or chart written. Each is made in a process of its own, warmed up as a runner is.
"""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.files import open_files
from pipeline.reports.order import ReportOrder, check_order
from pipeline.reports.period import Period
from pipeline.settings import Settings
from tests.bench.table import format_table

NOW = datetime(2026, 4, 2, 8, tzinfo=UTC)
MOST, MOST_MB = 1.3, 400
RECEIPTS, LINES_EACH = 10_000, 10
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))


@dataclass(frozen=True)
class ExcelMeasurement:
    """Seconds of the workbook's steps, its most memory, and what it is compared with."""

    collect_s: float
    figures_s: float
    write_s: float
    bare_s: float
    peak_mb: float
    rows: int
    cells: int
    size_bytes: int

    @property
    def whole_s(self) -> float:
        """All that the job does."""
        return self.collect_s + self.figures_s + self.write_s

    @property
    def ratio(self) -> float:
        """The job against the bare loop."""
        return self.whole_s / self.bare_s


def measure(settings: Settings, order: ReportOrder) -> ExcelMeasurement:
    """Make the workbook of `order` on that store, then write its rows in a bare loop."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as runner:
        made = runner.submit(make_workbook, settings, order).result()
    with ProcessPoolExecutor(1, mp_context=context) as runner:
        bare_s, rows, cells = runner.submit(write_bare, settings, order).result()
    return ExcelMeasurement(
        *made[:3], bare_s=bare_s, peak_mb=made[3], rows=rows, cells=cells, size_bytes=made[4]
    )


def make_workbook(settings: Settings, order: ReportOrder) -> tuple[float, float, float, float, int]:
    """Seconds of collecting, figures and writing; most memory in MB; size in bytes."""
    from pipeline.reports.excel.job import warm_up
    from pipeline.reports.excel.workbook import write_workbook
    from pipeline.reports.figures.compute import compute_figures
    from pipeline.reports.snapshot.job import Snapshots
    from pipeline.reports.snapshot.take import take_snapshots

    warm_up(settings)
    files = open_files(settings)
    collect_s, snapshots = _time(lambda: Snapshots(*take_snapshots(settings, files, order)))
    figures_s, figures = _time(lambda: compute_figures(snapshots))
    with tempfile.NamedTemporaryFile() as target:

        def write() -> None:
            write_workbook(snapshots.current, figures, order, target, created_at=NOW)  # type: ignore[arg-type]

        write_s, _ = _time(write)
        size = target.tell()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return collect_s, figures_s, write_s, peak_mb, size


def write_bare(settings: Settings, order: ReportOrder) -> tuple[float, int, int]:
    """Seconds of the loop, and how many rows and cells it wrote; its data are there before."""
    from pipeline.reports.excel.columns import COLUMNS
    from pipeline.reports.excel.rows import SheetData
    from pipeline.reports.excel.tallies import name_groups
    from pipeline.reports.snapshot.take import take_snapshots
    from pipeline.reports.texts import Texts

    snapshot, _ = take_snapshots(settings, open_files(settings), order)
    data = SheetData(snapshot, Texts("en"), name_groups(snapshot))
    sheets = {
        kind: (columns, [row for batch in data.batches(kind) for row in batch.rows()])
        for kind, columns in COLUMNS.items()
    }
    with tempfile.NamedTemporaryFile() as target:
        bare_s, cells = _time(lambda: _write_sheets(sheets, target))
    return bare_s, sum(len(rows) for _, rows in sheets.values()), cells


def _write_sheets(sheets: dict[Any, Any], target: Any) -> int:
    from xlsxwriter import Workbook

    from pipeline.reports.excel.styles import Styles

    book = Workbook(target, {"constant_memory": True})
    styles, written = Styles(book), 0
    for kind, (columns, rows) in sheets.items():
        sheet = book.add_worksheet(kind)
        looks: dict[str | None, list[Any]] = {}
        for number, (currency, *cells) in enumerate(rows, 1):
            look = looks.get(currency)
            if look is None:
                look = looks[currency] = [styles.plain(c.kind, currency) for c in columns]
            for place, cell in enumerate(cells):
                if cell is None:
                    continue
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell, look[place])
                else:
                    sheet.write_number(number, place, cell, look[place])
                written += 1
    book.close()
    return written


def _time(work: Callable[[], Any]) -> tuple[float, Any]:
    begun_s = time.perf_counter()
    result = work()
    return time.perf_counter() - begun_s, result


def show(measured: ExcelMeasurement) -> str:
    """The figures as a table."""
    rows = [
        ("collect", f"{measured.collect_s:.2f} s"),
        ("figures", f"{measured.figures_s:.2f} s"),
        ("write", f"{measured.write_s:.2f} s"),
        ("whole workbook", f"{measured.whole_s:.2f} s"),
        ("bare XlsxWriter loop", f"{measured.bare_s:.2f} s"),
        (f"ratio (at most {MOST})", f"{measured.ratio:.2f}"),
        (f"most memory (at most {MOST_MB} MB)", f"{measured.peak_mb:.0f} MB"),
        ("rows", f"{measured.rows:,}"),
        ("cells", f"{measured.cells:,}"),
        ("size", f"{measured.size_bytes / 1e6:.1f} MB"),
    ]
    return format_table(("Excel", ""), rows)


def main(argv: list[str]) -> int:
    """Measure on a store of its own; the number of receipts may be given."""
    from tests.support.migrated import migrate_copy
    from tests.support.report_data import fill_report_data

    receipts = int(argv[0]) if argv else RECEIPTS
    order = check_order(ReportOrder("excel", YEAR, language="fr"))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        migrate_copy(settings)
        fill_report_data(settings, receipts=receipts, lines_each=LINES_EACH)
        measured = measure(settings, order)
    print(show(measured))
    return 0 if measured.ratio <= MOST and measured.peak_mb <= MOST_MB else 1
