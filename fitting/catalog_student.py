"""Makes OpenCLIP's own image head (`timm_proj: mlp`) compute what the teacher's formulas say.

Its hidden units are given, not found: linear ones that carry the best linear head through the
GELU, hinges that open for one class that is held back, hinges that open for an ImageNet class.
The output layer is then a least-squares problem, solved at once.

It learns from more than photos: mixtures of two photos, and photos pushed towards what the
classifier takes for an ImageNet class, which stand for goods that no fitted photo shows.
"""

import numpy as np

from fitting.catalog_data import Floats, ImageNet, unit
from fitting.catalog_teacher import Teacher, fit_ridge
from pipeline.catalog.encode.starter.config import DIMENSION

HIDDEN = 2 * DIMENSION
MIXTURES = 8_000
PUSHED = 24_000
# At this length the classifier is sure of nearly every class.
FURTHEST = 12.0
# Animals are the first 398 classes of ImageNet; few shops sell them.
ANIMALS = 398
LINEAR_UNITS = 300
# A hinge opens where its class would be about the twentieth likeliest.
LIKELY_FROM = 20
# GELU lets through what is above this, as it is; hinges are as sharp as `SHARPNESS`.
LINEAR_FROM = 4.0
SHARPNESS = 4.0
RIDGE = 1.0

Head = dict[str, np.ndarray]
Layer = tuple[Floats, Floats]


def make_head(photos: Floats, imagenet: ImageNet, teacher: Teacher) -> Head:
    """The weights of the head under OpenCLIP's names, without the prefix `visual.head.mlp`."""
    random = np.random.default_rng(0)
    # Twice: what is found are photos, the rest is there to keep the head honest elsewhere.
    inputs = np.concatenate(
        [photos, photos, mix(photos, random), push(photos, imagenet, random)[0]]
    ).astype(np.float32)
    targets = teacher(inputs)
    layers = [_linear_units(inputs, targets), _membership_units(teacher, photos)]
    left = HIDDEN - sum(len(biases) for _, biases in layers)
    layers.append(_class_units(inputs, imagenet, left))
    weight, bias = (np.concatenate(parts).astype(np.float32) for parts in zip(*layers, strict=True))
    out_weight, out_bias = _solve_output(_gelu(inputs @ weight.T + bias), targets)
    return {"fc1.weight": weight, "fc1.bias": bias, "fc2.weight": out_weight, "fc2.bias": out_bias}


def _linear_units(inputs: Floats, targets: Floats) -> Layer:
    """What the best linear head tells apart most, shifted to where GELU changes nothing."""
    ones = np.ones(len(inputs), np.float32)
    linear = fit_ridge(inputs, targets, ones, RIDGE)
    offset = linear(np.zeros((1, inputs.shape[1]), np.float32))[0]
    weight = (linear(np.eye(inputs.shape[1], dtype=np.float32)) - offset).T
    _, axes = np.linalg.eigh(np.cov(weight @ (inputs - inputs.mean(axis=0)).T))
    weight = axes[:, -LINEAR_UNITS:].T @ weight
    found = inputs @ weight.T
    scale = found.std(axis=0) + 1e-6
    return weight / scale[:, None], LINEAR_FROM - found.mean(axis=0) / scale


def _membership_units(teacher: Teacher, photos: Floats) -> Layer:
    """For each class that is held back, where the teacher begins and ends to hold it back."""
    inputs = np.eye(photos.shape[1], dtype=np.float32)
    offset = teacher.scores(np.zeros((1, len(inputs)), np.float32))[0]
    # The teacher looks at features of length 1; theirs is close to the mean.
    weight = (teacher.scores(inputs) - offset).T / np.linalg.norm(photos, axis=1).mean()
    begins, ends = 2 * SHARPNESS * (offset - 0.25), 2 * SHARPNESS * (offset - 0.75)
    return np.tile(2 * SHARPNESS * weight, (2, 1)), np.concatenate([begins, ends])


def _class_units(inputs: Floats, imagenet: ImageNet, units: int) -> Layer:
    """Open where an ImageNet class is among the likeliest; animals share a few."""
    from sklearn.cluster import KMeans

    rows = np.column_stack([imagenet.rows, imagenet.biases])
    animals, goods = rows[:ANIMALS], rows[ANIMALS:]
    herds = units - len(goods)
    herd_of = KMeans(herds, n_init=1, random_state=0).fit(unit(animals)).labels_
    means = [animals[herd_of == herd].mean(axis=0) for herd in range(herds)]
    chosen = np.concatenate([goods, means])
    logits = inputs @ chosen[:, :-1].T + chosen[:, -1]
    likely = np.partition(logits, -LIKELY_FROM, axis=1)[:, -LIKELY_FROM].mean()
    return chosen[:, :-1], chosen[:, -1] - likely


def _solve_output(hidden: Floats, targets: Floats) -> Layer:
    ones = np.ones(len(hidden), np.float32)
    solved = fit_ridge(hidden, targets, ones, RIDGE)
    offset = solved(np.zeros((1, hidden.shape[1]), np.float32))[0]
    return (solved(np.eye(hidden.shape[1], dtype=np.float32)) - offset).T, offset


def _gelu(values: Floats) -> Floats:
    import torch

    found: Floats = torch.nn.functional.gelu(torch.from_numpy(values)).numpy()
    return found


def mix(photos: Floats, random: np.random.Generator) -> Floats:
    """Two photos in one, in any proportion."""
    first, second = photos[random.integers(0, len(photos), (2, MIXTURES))]
    share = random.uniform(0, 1, (MIXTURES, 1))
    return share * first + (1 - share) * second


def push(
    photos: Floats, imagenet: ImageNet, random: np.random.Generator, least: float = 0.0
) -> tuple[Floats, np.ndarray]:
    """Faded photos pushed towards a random class, from `least` to past all doubt; the class."""
    faded = 0.6 * photos[random.integers(0, len(photos), PUSHED)] + 0.4 * photos.mean(axis=0)
    classes = random.integers(0, len(imagenet.rows), PUSHED)
    length = random.uniform(least, FURTHEST, (PUSHED, 1))
    pushed = np.clip(faded + length * imagenet.directions[classes], 0, None)
    return pushed.astype(np.float32), classes


def run_head(head: Head, features: Floats) -> Floats:
    """What the head gives, shape (pictures, 512), of length 1."""
    import torch
    from torch.nn.functional import gelu, linear, normalize

    weights = {name: torch.from_numpy(np.float32(values)) for name, values in head.items()}
    hidden = gelu(linear(torch.from_numpy(features), weights["fc1.weight"], weights["fc1.bias"]))
    vectors: Floats = normalize(
        linear(hidden, weights["fc2.weight"], weights["fc2.bias"]), dim=1
    ).numpy()
    return vectors
