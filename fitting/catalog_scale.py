"""Which cosine means what: logistic curves from pairs that belong together and that do not."""

import numpy as np

from fitting.catalog_data import Floats

PAIRS = 20_000


def fit_scales(
    pictures: Floats,
    texts: Floats,
    classes: np.ndarray,
    descriptions: Floats,
    described: np.ndarray,
) -> dict[str, dict[str, float]]:
    """For words against pictures, pictures against pictures, and words against words.

    `pictures` were left out of fitting; `classes` are their rows in `texts`, `described` those of
    the descriptions.
    """
    random = np.random.default_rng(0)
    first, second = random.integers(0, len(pictures), (2, 20 * PAIRS))
    alike = classes[first] == classes[second]
    different = ~alike & (first != second)
    alike &= first != second
    same = _cosines(pictures, pictures, first[alike], second[alike])
    other = _cosines(pictures, pictures, first[different][:PAIRS], second[different][:PAIRS])
    named = _cosines(texts, pictures, classes, np.arange(len(pictures)))
    strange = _cosines(texts, pictures, classes[first[different]], second[different])[:PAIRS]
    return {
        "text-image": _logistic(named, strange),
        "image": _logistic(same, other),
        "text": _scale_of_words(texts, descriptions, described),
    }


def _scale_of_words(texts: Floats, descriptions: Floats, described: np.ndarray) -> dict[str, float]:
    """A name against the description of the same product, and of every other one."""
    cosines = texts[described] @ descriptions.T
    same = described[:, None] == described[None]
    return _logistic(cosines[same], cosines[~same])


def _cosines(left: Floats, right: Floats, rows: np.ndarray, others: np.ndarray) -> Floats:
    cosines: Floats = np.einsum("ij,ij->i", left[rows[:PAIRS]], right[others[:PAIRS]])
    return cosines


def _logistic(alike: Floats, different: Floats) -> dict[str, float]:
    """Both kinds count the same, and the share of each below and above is kept for readers."""
    from sklearn.linear_model import LogisticRegression

    cosines = np.concatenate([alike, different])[:, None]
    belongs = np.repeat([1, 0], [len(alike), len(different)])
    model = LogisticRegression(C=1e4, class_weight="balanced").fit(cosines, belongs)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return {
        "midpoint": round(-intercept / slope, 3),
        "width": round(1 / slope, 4),
        "alike_median": round(float(np.median(alike)), 3),
        "different_median": round(float(np.median(different)), 3),
        "different_99th": round(float(np.quantile(different, 0.99)), 3),
    }
