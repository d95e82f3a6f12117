"""Which cosine means what: logistic curves from what a search shows, rightly and wrongly.

Pairs drawn at random are easily told apart; the nearest of thousands are not. So what belongs
together is held against the nearest where nothing belongs.
"""

import numpy as np

from fitting.catalog_data import Floats

SHOWN = 10


def fit_scales(
    pictures: Floats,
    classes: np.ndarray,
    kinds: np.ndarray,
    texts: Floats,
    strange: Floats,
    descriptions: Floats,
    described: np.ndarray,
) -> dict[str, dict[str, float]]:
    """For words against pictures, pictures against pictures, and words against words.

    `pictures` were left out of fitting; `classes` are their rows in `texts`, `described` those of
    the descriptions; `kinds` says which pictures have anything in common. `strange` are texts of
    things that no picture shows.
    """
    likes = pictures @ pictures.T
    np.fill_diagonal(likes, -1)
    same = classes[:, None] == classes[None]
    foreign = kinds[:, None] != kinds[None]
    asked = np.unique(classes)
    named = texts[asked] @ pictures.T
    right = asked[:, None] == classes[None]
    return {
        "text-image": _logistic(_nearest(named, right), _nearest(strange @ pictures.T)),
        # Of another class as well as of another kind: else a lemon is as like a lime as a lemon.
        "image": _logistic(
            _nearest(likes, same),
            np.concatenate([_nearest(likes, ~same), _nearest(likes, foreign)]),
        ),
        "text": _scale_of_words(texts, descriptions, described),
    }


def _nearest(cosines: Floats, allowed: np.ndarray | None = None) -> Floats:
    """The greatest of each row, as many as are shown; of those alone that are allowed."""
    if allowed is not None:
        cosines = np.where(allowed, cosines, -1)
    best = -np.partition(-cosines, SHOWN, axis=1)[:, :SHOWN]
    return best[best > -1]


def _scale_of_words(texts: Floats, descriptions: Floats, described: np.ndarray) -> dict[str, float]:
    """A name against the description of the same product, and of every other one."""
    cosines = texts[described] @ descriptions.T
    same = described[:, None] == described[None]
    return _logistic(cosines[same], cosines[~same])


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
