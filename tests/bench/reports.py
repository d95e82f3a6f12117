"""`python -m tests.bench reports [--n 10000]`: reports over many receipts, against their promises.

Data and figures by themselves; PDF and Excel beside bare loops of their libraries; then each kind
as a worker runs it, in a fresh process, with the most memory that this took.
"""

import argparse
import logging
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.jobs import endings, ledger
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import get_kind, kinds_of
from pipeline.jobs.ledger import Claim
from pipeline.reports.order import SECTIONS, ReportKind, ReportOrder
from pipeline.reports.period import Period
from pipeline.reports.submit import add_report
from pipeline.settings import Settings
from pipeline.store import migrate, write_session
from tests.bench import report_excel, report_pdf
from tests.bench.table import format_table
from tests.support.postgresql import new_database, start_postgresql
from tests.support.report_data import fill_report_data

RECEIPTS, LINES_EACH = 10_000, 10
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
# Promised of 10,000 receipts: fewer are mostly overhead, more only have to end.
MOST_COLLECT_S, MOST_FIGURES_S = 1.0, 0.3
MOST_RATIO, MOST_MB = 1.3, 400.0
ROUNDS = 3
KINDS: tuple[ReportKind, ...] = ("dummy", "pdf", "excel")
HEADER = ("what", "is", "at most", "kept")


@dataclass(frozen=True)
class Row:
    """One figure and what it may be; `most` None where nothing is promised."""

    what: str
    value: float
    unit: str
    most: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.most is None or self.value <= self.most

    def cells(self) -> tuple[str, ...]:
        digits = 0 if self.unit == "MB" else 2
        most = "" if self.most is None else f"{self.most:.{digits}f} {self.unit}"
        kept = "" if self.most is None else "yes" if self.is_kept else "NO"
        return (self.what, f"{self.value:.{digits}f} {self.unit}", most, kept)


def main(argv: list[str]) -> int:
    """Fill a store, make reports, print; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench reports")
    parser.add_argument("--n", type=int, default=RECEIPTS, help="how many receipts")
    parser.add_argument("--lines", type=int, default=LINES_EACH, help="lines of each")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args(argv)
    with _open(options.store) as settings:
        fill_report_data(settings, receipts=options.n, lines_each=options.lines)
        is_usual = options.n == RECEIPTS
        rows = list(_measure(settings, is_usual))
    print(f"{options.store}, {options.n:,} receipts with {options.lines} lines each")
    print(format_table(HEADER, [row.cells() for row in rows]))
    return int(not all(row.is_kept for row in rows))


def _measure(settings: Settings, is_usual: bool) -> Iterator[Row]:
    def most(value: float) -> float | None:
        return value if is_usual else None

    collect_s, figures_s = _in_fresh_process(measure_data, settings, _order("excel"))
    yield Row("taking the data", collect_s, "s", most(MOST_COLLECT_S))
    yield Row("figures", figures_s, "s", most(MOST_FIGURES_S))
    pdf = _in_fresh_process(report_pdf.measure, settings, _order("pdf"))
    yield Row("PDF, all of it", pdf.whole_s, "s")
    yield Row("bare ReportLab loop", pdf.bare_s, "s")
    yield Row("PDF beside it", pdf.ratio, "×", most(MOST_RATIO))
    excel = report_excel.measure(settings, _order("excel"))
    yield Row("Excel, all of it", excel.whole_s, "s")
    yield Row("bare XlsxWriter loop", excel.bare_s, "s")
    yield Row("Excel beside it", excel.ratio, "×", most(MOST_RATIO))
    for kind in KINDS:
        took_s, peak_mb = _in_fresh_process(run_as_a_worker, settings, _order(kind))
        yield Row(f"report.{kind} in a runner", took_s, "s")
        yield Row("  its most memory", peak_mb, "MB", most(MOST_MB))


def measure_data(settings: Settings, order: ReportOrder) -> tuple[float, float]:
    """Seconds of taking the data and of computing the figures; the quickest of some rounds."""
    from pipeline.reports.figures.compute import compute_figures
    from pipeline.reports.snapshot.job import Snapshots
    from pipeline.reports.snapshot.take import take_snapshots
    from pipeline.reports.warm_up import warm_up

    warm_up(settings)
    files = open_files(settings)
    rounds = []
    for _ in range(ROUNDS):
        begun_s = time.perf_counter()
        snapshots = Snapshots(*take_snapshots(settings, files, order))
        taken_s = time.perf_counter()
        compute_figures(snapshots)
        rounds.append((taken_s - begun_s, time.perf_counter() - taken_s))
    collect_s, figures_s = map(min, zip(*rounds, strict=True))
    return collect_s, figures_s


def run_as_a_worker(settings: Settings, order: ReportOrder) -> tuple[float, float]:
    """Seconds of one job from its claim to its end, and the most memory of its process in MB."""
    for kind in kinds_of("reports"):
        if kind.warm_up is not None:
            kind.warm_up(settings)
    kind = get_kind(f"report.{order.kind}")
    with write_session(settings) as session:
        report = add_report(session, order, now=utc_now(), client_id="")
        held = _claim(session, report.id)
    begun_s = time.perf_counter()
    outcome = kind.run(JobContext(held, settings))
    with write_session(settings) as session:
        assert endings.complete(session, held, kind, outcome, now=utc_now())
    took_s = time.perf_counter() - begun_s
    return took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _claim(session: Any, job_id: str) -> Claim:
    session.flush()
    held = ledger.claim(
        session, job_id, "bench", now=utc_now(), lease_s=3600, time_limit_s=lambda *_: 3600
    )
    assert held is not None
    return held


def _order(kind: ReportKind) -> ReportOrder:
    period = None if kind == "dummy" else YEAR
    return ReportOrder(kind, period, language="fr", sections=SECTIONS[kind])


def _in_fresh_process(work: Callable[..., Any], settings: Settings, order: ReportOrder) -> Any:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=_quieten) as process:
        return process.submit(work, settings, order).result()


def _quieten() -> None:
    level = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=level)


@contextmanager
def _open(store: str) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        # Runners read their settings from the environment.
        os.environ["COMPTOIR_DATA_DIR"] = folder
        if store == "sqlite":
            settings = Settings(data_dir=Path(folder))
            migrate(settings)
            yield settings
            return
        with start_postgresql() as server:
            url = new_database(server)
            os.environ |= {"COMPTOIR_DATABASE_URL": url, "COMPTOIR_STORE_WAIT_S": "300"}
            yield Settings()
