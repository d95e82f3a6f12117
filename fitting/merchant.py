"""Fits the merchant: python -m fitting.merchant SROIE --drawn DIR --cache DIR.

First the weights that tell rows of a name from others, then how sure the product may be of the
merchant that it reads. SROIE is in the layout of fitting.sroie, DIR holds what
`python -m pipeline.samples` wrote. Everything printed is of merchants held out.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from fitting.drawn import load_drawn
from fitting.judged import Judged, fit_confidence, plain, report
from fitting.row_model import (
    FOLDS,
    Example,
    RowModel,
    describe,
    draw_examples,
    fit,
    fold_groups,
    label_examples,
)
from fitting.sroie import load_readings, load_transcripts
from pipeline.receipts.document import PageText
from pipeline.receipts.fields.language import find_language
from pipeline.receipts.fields.merchant import weigh_merchant
from pipeline.receipts.fields.text import read_rows


@dataclass(frozen=True)
class _Task:
    """One receipt, the example of its head, and the name it must be read as."""

    pages: tuple[PageText, ...]
    example: Example


def main() -> None:
    """Fit, print and write both sets of weights."""
    parser = argparse.ArgumentParser(prog="python -m fitting.merchant", description=__doc__)
    parser.add_argument("sroie", type=Path, metavar="SROIE")
    parser.add_argument("--drawn", type=Path, required=True, metavar="DIR")
    parser.add_argument("--cache", type=Path, required=True, help="keeps the texts that OCR read")
    args = parser.parse_args()
    tasks, made_up = _load(args.sroie, args.drawn, args.cache), draw_examples("name")
    examples = [*(task.example for task in tasks), *made_up]
    fold_of = fold_groups(examples)
    judged = []
    for fold in range(FOLDS):
        model = fit([one for one in examples if fold_of[one.group] != fold])
        judged += [_judge(task, model) for task in tasks if fold_of[task.example.group] == fold]
    report(judged, fold_of)
    print(fit(examples).save("merchant"))
    print(fit_confidence(judged).save("merchant_confidence"))


def _load(sroie: Path, drawn: Path, cache: Path) -> list[_Task]:
    tasks = []
    for source, receipts in (
        ("readings", load_readings(sroie, cache / "sroie")),
        ("transcripts", load_transcripts(sroie)),
    ):
        labelled = label_examples(receipts, source, "company")
        tasks += [_Task(one.pages, ex) for one, ex in zip(receipts, labelled, strict=True)]
    for one in load_drawn(drawn, cache / "drawn"):
        tasks.append(_Task(one.pages, describe(one.pages, "drawn", one.group, one.group)))
    return tasks


def _judge(task: _Task, model: RowModel) -> Judged:
    rows, example = read_rows(task.pages), task.example
    language = find_language(rows) if rows else None
    log_odds = model.score(example)
    found = weigh_merchant(rows, language.value if language else None, log_odds) if rows else None
    is_right = found is not None and plain(found[0].value) == plain(example.wanted)
    return Judged(example.source, example.group, found[1] if found else None, is_right)


if __name__ == "__main__":
    main()
