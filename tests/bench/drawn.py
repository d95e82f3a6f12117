"""Receipts that we draw, through the whole system, in each degradation: every field and the items.

The truth of a drawn receipt is exact, so that all fields count, not only those that others label.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from pipeline.samples.generate import generate_receipt
from pipeline.samples.wear import DEGRADATIONS
from tests.bench import accuracy
from tests.bench.accuracy import ItemCounts, Judged
from tests.bench.table import format_table
from tests.bench.whole_system import start_whole_system

JPEG_QUALITY = 88
TEXTS = {
    "merchantName": "merchant",
    "merchantAddress": "address",
    "merchantPhone": "phone",
    "siret": "siret",
    "vatNumber": "vatNumber",
    "date": "date",
    "time": "time",
    "currency": "currency",
    "paymentMethod": "paymentMethod",
    "receiptNumber": "receiptNumber",
    "language": "language",
}
AMOUNTS = {"totalAmount": "total", "subtotal": "subtotal", "change": "change"}
# The generator tells supermarkets and bakeries apart; the contract's word for both is retail.
TYPES = {name: name for name in ("restaurant", "pharmacy", "fuel")}
CALIBRATED = ("merchantName", "date", "totalAmount")


@dataclass(frozen=True)
class Judgement:
    """One drawn receipt: right or wrong by field, its items, and its confidences."""

    name: str
    degradation: str
    right: dict[str, bool]
    items: ItemCounts
    judged: dict[str, Judged]
    misses: tuple[str, ...]
    needs_review: bool


def main(argv: list[str]) -> int:
    """Draw, read and print the share that is right."""
    args = _parse_arguments(argv)
    with tempfile.TemporaryDirectory() as folder:
        pictures = _draw(Path(folder) / "drawn", args.count, args.seed, args.country)
        with start_whole_system(Path(folder) / "data") as system:
            _, results = system.read_all(pictures)
        truths = [json.loads(picture.with_suffix(".json").read_text()) for picture in pictures]
    judgements = [
        judge(picture.stem, truth, result)
        for picture, truth, result in zip(pictures, truths, results, strict=True)
    ]
    report(judgements, with_misses=args.misses)
    return 0


def _parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench drawn", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="receipts, degradations in turn")
    parser.add_argument("--seed", type=int, default=20_261_122)
    parser.add_argument("--country", choices=("fr", "gb", "us", "any"), default="fr")
    parser.add_argument("--misses", action="store_true", help="list what is wrong")
    return parser.parse_args(argv)


def _draw(folder: Path, count: int, seed: int, country: str) -> list[Path]:
    folder.mkdir(parents=True)
    pictures = []
    for index in range(count):
        degradation = DEGRADATIONS[index % len(DEGRADATIONS)]
        picture, truth = generate_receipt(
            seed + index, degradation, country=None if country == "any" else country
        )
        path = folder / f"{index:04d}-{degradation}.jpg"
        picture.save(path, "JPEG", quality=JPEG_QUALITY)
        path.with_suffix(".json").write_text(truth.to_json())
        pictures.append(path)
    return pictures


def judge(name: str, truth: dict[str, Any], result: dict[str, Any] | None) -> Judgement:
    """Compare one result (None where the reading failed) with the drawn truth."""
    fields: dict[str, Any] = result["extractedFields"] if result else {}
    found = {key: accuracy.value_of(fields, key) for key in (*TEXTS, *AMOUNTS)}
    right = {key: accuracy.same_text(found[key], truth[name]) for key, name in TEXTS.items()}
    right |= {key: accuracy.same_amount(found[key], truth[name]) for key, name in AMOUNTS.items()}
    right["receiptType"] = (result or {}).get("receiptType") == TYPES.get(
        truth["receiptType"], "retail"
    )
    right["taxes"] = _tax_set(fields.get("taxes", ())) == _tax_set(truth["taxes"])
    right["items: quantity"] = _quantities(fields) == _quantities(truth)
    misses = [
        f"{key}: {truth[wanted]!r} read as {found[key]!r}"
        for key, wanted in (TEXTS | AMOUNTS).items()
        if not right[key]
    ]
    return Judgement(
        name=name,
        degradation=truth["degradation"],
        right=right,
        items=accuracy.match_items(_items(fields), _items(truth)),
        judged={
            key: Judged(fields[key]["confidence"], right[key])
            for key in CALIBRATED
            if key in fields
        },
        misses=tuple(misses),
        needs_review=result is None or result["needsReview"],
    )


def _items(fields: dict[str, Any]) -> list[tuple[str, float]]:
    return [(item["description"], item["amount"]) for item in fields.get("items", ())]


def _quantities(fields: dict[str, Any]) -> list[tuple[str, float, float]]:
    return sorted(
        (f"{float(item['amount']):.2f}", float(item["quantity"]), float(item["discount"]))
        for item in fields.get("items", ())
    )


def _tax_set(taxes: Any) -> set[tuple[str, ...]]:
    return {
        tuple(
            "" if tax[part] is None else f"{float(tax[part]):.2f}"
            for part in ("rate", "base", "amount")
        )
        for tax in taxes
    }


def report(judgements: list[Judgement], *, with_misses: bool) -> None:
    """Print one column a degradation, then items and calibration."""
    groups: dict[str, list[Judgement]] = defaultdict(list)
    for one in judgements:
        groups[one.degradation].append(one)
    rows = [
        [field, *(f"{mean(one.right[field] for one in group):.3f}" for group in groups.values())]
        for field in judgements[0].right
    ]
    scores = [accuracy.f1_score([one.items for one in group]) for group in groups.values()]
    rows += [
        [f"items: {name}", *(f"{score[index]:.3f}" for score in scores)]
        for index, name in enumerate(("precision", "recall", "F1"))
    ]
    rows.append(
        [
            "needed no review",
            *(f"{mean(not o.needs_review for o in group):.3f}" for group in groups.values()),
        ]
    )
    print(f"\n{len(judgements)} drawn receipts: share that is right")
    print(format_table(("field", *(f"{k} ({len(g)})" for k, g in groups.items())), rows))
    print()
    print(format_table(("confidence of", "ECE", "accepted at 99 %"), _calibration(judgements)))
    if with_misses:
        for one in judgements:
            for miss in one.misses:
                print(f"{one.name}  {miss}")


def _calibration(judgements: list[Judgement]) -> list[list[str]]:
    rows = []
    for field in CALIBRATED:
        judged = [one.judged[field] for one in judgements if field in one.judged]
        share, threshold = accuracy.accepted_share(judged, len(judgements))
        error = accuracy.calibration_error(judged)
        rows.append([field, f"{error:.3f}", f"{share:.3f} (from {threshold:.3f})"])
    return rows
