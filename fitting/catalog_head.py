"""The starter's image head, put together: OpenCLIP's own (`timm_proj: mlp`), 1280 to 512 numbers.

A picture's vector has two parts. The words part lies in the space of the texts: ridge regression
to the texts of fitted classes, and the name of every ImageNet class by how far its logit is above
a threshold. That is ConSE (Norouzi et al. 2014) with a hinge in place of softmax, which the head's
hidden units compute as they are; on pictures of other goods it finds as much or more. Animals are
left out: few shops sell them, and the units do not suffice.

In the visual part words are zero, so it serves pictures that look for pictures, and its length
says how little words shall find this picture. Classes of one shop's products are held back that
way (calibrated stacking, Chao et al. 2016): fitted photos would crowd out what was never seen,
lime whatever is asked about lemons. Its length goes with that of the words, which no single unit
can compute: it is solved for, by least squares over the same units.
"""

import numpy as np

from fitting.catalog_data import Floats, ImageNet, unit
from fitting.catalog_parts import (
    VISUAL,
    WORDS,
    Fitted,
    Regression,
    fit_memberships,
    fit_ridge,
    fit_visual,
    fit_words,
    layer_of,
)
from pipeline.catalog.encode.starter.config import DIMENSION

HIDDEN = 2 * DIMENSION
# Animals are the first 398 classes of ImageNet.
GOODS = slice(398, 1000)
LINEAR_UNITS = 300
# Chosen on four folds (`--check`), and by 700 pictures of tools, furniture and appliances.
SHARE_OF_WORDS = 0.8
SHARE_OF_NAME = 0.05
LIKELY_FROM = 3.5
VISUAL_LENGTH = 0.85
HOLD_BACK = 1.3
# GELU lets through what is above this, as it is; hinges are as sharp as `SHARPNESS`.
LINEAR_FROM = 4.0
SHARPNESS = 8.0
SOLVING_RIDGE = 1.0
# Between and beside photos: what the solved part is held to where there is none.
MIXTURES = 8_000
PUSHED = 8_000
# At this length the classifier is sure of nearly every class.
FURTHEST = 12.0

Head = dict[str, np.ndarray]
# Weights and biases of hidden units, and what each adds to the words: shape (units, 384).
Units = tuple[Floats, Floats, Floats]


def make_head(fitted: Fitted, imagenet: ImageNet, names: Floats) -> Head:
    """Its weights under OpenCLIP's names, without the prefix `visual.head.mlp`.

    `names` are the texts of the ImageNet classes, (1000, 384).
    """
    memberships = fit_memberships(fitted, imagenet)
    words, offset = _word_units(fitted, imagenet, names)
    units = (words, _membership_units(fitted, memberships), _class_units(imagenet, names))
    weight, bias, adds = (np.concatenate(parts) for parts in zip(*units, strict=True))
    assert len(bias) <= HIDDEN, "more classes are held back than there are units"

    inputs = _inputs(fitted.features, imagenet)
    hidden = _gelu(inputs @ weight.T + bias)
    lengths = np.linalg.norm(hidden @ adds + offset, axis=1)
    visual = lengths[:, None] * _make_visual(fitted, memberships, unit(inputs))
    solved, visual_offset = _solve(hidden, visual.astype(np.float32))
    return _pad(
        {
            "fc1.weight": weight,
            "fc1.bias": bias,
            "fc2.weight": np.concatenate([adds.T, solved]),
            "fc2.bias": np.concatenate([offset, visual_offset]),
        }
    )


