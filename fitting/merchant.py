"""Fits the merchant: python -m fitting.merchant SROIE --drawn DIR --cache DIR.

First the weights that tell rows of a name from others, then how sure the product may be of the
merchant that it reads. SROIE is in the layout of fitting.sroie, DIR holds what
`python -m pipeline.samples` wrote. Everything printed is of merchants held out.
"""

import argparse
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from fitting.confidence import describe_calibration
from fitting.drawn import load_drawn
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
from fitting.sroie import load_readings, load_transcripts, normalise
from pipeline.receipts.document import PageText
from pipeline.receipts.fields.language import find_language
from pipeline.receipts.fields.merchant import weigh_merchant
from pipeline.receipts.fields.text import read_rows

_INVERSE_PENALTY = 0.05  # of 0.03 to 0.3; more trusts what a few dozen wrong names happen to share


@dataclass(frozen=True)
class _Task:
    """One receipt, the example of its head, and the name it must be read as."""

    pages: tuple[PageText, ...]
    example: Example


@dataclass(frozen=True)
class _Judged:
    source: str
    group: str
    features: dict[str, float] | None
    is_right: bool


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
    _report(judged, fold_of)
    print(fit(examples).save("merchant"))
    print(RowModel(_fit_confidence(judged)).save("merchant_confidence"))


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


def _judge(task: _Task, model: RowModel) -> _Judged:
    rows, example = read_rows(task.pages), task.example
    language = find_language(rows) if rows else None
    log_odds = model.score(example)
    found = weigh_merchant(rows, language.value if language else None, log_odds) if rows else None
    is_right = found is not None and _plain(found[0].value) == _plain(example.wanted)
    return _Judged(example.source, example.group, found[1] if found else None, is_right)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return normalise("".join(char for char in letters if not unicodedata.combining(char)))


def _fit_confidence(judged: Sequence[_Judged]) -> dict[str, float]:
    kept = [one for one in judged if one.features is not None]
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([one.features for one in kept])
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1000)
    model.fit(matrix, [one.is_right for one in kept])
    names = vectors.get_feature_names_out()
    weights = {str(name): float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    return weights | {"bias": float(model.intercept_[0])}


def _report(judged: Sequence[_Judged], fold_of: dict[str, int]) -> None:
    """Accuracy over all receipts, and calibration over those where a merchant was read."""
    sure: dict[str, list[tuple[float, bool]]] = {}
    for fold in range(FOLDS):
        model = RowModel(_fit_confidence([one for one in judged if fold_of[one.group] != fold]))
        for one in judged:
            if fold_of[one.group] == fold and one.features is not None:
                pair = (model.estimate(one.features), one.is_right)
                sure.setdefault(one.source, []).append(pair)
                sure.setdefault("all", []).append(pair)
    for source, pairs in sure.items():
        print(f"{source:12}" + describe_calibration(*zip(*pairs, strict=True)))
        total = [one for one in judged if source in (one.source, "all")]
        print(f"{'':12}right of all {sum(one.is_right for one in total) / len(total):.3f}")


if __name__ == "__main__":
    main()
