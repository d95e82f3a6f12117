"""SROIE receipts through the whole system: exact fields, line items, calibration.

DIR holds img/*.jpg, key/*.json, box/*.csv and maybe items.jsonl (ICDAR 2019 SROIE).
Beside the system runs the bare OCR engine on the same pictures: what no rule can exceed.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from pipeline.receipts.document import PageText
from tests.bench import accuracy
from tests.bench.accuracy import ItemCounts, Judged
from tests.bench.bare_ocr import load_bare_engine
from tests.bench.sroie import FIELDS, SroieReceipt, load_receipts
from tests.bench.table import format_table
from tests.bench.whole_system import start_whole_system

NAMES = {
    "company": "merchantName",
    "date": "date",
    "address": "merchantAddress",
    "total": "totalAmount",
}


@dataclass(frozen=True)
class Measured:
    """One receipt: what was found, what was right, and what the texts hold."""

    truth: SroieReceipt
    found: dict[str, Any]
    exact: dict[str, bool]
    in_text: dict[str, bool]
    in_bare_text: dict[str, bool] | None
    items: ItemCounts | None
    character_errors: float
    needs_review: bool


def main(argv: list[str]) -> int:
    """Measure and print; 2 where the folder holds nothing to measure."""
    args = _parse_arguments(argv)
    receipts = load_receipts(args.folder)[: args.limit]
    if not receipts:
        print(f"No receipts in {args.folder}: it needs img/*.jpg and key/*.json of the same names.")
        return 2
    with tempfile.TemporaryDirectory() as folder, start_whole_system(Path(folder)) as system:
        ids, results = system.read_all([receipt.picture for receipt in receipts])
        texts = [
            system.text_of(request_id) if result else []
            for request_id, result in zip(ids, results, strict=True)
        ]
    bare = None if args.no_baseline else load_bare_engine("rapidocr")
    measured = [
        judge(receipt, result, text, bare(receipt.picture) if bare else None)
        for receipt, result, text in zip(receipts, results, texts, strict=True)
    ]
    _report(measured, with_misses=args.misses)
    return 0


def _parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench receipts", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--limit", type=int, help="only the first so many")
    parser.add_argument("--misses", action="store_true", help="list the fields that do not match")
    parser.add_argument("--no-baseline", action="store_true", help="leave the bare engine out")
    return parser.parse_args(argv)


def judge(
    truth: SroieReceipt, result: dict[str, Any] | None, text: Sequence[PageText], bare: str | None
) -> Measured:
    """Compare one result (None where the reading failed) with its truth."""
    fields = result["extractedFields"] if result else {}
    found = {name: accuracy.value_of(fields, key) for name, key in NAMES.items()}
    read = "\n".join(line.text for page in text for line in page.lines)
    printed = "\n".join(line.text for line in truth.transcript.lines)
    return Measured(
        truth=truth,
        found={name: fields.get(key) for name, key in NAMES.items()},
        exact={
            "company": accuracy.same_text(found["company"], truth.company),
            "date": truth.day is not None and found["date"] == truth.day.isoformat(),
            "address": accuracy.same_text(found["address"], truth.address),
            "total": accuracy.same_amount(found["total"], truth.total),
        },
        in_text=_find_anywhere(read, truth),
        in_bare_text=None if bare is None else _find_anywhere(bare, truth),
        items=_match_items(fields, truth),
        character_errors=accuracy.character_error_rate(read, printed),
        needs_review=result is None or result["needsReview"],
    )


def _match_items(fields: dict[str, Any], truth: SroieReceipt) -> ItemCounts | None:
    if truth.items is None:
        return None
    items = [(item["description"], item["amount"]) for item in fields.get("items", ())]
    return accuracy.match_items(items, truth.items)


def _find_anywhere(text: str, truth: SroieReceipt) -> dict[str, bool]:
    """Is the right value somewhere in the text, letter by letter?"""
    letters = accuracy.normalise(text)
    wanted = {"company": truth.company, "address": truth.address, "total": str(truth.total)}
    return {name: accuracy.normalise(value) in letters for name, value in wanted.items()}


def _report(measured: list[Measured], *, with_misses: bool) -> None:
    print(f"\n{len(measured)} receipts, end to end")
    print(format_table(("field", "exact", "in our text", "in bare text"), _field_rows(measured)))
    counts = [one.items for one in measured if one.items is not None]
    if counts:
        precision, recall, f1 = accuracy.f1_score(counts)
        print(f"\nitems of {len(counts)} receipts (name 0.6 similar, amount equal)")
        print(f"  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    errors = [one.character_errors for one in measured]
    print(f"\ncharacter error rate: mean {mean(errors):.4f}, median {median(errors):.4f}\n")
    print(format_table(("confidence of", "ECE", "accepted at 99 %"), _calibration_rows(measured)))
    free = sum(not one.needs_review for one in measured)
    print(f"\nneeded no review: {free / len(measured):.3f}")
    if with_misses:
        _list_misses(measured)


def _field_rows(measured: list[Measured]) -> list[list[str]]:
    shares = [mean(one.exact[field] for one in measured) for field in FIELDS]
    rows = [
        [field, f"{share:.3f}", *_text_shares(measured, field)]
        for field, share in zip(FIELDS, shares, strict=True)
    ]
    return [*rows, ["mean", f"{mean(shares):.3f}", "", ""]]


def _text_shares(measured: list[Measured], field: str) -> list[str]:
    views = [[one.in_text for one in measured], [one.in_bare_text for one in measured]]
    return [
        f"{mean(view[field] for view in some if view):.3f}"
        if all(view is not None and field in view for view in some)
        else ""
        for some in views
    ]


def _calibration_rows(measured: list[Measured]) -> list[list[str]]:
    rows = []
    for field in ("company", "date", "total"):
        judged = [
            Judged(one.found[field]["confidence"], one.exact[field])
            for one in measured
            if one.found[field] is not None
        ]
        share, threshold = accuracy.accepted_share(judged, len(measured))
        error = accuracy.calibration_error(judged)
        rows.append([field, f"{error:.3f}", f"{share:.3f} (from {threshold:.3f})"])
    return rows


def _list_misses(measured: list[Measured]) -> None:
    for one in measured:
        truth = {
            "company": one.truth.company,
            "date": one.truth.day,
            "address": one.truth.address,
            "total": one.truth.total,
        }
        for field in FIELDS:
            if not one.exact[field]:
                value = one.found[field] and one.found[field]["value"]
                print(f"{one.truth.name}  {field}: {truth[field]!s} read as {value!r}")