def _word_units(fitted: Fitted, imagenet: ImageNet, names: Floats) -> tuple[Units, Floats]:
    """The regression to words through its main axes, shifted to where GELU changes nothing.

    Last, what is to be added once for all of them.
    """
    words = fit_words(fitted, imagenet, names)
    inputs, length = fitted.features.shape[1], _mean_length(fitted)
    weight, offset = (SHARE_OF_WORDS * part for part in layer_of(words, inputs))
    found = fitted.features / length @ weight.T
    _, axes = np.linalg.eigh(np.cov(found.T))
    axes = axes[:, -LINEAR_UNITS:]
    scale = (found @ axes).std(axis=0) + 1e-6
    middle = found.mean(axis=0)
    adds = (axes * scale).T
    biases = LINEAR_FROM - middle @ axes / scale
    units = (axes / scale).T @ weight / length, biases, adds
    return units, middle + offset - LINEAR_FROM * adds.sum(axis=0)


def _membership_units(fitted: Fitted, memberships: Regression) -> Units:
    """For each class that is held back, where holding back begins and where it is whole."""
    weight, offset = layer_of(memberships, fitted.features.shape[1])
    weight = SHARPNESS * weight / _mean_length(fitted)
    edges = [SHARPNESS * (offset - edge) for edge in (0.25, 0.75)]
    nothing = np.zeros((2 * len(offset), WORDS), np.float32)
    return np.tile(weight, (2, 1)), np.concatenate(edges), nothing


def _class_units(imagenet: ImageNet, names: Floats) -> Units:
    """Open where an ImageNet class is likely, and add its name."""
    biases = imagenet.biases[GOODS] - LIKELY_FROM
    return imagenet.rows[GOODS], biases, SHARE_OF_NAME * names[GOODS]


def _make_visual(fitted: Fitted, memberships: Regression, looks: Floats) -> Floats:
    """What the visual part is to be, where the words part has length 1."""
    # Each class is turned aside from the words in a direction of its own.
    random = np.random.default_rng(0)
    asides = unit(random.normal(size=(len(fitted.held_back), VISUAL)))
    surely = np.clip(2 * memberships(looks) - 0.5, 0, 1)
    return VISUAL_LENGTH * fit_visual(fitted.features)(looks) + HOLD_BACK * surely @ asides


def _mean_length(fitted: Fitted) -> float:
    """Regressions look at features of length 1; those of pictures are close to this."""
    return float(np.linalg.norm(fitted.features, axis=1).mean())


def _solve(hidden: Floats, targets: Floats) -> tuple[Floats, Floats]:
    ones = np.ones(len(hidden), np.float32)
    return layer_of(fit_ridge(hidden, targets, ones, SOLVING_RIDGE), hidden.shape[1])


def _inputs(photos: Floats, imagenet: ImageNet) -> Floats:
    """Photos twice, as they are what is found; mixtures of two; some that show other goods."""
    random = np.random.default_rng(0)
    first, second = photos[random.integers(0, len(photos), (2, MIXTURES))]
    share = random.uniform(0, 1, (MIXTURES, 1))
    mixed = share * first + (1 - share) * second
    pushed = _push(photos, imagenet, random)
    return np.concatenate([photos, photos, mixed, pushed]).astype(np.float32)


def _push(photos: Floats, imagenet: ImageNet, random: np.random.Generator) -> Floats:
    """Faded photos pushed towards a random class, up to past all doubt."""
    faded = 0.6 * photos[random.integers(0, len(photos), PUSHED)] + 0.4 * photos.mean(axis=0)
    towards = imagenet.directions[random.integers(0, len(imagenet.rows), PUSHED)]
    return np.clip(faded + random.uniform(0, FURTHEST, (PUSHED, 1)) * towards, 0, None)


def _pad(head: Head) -> Head:
    """Units that are left over do nothing."""
    left = HIDDEN - len(head["fc1.bias"])
    rooms = {
        "fc1.weight": ((0, left), (0, 0)),
        "fc1.bias": (0, left),
        "fc2.weight": ((0, 0), (0, left)),
        "fc2.bias": (0, 0),
    }
    return {name: np.pad(head[name], room).astype(np.float32) for name, room in rooms.items()}


def _gelu(values: Floats) -> Floats:
    import torch

    found: Floats = torch.nn.functional.gelu(torch.from_numpy(np.float32(values))).numpy()
    return found


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
