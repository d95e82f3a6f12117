"""How fast words find receipts: one page with its count over 100,000 of them, on either store."""

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.clock import utc_now
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.queries import list_receipts
from pipeline.settings import Settings
from pipeline.store import migrate, read_session
from tests.bench.table import format_table
from tests.support.many_receipts import FREQUENT, RARE, seed_receipts, word_of_rank
from tests.support.postgresql import new_database, start_postgresql

TARGET_MS = 100.0
HEADER = ("question", "found", "p50 ms", "p95 ms", "target")
USUAL = word_of_rank(300)
WORDS: dict[str, dict[str, Any]] = {
    "all receipts": {},
    "a rare word": {"query": f"{RARE} "},
    "a usual word": {"query": f"{USUAL} "},
    "a word on every receipt": {"query": f"{FREQUENT} "},
    "its beginning": {"query": FREQUENT[:3]},
    "two words": {"query": f"{FREQUENT} {USUAL}"},
    "a phrase": {"query": f'"{word_of_rank(1)} {word_of_rank(2)}"'},
    "an amount": {"query": "17,54"},
    "all but a rare word": {"query": f"-{RARE}"},
    "the beginning of an id": {"query": "abcdef"},
    "a usual word and a grade": {"query": USUAL, "grade": "A"},
}


def main(argv: list[str]) -> int:
    """Seed a store, ask, print; 1 where a word takes longer than the target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench receipt_search")
    parser.add_argument("--receipts", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args(argv)
    with _open(options.store) as settings:
        seed_receipts(settings, options.receipts, now=utc_now())
        rows = [
            (name, *_ask(settings, ReceiptFilter(**wanted), options.repeats))
            for name, wanted in WORDS.items()
        ]
    print(f"{options.store}, {options.receipts:,} receipts")
    print(format_table(HEADER, [(*row, f"{TARGET_MS:.0f}") for row in rows]))
    return int(any(float(row[3]) > TARGET_MS for row in rows))


@contextmanager
def _open(store: str) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory() as folder:
        if store == "sqlite":
            settings = Settings(data_dir=Path(folder))
            migrate(settings)
            yield settings
            return
        with start_postgresql() as server:
            # Seeding writes thousands of rows in one statement.
            url = new_database(server)
            yield Settings(data_dir=Path(folder), store_url=url, store_wait_s=300)


def _ask(settings: Settings, wanted: ReceiptFilter, repeats: int) -> tuple[str, str, str]:
    times_ms = []
    for _ in range(repeats):
        start_s = time.perf_counter()
        with read_session(settings) as session:
            found = list_receipts(session, wanted, now=utc_now(), workers=2, limit=25)
        times_ms.append(1000 * (time.perf_counter() - start_s))
    p95_ms = sorted(times_ms)[math.ceil(0.95 * repeats) - 1]
    count = f"{found.total:,}{'+' if found.total_is_at_least else ''}"
    return count, f"{statistics.median(times_ms):.1f}", f"{p95_ms:.1f}"
