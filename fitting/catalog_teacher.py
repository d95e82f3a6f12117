"""What the starter's image head is to compute, as formulas; the head is then made to do it.

A picture's vector has two parts. The words part lies in the space of the texts: ridge regression
from features to the texts of fitted classes, mixed with ConSE (Norouzi et al. 2014: the texts of
the likeliest ImageNet classes). The visual part is the features themselves by their principal
components; words are zero there, so it serves pictures that look for pictures, and its length says
how little words shall find this picture. Classes of one shop's products are held back that way
(calibrated stacking, Chao et al. 2016): fitted photos would crowd out what was never seen, lime
whatever is asked about lemons.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fitting.catalog_data import Floats, ImageNet, unit
from pipeline.catalog.encode.starter.config import DIMENSION

WORDS = 384
VISUAL = DIMENSION - WORDS

# Chosen by leaving a quarter of the grocery classes out at a time (`--check`).
LIKELIEST = 10
RIDGE = 1.0
RIDGE_OF_HELD_BACK = 0.1
WEIGHT_OF_CLASS = 30.0
WEIGHT_OF_ROW = 0.3
SHARE_OF_RIDGE = 0.6
WORDS_LENGTH = 0.8
HOLD_BACK = 1.05
SPREAD_OF_PARTS = 0.25

Regression = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Fitted:
    """Photos to fit on: features (photos, 1280), texts (photos, 384), numbers of their classes.

    `held_back` are the classes that name one shop's products rather than a kind of thing.
    """

    features: Floats
    texts: Floats
    classes: np.ndarray
    held_back: np.ndarray


@dataclass(frozen=True)
class TextSpace:
    """MiniLM's space with its common direction taken out and its spread evened: (384, 384)."""

    matrix: Floats

    def project(self, texts: Floats) -> Floats:
        """Of length 1."""
        return unit(texts @ self.matrix)


def fit_text_space(names: Floats) -> TextSpace:
    """From texts of many things: whitened, so that near names (lemon, lime) keep apart."""
    common = names.mean(axis=0)
    axes, spread, _ = np.linalg.svd(np.cov((names - common).T))
    evened = axes @ np.diag((spread / spread[0] + 0.01) ** -0.5) @ axes.T
    common /= np.linalg.norm(common)
    without = np.eye(WORDS) - np.outer(common, common)
    return TextSpace((evened @ without).astype(np.float32))


class Teacher:
    """Features to vectors; all texts are those of the text space."""

    def __init__(self, fitted: Fitted, imagenet: ImageNet, names: Floats) -> None:
        """`names`: texts of the ImageNet classes, (1000, 384)."""
        self._imagenet = imagenet
        self._names = names
        self._ridge = fit_ridge(
            *_with_rows(fitted, imagenet, fitted.texts, names), _weights(fitted), RIDGE
        )
        self.scores = _fit_scores(fitted, imagenet)
        self._visual = _fit_visual(fitted.features)
        # Each class is turned aside from the words in a direction of its own.
        random = np.random.default_rng(0)
        self._asides = unit(random.normal(size=(len(fitted.held_back), VISUAL)))

    def __call__(self, features: Floats) -> Floats:
        """Shape (pictures, 1280) to (pictures, 512); the direction counts, not the length."""
        looks = unit(features)
        conse = self._imagenet.probabilities(features, LIKELIEST) @ self._names
        words = unit(SHARE_OF_RIDGE * self._ridge(looks) + (1 - SHARE_OF_RIDGE) * conse)
        rest = np.sqrt(1 - WORDS_LENGTH**2) * self._visual(looks)
        rest += HOLD_BACK * self.membership(looks) @ self._asides
        return np.concatenate([WORDS_LENGTH * words, rest], axis=1).astype(np.float32)

    def membership(self, looks: Floats) -> Floats:
        """How surely a picture shows each class that is held back, 0 to 1."""
        return np.clip(2 * self.scores(looks) - 0.5, 0, 1)


def fit_ridge(inputs: Floats, outputs: Floats, weights: Floats, ridge: float) -> Regression:
    """Weighted ridge regression with an intercept."""
    at, to = np.average(inputs, 0, weights), np.average(outputs, 0, weights)
    centred = inputs - at
    weighted = (centred * weights[:, None]).T
    solved = np.linalg.solve(
        weighted @ centred + ridge * np.eye(inputs.shape[1]), weighted @ (outputs - to)
    )
    return lambda asked: ((asked - at) @ solved + to).astype(np.float32)


def _fit_scores(fitted: Fitted, imagenet: ImageNet) -> Regression:
    """Looks to a score near 1 for the class they show: shape (pictures, classes held back)."""
    classes = np.unique(fitted.classes)
    ones = (fitted.classes[:, None] == classes[None]).astype(np.float32)
    none = np.zeros((len(imagenet.rows), len(classes)), np.float32)
    ridge = fit_ridge(
        *_with_rows(fitted, imagenet, ones, none), _weights(fitted), RIDGE_OF_HELD_BACK
    )
    held_back = np.isin(classes, fitted.held_back)
    return lambda looks: ridge(looks)[:, held_back]


def _fit_visual(features: Floats) -> Regression:
    """Principal components of the looks, the strong ones toned down, of length 1."""
    looks = unit(features)
    middle = looks.mean(axis=0)
    _, spread, axes = np.linalg.svd(looks - middle, full_matrices=False)
    scale = (spread[:VISUAL] / spread[0]) ** -SPREAD_OF_PARTS
    return lambda asked: unit((asked - middle) @ axes[:VISUAL].T * scale)


def _with_rows(
    fitted: Fitted, imagenet: ImageNet, of_photos: Floats, of_rows: Floats
) -> tuple[Floats, Floats]:
    """The classifier's rows stand for a picture of each of its classes."""
    inputs = np.concatenate([unit(fitted.features), unit(imagenet.rows)])
    return inputs, np.concatenate([of_photos, of_rows])


def _weights(fitted: Fitted) -> Floats:
    """Each class counts alike, however many photos it has; a row counts less than a photo."""
    _, inverse, counts = np.unique(fitted.classes, return_inverse=True, return_counts=True)
    of_photos = WEIGHT_OF_CLASS / np.maximum(counts[inverse], 5)
    return np.concatenate([of_photos, np.full(1000, WEIGHT_OF_ROW)]).astype(np.float32)
