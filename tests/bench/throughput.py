"""Receipts a minute of the whole system beside bare OCR calls on the same pictures, same run.

DIR holds pictures (itself, or in img/). Bare is RapidOCR on OpenVINO as its makers ship it, in
several arrangements of processes and threads; the system is a real server with its worker, to
which every picture is handed over HTTP. Models are loaded before any clock runs.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from sqlmodel import col, func, select

from pipeline.models import FINISHED, Job, JobStatus
from pipeline.settings import Settings
from pipeline.store import close_store, read_session
from tests.bench.bare_ocr import load_bare_engine
from tests.bench.table import format_table
from tests.bench.whole_system import start_whole_system
from tests.support.worker import ROOT, wait_until

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic")
ARRANGEMENTS = ((1, 1, True), (1, 2, True), (2, 1, True), (2, 1, False))
"""Bare OCR: processes, threads in each, and whether OpenVINO may pin them to cores.

By its own default it may, and then two processes of one thread share a core.
"""

RATIO_TARGET = 0.87
SUBMITTERS = 2


@dataclass(frozen=True)
class Pass:
    """All pictures once: wall clock and processor time in seconds."""

    receipts: int
    wall_s: float
    cpu_s: float

    @property
    def per_minute(self) -> float:
        return self.receipts * 60 / self.wall_s


def main(argv: list[str]) -> int:
    """Measure and print; 1 where the system falls below its share, 2 without pictures."""
    args = _parse_arguments(argv)
    pictures = _find_pictures(args.folder)[: args.limit]
    if not pictures:
        print(f"No pictures in {args.folder}.")
        return 2
    measures: dict[str, Callable[[], Pass]] = {
        _name_of(arrangement): lambda a=arrangement: run_bare(pictures, *a)
        for arrangement in ARRANGEMENTS
    }
    measures["whole system"] = lambda: run_system(pictures)
    passes: dict[str, list[Pass]] = {name: [] for name in measures}
    # Round by round, so that whatever else the machine does falls on all alike.
    for _ in range(args.rounds):
        for name, measure in measures.items():
            passes[name].append(measure())
    return _report(passes)


def _parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench throughput", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--limit", type=int, help="only the first so many")
    parser.add_argument("--rounds", type=int, default=1, help="times that all are measured")
    return parser.parse_args(argv)


def _find_pictures(folder: Path) -> list[Path]:
    inner = folder / "img" if (folder / "img").is_dir() else folder
    return [path for path in sorted(inner.iterdir()) if path.suffix.lower() in SUFFIXES]


def _name_of(arrangement: tuple[int, int, bool]) -> str:
    processes, threads, pins = arrangement
    return f"bare, {processes} x {threads}" + ("" if pins else ", not pinned")


def run_bare(pictures: list[Path], processes: int, threads: int, pins: bool) -> Pass:
    """Every picture through the library in a pool of `processes`, one at a time each."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes + 1)
    with context.Pool(processes, _load_bare, (threads, pins, barrier)) as pool:
        barrier.wait()
        workers = [psutil.Process(child.pid) for child in multiprocessing.active_children()]
        before_s, started_s = _cpu_seconds(workers), time.perf_counter()
        for _ in pool.imap_unordered(_read_bare, map(str, pictures)):
            pass
        wall_s = time.perf_counter() - started_s
        return Pass(len(pictures), wall_s, _cpu_seconds(workers) - before_s)


_bare: dict[str, Any] = {}


def _load_bare(threads: int, pins: bool, barrier: Any) -> None:
    # As far back as the system's runners step, which matters where others use the cores.
    psutil.Process().nice(Settings().runner_nice)
    _bare["read"] = load_bare_engine("rapidocr", threads, pins=pins)
    barrier.wait()


def _read_bare(path: str) -> int:
    return len(_bare["read"](Path(path)))


def run_system(pictures: list[Path]) -> Pass:
    """Every picture handed to a running server, until the last receipt is completed."""
    samples = sorted((ROOT / "data" / "samples" / "receipts").glob("*.jpg"))
    with (
        tempfile.TemporaryDirectory() as folder,
        start_whole_system(Path(folder) / "data", COMPTOIR_DISPATCH_S="2") as system,
        ThreadPoolExecutor(SUBMITTERS) as submitters,
    ):
        # Every runner has its models then, and has read a receipt.
        system.read_all(samples)
        settings, server = system.server.settings, system.server
        family = [psutil.Process(server.process.pid), *server.descendants]
        before_s, started_s = _cpu_seconds(family), time.perf_counter()
        # The same bytes twice are one receipt.
        read = set(submitters.map(system.submit, pictures))
        wanted = len(samples) + len(read)
        wait_until(lambda: _count(settings) == wanted, within_s=60 + 10 * len(pictures))
        wall_s = time.perf_counter() - started_s
        spent_s = _cpu_seconds(family) - before_s
        assert _count(settings, JobStatus.COMPLETED) == wanted, "a receipt was not read"
        close_store(settings)
        return Pass(len(read), wall_s, spent_s)


def _count(settings: Settings, *statuses: str) -> int:
    query = select(func.count()).where(
        col(Job.kind) == "receipt.analyze", col(Job.status).in_(statuses or FINISHED)
    )
    with read_session(settings) as session:
        return session.exec(query).one()


def _cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return sum(spent.user + spent.system for spent in times)


def _report(passes: dict[str, list[Pass]]) -> int:
    rates = {name: median(one.per_minute for one in rounds) for name, rounds in passes.items()}
    rows = [
        [
            name,
            f"{rates[name]:.1f}",
            f"{median(one.wall_s for one in rounds):.1f}",
            f"{median(one.cpu_s / one.receipts for one in rounds):.3f}",
        ]
        for name, rounds in passes.items()
    ]
    header = ("arrangement", "receipts a minute", "wall s", "processor s a receipt")
    first = next(iter(passes.values()))
    print(f"\n{first[0].receipts} pictures, median of {len(first)} rounds; processes x threads")
    print(format_table(header, rows))
    system = rates.pop("whole system")
    best = max(rates, key=lambda name: rates[name])
    ratio = system / rates[best]
    print(f"\nwhole system / best bare ({best}) = {ratio:.2f}, target ≥ {RATIO_TARGET}")
    return 0 if ratio >= RATIO_TARGET else 1
