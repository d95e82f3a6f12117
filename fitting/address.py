"""Fits the address: python -m fitting.address SROIE --cache DIR.

First the weights that tell rows of an address from others, then how sure the product may be of the
address that it reads. SROIE is in the layout of fitting.sroie. Everything printed is of merchants
held out.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from fitting.judged import Judged, fit_confidence, plain, report
from fitting.row_model import (
    FOLDS,
    Example,
    RowModel,
    cross_validate,
    draw_examples,
    fit,
    fold_groups,
    label_examples,
)
from fitting.sroie import LabelledReceipt, load_readings, load_transcripts
from pipeline.receipts.fields.address import weigh_address
from pipeline.receipts.fields.language import find_language
from pipeline.receipts.fields.merchant import find_merchant
from pipeline.receipts.fields.text import read_rows


@dataclass(frozen=True)
class _Task:
    """One receipt and the example of its head."""

    receipt: LabelledReceipt
    example: Example


def main() -> None:
    """Fit, print and write both sets of weights."""
    parser = argparse.ArgumentParser(prog="python -m fitting.address", description=__doc__)
    parser.add_argument("sroie", type=Path, metavar="SROIE")
    parser.add_argument("--cache", type=Path, required=True, help="keeps the texts that OCR read")
    args = parser.parse_args()
    tasks, made_up = _load(args.sroie, args.cache), draw_examples("address")
    examples = [*(task.example for task in tasks), *made_up]
    print("source        right rows  right text as read")
    for source, (rows, text) in cross_validate(examples).items():
        print(f"{source:12}  {rows:10.3f}  {text:10.3f}")
    fold_of, judged = fold_groups(examples), []
    for fold in range(FOLDS):
        model = fit([one for one in examples if fold_of[one.group] != fold])
        judged += [_judge(task, model) for task in tasks if fold_of[task.example.group] == fold]
    report(judged, fold_of)
    print(fit(examples).save("address"))
    print(fit_confidence(judged).save("address_confidence"))


def _load(sroie: Path, cache: Path) -> list[_Task]:
    tasks = []
    for source, receipts in (
        ("readings", load_readings(sroie, cache / "sroie")),
        ("transcripts", load_transcripts(sroie)),
    ):
        labelled = label_examples(receipts, source, "address")
        tasks += [_Task(one, example) for one, example in zip(receipts, labelled, strict=True)]
    return tasks


def _judge(task: _Task, model: RowModel) -> Judged:
    rows, example = read_rows(task.receipt.pages), task.example
    if not rows:
        return Judged(example.source, example.group, None, False)
    language = find_language(rows)
    tongue = language.value if language else None
    found = weigh_address(rows, tongue, find_merchant(rows, tongue), model.score(example))
    is_right = found is not None and plain(found[0].value) == plain(example.wanted)
    return Judged(example.source, example.group, found[1] if found else None, is_right)


if __name__ == "__main__":
    main()
