"""How fast and how surely products are found by vectors: the index over a store of N products.

Everything goes the way of a question in the dashboard: the owner looks whether anything changed,
brings the index up, and asks it. What is found is compared with all vectors in NumPy.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.catch_up import catch_up
from pipeline.catalog.index.owner import IndexOwner
from pipeline.catalog.vectors import KINDS, VectorKind, Vectors
from pipeline.settings import Settings
from pipeline.store import migrate
from tests.bench.table import format_table
from tests.support.clustered_products import ENCODER, ManyProducts, write_new

Timed = TypeVar("Timed")

CURVE = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
HEADER = (
    "products", "fill s", "optimise s", "p50 ms", "p95 ms", "filtered p50", "filtered p95",
    "recall@10", "filtered", "1,000 new s", "restart s", "MB on disk",
)  # fmt: skip
QUESTIONS = 400
FOUND = 10
NEW = 1000
SEARCH_P95_MS = 5.0
RECALL = 0.99
CATCH_UP_S = 1.0
RESTART_S = 2.0


@dataclass(frozen=True)
class Measured:
    """One row of the table; times of searches in milliseconds, others in seconds."""

    products: int
    fill_s: float
    optimize_s: float
    plain_ms: Sequence[float]
    filtered_ms: Sequence[float]
    recall: float
    filtered_recall: float
    catch_up_s: float
    restart_s: float
    disk_mb: float

    @property
    def misses(self) -> list[str]:
        """What is worse than its target."""
        figures = {
            "p95": (p95(self.plain_ms), SEARCH_P95_MS),
            "filtered p95": (p95(self.filtered_ms), SEARCH_P95_MS),
            "recall@10": (-self.recall, -RECALL),
            "filtered recall@10": (-self.filtered_recall, -RECALL),
            "1,000 new": (self.catch_up_s, CATCH_UP_S),
            "restart": (self.restart_s, RESTART_S),
        }
        return [name for name, (found, limit) in figures.items() if found > limit]

    def row(self) -> list[str]:
        """Its cells."""
        return [
            f"{self.products:,}", f"{self.fill_s:.1f}", f"{self.optimize_s:.1f}",
            f"{np.median(self.plain_ms):.2f}", f"{p95(self.plain_ms):.2f}",
            f"{np.median(self.filtered_ms):.2f}", f"{p95(self.filtered_ms):.2f}",
            f"{self.recall:.4f}", f"{self.filtered_recall:.4f}",
            f"{self.catch_up_s:.2f}", f"{self.restart_s:.2f}", f"{self.disk_mb:.0f}",
        ]  # fmt: skip


def main(argv: list[str]) -> int:
    """Measure one size or the curve up to it, print; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench search")
    parser.add_argument("--n", type=int, default=100_000, help="products")
    parser.add_argument("--curve", action="store_true", help="all sizes from 1,000 up to --n")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--first", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.first:
        return _ask_first(options.first, options.seed)
    sizes = [size for size in CURVE if size < options.n] if options.curve else []
    rows = []
    for size in (*sizes, options.n):
        rows.append(_measure(size, options.seed))
        # The largest takes a quarter of an hour: what is there is shown if that is interrupted.
        told = [f"{name} {cell}" for name, cell in zip(HEADER, rows[-1].row(), strict=True)]
        print(*told, f"load {os.getloadavg()[0]:.1f}", sep=", ", file=sys.stderr, flush=True)
    print(f"{ENCODER.dimension} dimensions, two vectors each, {QUESTIONS} questions of each kind")
    print(format_table(HEADER, [row.row() for row in rows]))
    missed = {f"{row.products:,}": row.misses for row in rows if row.misses}
    print("targets:", f"missed {missed}" if missed else "all reached")
    return int(bool(rows[-1].misses))


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return float(np.percentile(times, 95))


def _measure(size: int, seed: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        settings = Settings(data_dir=Path(folder))
        migrate(settings)
        many = ManyProducts(size, seed)
        many.write(settings)
        owner = IndexOwner(settings)
        index, fill_s = _timed(lambda: owner.current(ENCODER))
        _, optimize_s = _timed(
            lambda: index.optimize(lambda fed: catch_up(settings, fed, ENCODER.id))
        )
        index.flush()
        plain_ms, recall = _ask_all(owner, many, [ProductFilter()])
        filtered_ms, filtered_recall = _ask_all(owner, many, many.filters())
        catch_up_s = _catch_up(settings, owner, many)
        owner.close()
        return Measured(
            size, fill_s, optimize_s, plain_ms, filtered_ms, recall, filtered_recall, catch_up_s,
            _restart(settings.data_dir, seed), _size_mb(settings.data_dir / "index"),
        )  # fmt: skip


def _ask_all(
    owner: IndexOwner, many: ManyProducts, filters: Sequence[ProductFilter]
) -> tuple[list[float], float]:
    """Milliseconds of each question, and the share of the exact ten nearest that were found."""
    times_ms, shares = [], []
    for place, wanted in enumerate(filters):
        for kind in KINDS:
            questions = many.questions(QUESTIONS // len(filters) // len(KINDS) + 1, place)[kind]
            exact = many.nearest(questions, kind, wanted, FOUND)
            for question, nearest in zip(questions, exact, strict=True):
                ids, spent_ms = _ask(owner, question, kind, wanted)
                times_ms.append(spent_ms)
                if nearest:
                    shares.append(len(ids & nearest) / len(nearest))
    return times_ms, float(np.mean(shares))


def _ask(
    owner: IndexOwner, question: Vectors, kind: VectorKind, wanted: ProductFilter
) -> tuple[set[int], float]:
    started_s = time.perf_counter()
    hits = owner.current(ENCODER).search(question, kind, wanted, FOUND)
    spent_s = time.perf_counter() - started_s
    return {hit.id for hit in hits}, spent_s * 1000


def _catch_up(settings: Settings, owner: IndexOwner, many: ManyProducts) -> float:
    """Seconds until 1,000 products that were just written are found."""
    questions = write_new(settings, many, NEW)
    index, spent_s = _timed(lambda: owner.current(ENCODER))
    found = index.search(questions[0], "image", ProductFilter(), 1)[0]
    assert found.score > 0.999, "a product that was just written is not found"
    return spent_s


def _restart(data_dir: Path, seed: int) -> float:
    """Seconds from the start of a new process to its first answer."""
    started_s = time.perf_counter()
    subprocess.run(
        (
            sys.executable,
            "-m",
            "tests.bench",
            "search",
            "--first",
            str(data_dir),
            "--seed",
            str(seed),
        ),
        check=True,
    )
    return time.perf_counter() - started_s


def _ask_first(data_dir: Path, seed: int) -> int:
    question = ManyProducts(1, seed).questions(1, 0)["image"][0]
    owner = IndexOwner(Settings(data_dir=data_dir))
    found = owner.current(ENCODER).search(question, "image", ProductFilter(), FOUND)
    # What is written down at the end is not part of the answer.
    sys.stdout.flush()
    os._exit(0 if found else 1)


def _timed(act: Callable[[], Timed]) -> tuple[Timed, float]:
    started_s = time.perf_counter()
    result = act()
    return result, time.perf_counter() - started_s


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*")) / 1e6
