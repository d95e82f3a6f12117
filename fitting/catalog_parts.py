"""The parts that the starter's image head is made of, each fitted by itself in closed form."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fitting.catalog_data import Floats, ImageNet, unit
from pipeline.catalog.encode.starter.config import DIMENSION

WORDS = 384
VISUAL = DIMENSION - WORDS

# Chosen by leaving a quarter of the grocery classes out at a time (`--check`).
RIDGE = 1.0
RIDGE_OF_MEMBERSHIP = 0.1
WEIGHT_OF_CLASS = 30.0
WEIGHT_OF_ROW = 0.3
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


def fit_words(fitted: Fitted, imagenet: ImageNet, names: Floats) -> Regression:
    """Looks to the texts of fitted classes; `names` are those of ImageNet's, (1000, 384)."""
    inputs, weights = _with_rows(fitted, imagenet), _weights(fitted)
    return fit_ridge(inputs, np.concatenate([fitted.texts, names]), weights, RIDGE)


def fit_memberships(fitted: Fitted, imagenet: ImageNet) -> Regression:
    """Looks to a score near 1 for the class they show: shape (pictures, classes held back)."""
    classes = np.unique(fitted.classes)
    ones = (fitted.classes[:, None] == classes[None]).astype(np.float32)
    none = np.zeros((len(imagenet.rows), len(classes)), np.float32)
    inputs, weights = _with_rows(fitted, imagenet), _weights(fitted)
    ridge = fit_ridge(inputs, np.concatenate([ones, none]), weights, RIDGE_OF_MEMBERSHIP)
    held_back = np.isin(classes, fitted.held_back)
    return lambda looks: ridge(looks)[:, held_back]


def fit_visual(features: Floats) -> Regression:
    """Principal components of the looks, the strong ones toned down, of length 1."""
    looks = unit(features)
    middle = looks.mean(axis=0)
    _, spread, axes = np.linalg.svd(looks - middle, full_matrices=False)
    scale = (spread[:VISUAL] / spread[0]) ** -SPREAD_OF_PARTS
    return lambda asked: unit((asked - middle) @ axes[:VISUAL].T * scale)


def fit_ridge(inputs: Floats, outputs: Floats, weights: Floats, ridge: float) -> Regression:
    """Weighted ridge regression with an intercept."""
    at, to = np.average(inputs, 0, weights), np.average(outputs, 0, weights)
    centred = inputs - at
    weighted = (centred * weights[:, None]).T
    solved = np.linalg.solve(
        weighted @ centred + ridge * np.eye(inputs.shape[1]), weighted @ (outputs - to)
    )
    return lambda asked: ((asked - at) @ solved + to).astype(np.float32)


def layer_of(regression: Regression, inputs: int) -> tuple[Floats, Floats]:
    """The matrix (outputs, inputs) and offset of a regression without bends."""
    offset = regression(np.zeros((1, inputs), np.float32))[0]
    return (regression(np.eye(inputs, dtype=np.float32)) - offset).T, offset


def _with_rows(fitted: Fitted, imagenet: ImageNet) -> Floats:
    """The classifier's rows stand for a picture of each of its classes."""
    return np.concatenate([unit(fitted.features), unit(imagenet.rows)])


def _weights(fitted: Fitted) -> Floats:
    """Each class counts alike, however many photos it has; a row counts less than a photo."""
    _, inverse, counts = np.unique(fitted.classes, return_inverse=True, return_counts=True)
    of_photos = WEIGHT_OF_CLASS / np.maximum(counts[inverse], 5)
    return np.concatenate([of_photos, np.full(1000, WEIGHT_OF_ROW)]).astype(np.float32)
