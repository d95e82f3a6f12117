"""Ticket lines weighed: how many of the hand-labelled ones find their sub-group, and how fast.

The lines and labels are in tests/unit/receipts/footprint: those that the words were written with,
and those that were kept aside.
"""

import argparse
import json
import time
import tracemalloc
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipeline.receipts.footprint import FactorBook
from pipeline.receipts.footprint.matching import LEAST_CONFIDENCE
from pipeline.receipts.footprint.shipped import load_shipped
from tests.bench.table import format_table

LINES = Path(__file__).parent.parent / "unit" / "receipts" / "footprint"
SETS = (("ticket_lines", "written with"), ("ticket_lines_held_out", "kept aside"))
TARGET = 0.80
STEPS = (0.0, LEAST_CONFIDENCE, 0.6, 0.8, 0.9, 1.01)


@dataclass(frozen=True)
class Answer:
    """One line: what it is, what it was taken for, and how surely."""

    text: str
    language: str
    wanted: str
    got: str
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.got == self.wanted


def main(argv: list[str]) -> int:
    """Measure and print; 1 where the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench footprint", description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list the lines that are wrong")
    args = parser.parse_args(argv)
    book, load_s, memory_mb = _load()
    shares = []
    for name, label in SETS:
        started = time.perf_counter()
        answers = [_answer(book, line) for line in _read(name)]
        line_ms = (time.perf_counter() - started) / len(answers) * 1000
        shares.append(_share(answers))
        print(f"\n{len(answers)} lines {label} ({line_ms:.2f} ms a line)\n")
        print(_by_language(answers), _by_confidence(answers), sep="\n\n")
        if args.misses:
            _print_misses(answers)
    print(f"\n{len(book)} factors, made in {load_s:.2f} s, {memory_mb:.0f} MB")
    return 0 if shares[0] >= TARGET else 1


def _load() -> tuple[FactorBook, float, float]:
    """The book, seconds to make it, and megabytes that it keeps."""
    started = time.perf_counter()
    FactorBook()
    load_s = time.perf_counter() - started
    load_shipped.cache_clear()
    tracemalloc.start()
    book = FactorBook()
    memory_mb = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return book, load_s, memory_mb


def _read(name: str) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = json.loads((LINES / f"{name}.json").read_text(encoding="utf-8"))
    return lines


def _answer(book: FactorBook, line: dict[str, str]) -> Answer:
    match = book.match(line["text"], line["language"], line["receipt"])
    confidence = 0.0 if match is None else match.confidence
    got = "unknown"
    if match is not None and confidence >= LEAST_CONFIDENCE:
        got = match.entry.factor.subcategory
    return Answer(line["text"], line["language"], line["subgroup"], got, confidence)


def _share(answers: list[Answer]) -> float:
    return sum(answer.is_right for answer in answers) / len(answers) if answers else 0.0


def _by_language(answers: list[Answer]) -> str:
    rows = []
    for language in ("fr", "en", "all"):
        some = [answer for answer in answers if language in (answer.language, "all")]
        rows.append([language, str(len(some)), f"{_share(some):.3f}"])
    return format_table(["language", "lines", "right sub-group"], rows)


def _by_confidence(answers: list[Answer]) -> str:
    rows = []
    for least, below in pairwise(STEPS):
        some = [answer for answer in answers if least <= answer.confidence < below]
        if some:
            span = f"{least:.2f} to {min(below, 1):.2f}"
            rows.append([span, str(len(some)), f"{_share(some):.3f}"])
    return format_table(["confidence", "lines", "right sub-group"], rows)


def _print_misses(answers: list[Answer]) -> None:
    for answer in answers:
        if not answer.is_right:
            print(f"{answer.text!r}: {answer.got} instead of {answer.wanted}")
