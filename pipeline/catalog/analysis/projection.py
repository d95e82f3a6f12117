"""The catalog in two dimensions: what looks alike lies side by side.

PCA to 50 dimensions, then UMAP (McInnes, Healy and Melville, 2018) from a fixed seed. A large
catalog is laid out by a sample of it; each other product goes to where its nearest neighbours of
the sample are.
"""

import warnings
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.analysis.space import Half, as_float
from pipeline.catalog.vectors import Vectors

COMPONENTS = 50
# UMAP needs neighbours; fewer products are laid out by their two principal components.
FEWEST = 15
NEIGHBOURS = 15
SEED = 42
SAMPLE = 15_000
PLACED_BY = 4
ROWS = 2_000
# Products with the same picture would lie under each other.
JITTER = 0.01

Progress = Callable[[str, float], None]
Places = NDArray[np.float32]


def project(vectors: Half, on_progress: Progress | None = None) -> Places:
    """Places in -1..1, shape (n, 2), for vectors of shape (n, dimension)."""
    on_progress = on_progress or (lambda _stage, _share: None)
    if len(vectors) == 0:
        return np.zeros((0, 2), np.float32)
    on_progress("reduce", 0.0)
    reduced = _reduce(vectors)
    if len(reduced) < FEWEST:
        return _spread(_two_columns(reduced))
    rng = np.random.default_rng(SEED)
    sample = np.sort(rng.permutation(len(reduced))[:SAMPLE])
    on_progress("lay_out", 0.1)
    laid_out = _lay_out(reduced[sample])
    if len(sample) == len(reduced):
        return _spread(laid_out)
    return _spread(_place_others(reduced, sample, laid_out, rng, on_progress))


def join_kinds(image: Half, text: Half) -> Half:
    """One vector a product from both, shape (n, dimension); rows of zeros where one is missing.

    Each kind is taken from its own mean: pictures and words lie in two different regions, and a
    product without a picture would be far from all that have one.
    """
    total = np.zeros(image.shape, np.float32)
    kinds = np.zeros((len(image), 1), np.float32)
    for vectors in (image, text):
        there = np.abs(vectors).sum(axis=1) > 0
        if there.any():
            full = as_float(vectors[there])
            total[there] += full - full.mean(axis=0)
            kinds[there] += 1
    return (total / np.maximum(kinds, 1)).astype(np.float16)


def _reduce(vectors: Half) -> Vectors:
    mean = vectors.mean(axis=0, dtype=np.float32)
    covariance = np.zeros((vectors.shape[1],) * 2, np.float32)
    for at in range(0, len(vectors), ROWS):
        block = vectors[at : at + ROWS].astype(np.float32) - mean
        covariance += block.T @ block
    _, directions = np.linalg.eigh(covariance)
    leading = directions[:, ::-1][:, :COMPONENTS]
    # Whichever sign the solver gives: the map is not to be mirrored by another library.
    leading = leading * np.sign(
        leading[np.abs(leading).argmax(axis=0), np.arange(leading.shape[1])]
    )
    return np.vstack(
        [
            (vectors[at : at + ROWS].astype(np.float32) - mean) @ leading
            for at in range(0, len(vectors), ROWS)
        ]
    )


def _two_columns(reduced: Vectors) -> Places:
    missing = max(0, 2 - reduced.shape[1])
    return np.pad(reduced[:, :2], ((0, 0), (0, missing)))


def _lay_out(reduced: Vectors) -> Places:
    # Numba compiles for seconds; only a runner may import it.
    from umap import UMAP

    start = _two_columns(reduced)
    start = start / max(1e-9, float(start.std())) * np.float32(3)
    neighbours = min(NEIGHBOURS, len(reduced) - 1)
    layout = UMAP(
        n_neighbors=neighbours,
        min_dist=0.12,
        init=start,
        random_state=SEED,
        n_jobs=1,
        # Exact, and quicker than the 15 s in which UMAP compiles its approximate search.
        precomputed_knn=(*_nearest(reduced, reduced, neighbours), None),
    )
    with warnings.catch_warnings():
        # It warns where the graph falls apart; a catalog of shoes and lamps does.
        warnings.simplefilter("ignore")
        placed: Any = layout.fit_transform(reduced)
    return cast(Places, np.asarray(placed, np.float32))


def _place_others(
    reduced: Vectors, sample: NDArray[np.int64], laid_out: Places,
    rng: np.random.Generator, on_progress: Progress,
) -> Places:  # fmt: skip
    known = reduced[sample]
    places = np.zeros((len(reduced), 2), np.float32)
    for at in range(0, len(reduced), ROWS):
        on_progress("place", 0.6 + 0.4 * at / len(reduced))
        near, _ = _nearest(reduced[at : at + ROWS], known, PLACED_BY)
        # The nearest one's neighbourhood, not the middle between two islands.
        places[at : at + ROWS] = np.median(laid_out[near], axis=1)
    places[sample] = laid_out
    return places + rng.normal(0, JITTER, places.shape).astype(np.float32)


def _nearest(points: Vectors, known: Vectors, count: int) -> tuple[NDArray[np.int32], Vectors]:
    """Rows of `known` nearest to each point, nearest first, and how far; shapes (n, count)."""
    rows, distances = [], []
    of_known = (known**2).sum(axis=1)
    for at in range(0, len(points), ROWS):
        block = points[at : at + ROWS]
        squared = of_known - 2 * (block @ known.T) + (block**2).sum(axis=1)[:, None]
        near = np.argpartition(squared, count - 1, axis=1)[:, :count]
        found = np.take_along_axis(squared, near, axis=1)
        order = np.argsort(found, axis=1)
        rows.append(np.take_along_axis(near, order, axis=1).astype(np.int32))
        distances.append(np.sqrt(np.clip(np.take_along_axis(found, order, axis=1), 0, None)))
    return np.vstack(rows), np.vstack(distances)


def _spread(places: Places) -> Places:
    """Into -1..1, both axes by the same factor."""
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    reach = float(np.abs(places - middle).max())
    spread: Places = ((places - middle) / (reach or 1.0)).astype(np.float32)
    return spread
