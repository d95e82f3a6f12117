"""How sure the product may be of a name or address that it reads: fitted on what it read right."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from fitting.confidence import describe_calibration
from fitting.row_model import FOLDS, RowModel
from fitting.sroie import normalise

_INVERSE_PENALTY = 0.05
"""Of 0.03 to 0.3; more trusts what a few dozen wrong names happen to share."""


@dataclass(frozen=True)
class Judged:
    """What tells how sure a value is (None where none was read), and whether it is right."""

    source: str
    group: str
    features: dict[str, float] | None
    is_right: bool


def plain(text: str) -> str:
    """Letters and digits without accents, upper case: how values are compared."""
    letters = unicodedata.normalize("NFKD", text)
    return normalise("".join(char for char in letters if not unicodedata.combining(char)))


def fit_confidence(judged: Sequence[Judged]) -> RowModel:
    """A logistic regression over the values that were read."""
    kept = [one for one in judged if one.features is not None]
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([one.features for one in kept])
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1000)
    model.fit(matrix, [one.is_right for one in kept])
    names = vectors.get_feature_names_out()
    weights = {str(name): float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    return RowModel(weights | {"bias": float(model.intercept_[0])})


def report(judged: Sequence[Judged], fold_of: dict[str, int]) -> None:
    """Accuracy over all receipts, and calibration over those where a value was read."""
    sure: dict[str, list[tuple[float, bool]]] = {}
    for fold in range(FOLDS):
        model = fit_confidence([one for one in judged if fold_of[one.group] != fold])
        for one in judged:
            if fold_of[one.group] == fold and one.features is not None:
                pair = (model.estimate(one.features), one.is_right)
                sure.setdefault(one.source, []).append(pair)
                sure.setdefault("all", []).append(pair)
    for source, pairs in sure.items():
        print(f"{source:12}" + describe_calibration(*zip(*pairs, strict=True)))
        total = [one for one in judged if source in (one.source, "all")]
        print(f"{'':12}right of all {sum(one.is_right for one in total) / len(total):.3f}")
