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
from scipy.optimize import minimize

import pipeline.receipts.fields
from fitting.drawn import load_drawn
from fitting.evidence import Judged, judge, list_tasks
from fitting.sroie import load_readings, load_transcripts, split_folds

FOLDS = 5
_INVERSE_PENALTY = 3.0  # of 0.3, 1 and 3 the best over the folds
_WEIGHT_SPOILED = {"total": 0.1, "date": 0.02}
"""Spoiled totals show what contradictions mean; a date's damage leaves no trace to learn from."""
_LEAST_TRUST = {"total": 0.0, "date": 0.8}
"""Least weight of the rules' own doubt. Hardly a date here is open (03/04); elsewhere many are."""
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
    """Weights by feature and the intercept as "bias": logistic loss with a quadratic penalty.

    Signs are bound by what the features mean: agreement never lowers a confidence, contradiction
    never raises it. With a dozen wrong totals to learn from, chance would turn some of them round.
    """
    names = sorted({name for one in judged for name in one.features})
    x = np.array([[one.features.get(name, 0.0) for name in names] + [1.0] for one in judged])
    y = np.array([1.0 if one.is_right else -1.0 for one in judged])
    mass = np.array([_WEIGHT_SPOILED[one.field] if one.is_spoiled else 1.0 for one in judged])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margins = y * (x @ w)
        slopes = -mass * y / (1 + np.exp(margins))
        penalised = np.append(w[:-1], 0.0) / _INVERSE_PENALTY
        return (
            float(mass @ np.logaddexp(0, -margins) + penalised[:-1] @ w[:-1] / 2),
            x.T @ slopes + penalised,
        )

    bounds = [_bound_sign(name, judged[0].field) for name in names] + [(None, None)]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return dict(zip([*names, "bias"], map(float, found.x), strict=True))


def _bound_sign(feature: str, field: str) -> tuple[float | None, float | None]:
    if feature == "read":
        return (_LEAST_TRUST[field], None)
    return (0.0, None) if feature.endswith(("agree", "close")) else (None, 0.0)


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
