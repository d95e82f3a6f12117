"""Fits how sure totals and dates are: `python -m fitting.confidence SROIE --drawn DIR --cache DIR`.

SROIE is in the layout of fitting.sroie, DIR holds what `python -m pipeline.samples` wrote. Prints
what held-out merchants say and writes the weights that pipeline.receipts.fields.calibration reads.
"""

import argparse
import json
import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import pipeline.receipts.fields
from fitting.drawn import load_drawn
from fitting.evidence import Judged, judge, list_tasks
from fitting.sroie import load_readings, load_transcripts, split_folds

FOLDS = 5
_INVERSE_PENALTY = 0.3
_WEIGHT_SPOILED = {"total": 0.25, "date": 0.02}
"""Spoiled totals show what contradictions mean; a date's damage leaves no trace to learn from."""
_PRECISION_WANTED = 0.99

Weights = dict[str, float]


def main(argv: list[str]) -> int:
    """Fit, print and write."""
    args = _parse_arguments(argv)
    cache: Path = args.cache
    labelled = [
        ("sroie", load_readings(args.sroie, cache / "sroie")),
        ("transcript", load_transcripts(args.sroie)),
    ]
    drawn = load_drawn(args.drawn, cache / "drawn")
    with multiprocessing.get_context("spawn").Pool(args.processes) as pool:
        judged = [one for many in pool.map(judge, list_tasks(labelled, drawn)) for one in many]
    for field in ("total", "date"):
        of_field = [one for one in judged if one.field == field]
        _report(field, of_field, cross_validate(of_field))
        _save(field, fit(of_field))
    return 0


def _parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fitting.confidence", description=__doc__)
    parser.add_argument("sroie", type=Path, metavar="SROIE")
    parser.add_argument("--drawn", type=Path, required=True, metavar="DIR")
    parser.add_argument("--cache", type=Path, required=True, help="keeps the texts that OCR read")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args(argv)


def fit(judged: Sequence[Judged]) -> Weights:
    """Weights by feature and the intercept as "bias"."""
    vectors = DictVectorizer()
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1000)
    model.fit(
        vectors.fit_transform([one.features for one in judged]),
        [one.is_right for one in judged],
        sample_weight=[_WEIGHT_SPOILED[one.field] if one.is_spoiled else 1.0 for one in judged],
    )
    names = vectors.get_feature_names_out()
    weights = {str(name): float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    return weights | {"bias": float(model.intercept_[0])}


def predict(weights: Weights, one: Judged) -> float:
    """The probability that a value is right, as the product computes it."""
    log_odds = weights["bias"] + sum(weights.get(n, 0.0) * x for n, x in one.features.items())
    return float(np.clip(1 / (1 + np.exp(-log_odds)), 0.01, 0.995))


def cross_validate(judged: Sequence[Judged]) -> list[float]:
    """For each value the probability by weights of other merchants."""
    folds = split_folds([one.group for one in judged], FOLDS)
    weights = [
        fit([one for one, own in zip(judged, folds, strict=True) if own != fold])
        for fold in range(FOLDS)
    ]
    return [predict(weights[fold], one) for one, fold in zip(judged, folds, strict=True)]


def _report(field: str, judged: Sequence[Judged], sure: Sequence[float]) -> None:
    print(f"\n{field}: weights of other merchants")
    for source in ("sroie", "transcript", "drawn", "all", "spoiled"):
        chosen = [
            (s, one.is_right)
            for s, one in zip(sure, judged, strict=True)
            if one.is_spoiled == (source == "spoiled") and source in (one.source, "all", "spoiled")
        ]
        if chosen:
            print(f"  {source:<11}" + describe_calibration(*zip(*chosen, strict=True)))


def describe_calibration(sure: Sequence[float], right: Sequence[bool]) -> str:
    """Count, accuracy, calibration error (ten bins of equal width, of equal mass), acceptance."""
    p, y = np.array(sure), np.array(right, dtype=float)
    by_width = np.minimum((p * 10).astype(int), 9)
    by_mass = np.argsort(np.argsort(p, kind="stable"), kind="stable") * 10 // len(p)
    order = np.argsort(-p, kind="stable")
    precise = np.cumsum(y[order]) / np.arange(1, len(p) + 1) >= _PRECISION_WANTED
    accepted = (np.nonzero(precise)[0].max() + 1) / len(p) if precise.any() else 0.0
    return (
        f"n {len(p):4d}  right {y.mean():.3f}  calibration error {_bin_error(p, y, by_width):.3f} "
        f"(equal mass {_bin_error(p, y, by_mass):.3f})  accepted at 99 % {accepted:.2f}"
    )


def _bin_error(p: np.ndarray, y: np.ndarray, bins: np.ndarray) -> float:
    gaps = (abs(y[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean() for b in set(bins))
    return float(sum(gaps))


def _save(field: str, weights: Weights) -> None:
    folder = Path(pipeline.receipts.fields.__file__).parent / "weights"
    rounded = {name: round(weight, 4) for name, weight in sorted(weights.items())}
    path = folder / f"{field}.json"
    path.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
