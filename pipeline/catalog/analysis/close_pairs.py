"""Finds the pairs of pictures that may be the same, among up to some 100,000, in bounded memory."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.analysis.space import Half, as_float
from pipeline.catalog.vectors import Vectors

# Rows compared at once: 2,000 × 8,000 single-precision products are 64 MB.
ROWS = 2_000
COLUMNS = 8_000
# Leading principal components of the first look. Leaving components out only ever brings two
# vectors nearer, so that no close pair is missed.
FIRST_LOOK = 96
# What is the same picture is among the nearest; a thousand copies of one placeholder picture,
# each saved anew, would otherwise be a thousand pairs a row.
MOST_A_ROW = 10


@dataclass(frozen=True)
class Closeness:
    """From where on two pictures may be the same: their vectors' cosine, and hash bits apart.

    Either the vectors are very close, or they are rather close and the hashes agree as well.
    """

    surely: float
    close: float
    most_bits: int


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, the smaller first: `rows` has shape (pairs, 2), `cosines` (pairs,)."""

    rows: NDArray[np.int64]
    cosines: Vectors


def find_close_pairs(
    vectors: Half,
    hashes: NDArray[np.int64],
    closeness: Closeness,
    on_progress: Callable[[float], None] | None = None,
) -> Pairs:
    """Every close pair of rows; each row keeps its 10 closest. `on_progress` hears 0..1."""
    first_look = _project(vectors)
    found: list[tuple[NDArray[np.int64], Vectors]] = []
    for start in range(0, len(vectors), ROWS):
        if on_progress:
            on_progress(start / len(vectors))
        candidates = _look(first_look, hashes, start, closeness)
        found.append(_verify(vectors, hashes, candidates, closeness))
    if not found:
        return Pairs(np.zeros((0, 2), np.int64), np.zeros(0, np.float32))
    return Pairs(np.vstack([rows for rows, _ in found]), np.concatenate([of for _, of in found]))


def _project(vectors: Half) -> Vectors:
    """The vectors along the directions in which they differ most; distances shrink or stay."""
    if vectors.shape[1] <= FIRST_LOOK:
        return as_float(vectors)
    sample = as_float(vectors[:: max(1, len(vectors) // 5_000)])
    sample -= sample.mean(axis=0)
    _, directions = np.linalg.eigh(sample.T @ sample)
    leading = directions[:, -FIRST_LOOK:].astype(np.float32)
    return np.vstack(
        [as_float(vectors[at : at + COLUMNS]) @ leading for at in range(0, len(vectors), COLUMNS)]
        or [np.zeros((0, FIRST_LOOK), np.float32)]
    )


def _look(
    first_look: Vectors, hashes: NDArray[np.int64], start: int, closeness: Closeness
) -> NDArray[np.int64]:
    """Pairs of a row of this block with a later row that no distance rules out."""
    block, looks = first_look[start : start + ROWS], hashes[start : start + ROWS]
    of_block = (block**2).sum(axis=1)[:, None]
    pairs = []
    for at in range(start, len(first_look), COLUMNS):
        others = first_look[at : at + COLUMNS]
        squared = block @ others.T
        squared *= -2
        squared += of_block
        squared += (others**2).sum(axis=1)[None, :]
        bits = count_bits(looks[:, None] ^ hashes[None, at : at + COLUMNS])
        near = squared <= _squared(closeness.surely)
        near |= (squared <= _squared(closeness.close)) & (bits <= closeness.most_bits)
        first, second = np.nonzero(near)
        pair = np.stack([first + start, second + at], axis=1)
        pairs.append(_nearest(pair[pair[:, 0] < pair[:, 1]], squared, start, at))
    return np.vstack(pairs)


def _squared(cosine: float) -> float:
    """The squared distance of two vectors of length 1, with room for rounding."""
    return 2 - 2 * cosine + 1e-3


def _nearest(pairs: NDArray[np.int64], squared: Vectors, start: int, at: int) -> NDArray[np.int64]:
    """At most MOST_A_ROW pairs for each first row, the nearest ones."""
    counts = np.bincount(pairs[:, 0] - start, minlength=1)
    if not len(pairs) or counts.max() <= MOST_A_ROW:
        return pairs
    distances = squared[pairs[:, 0] - start, pairs[:, 1] - at]
    pairs = pairs[np.lexsort((distances, pairs[:, 0]))]
    begins = np.searchsorted(pairs[:, 0], pairs[:, 0])
    return pairs[np.arange(len(pairs)) - begins < MOST_A_ROW]


def _verify(
    vectors: Half, hashes: NDArray[np.int64], pairs: NDArray[np.int64], closeness: Closeness
) -> tuple[NDArray[np.int64], Vectors]:
    kept, cosines = [np.zeros((0, 2), np.int64)], [np.zeros(0, np.float32)]
    for at in range(0, len(pairs), COLUMNS):
        some = pairs[at : at + COLUMNS]
        cosine = np.einsum("ij,ij->i", as_float(vectors[some[:, 0]]), as_float(vectors[some[:, 1]]))
        bits = count_bits(hashes[some[:, 0]] ^ hashes[some[:, 1]])
        close = (cosine >= closeness.close) & (bits <= closeness.most_bits)
        same = close | (cosine >= closeness.surely)
        kept.append(some[same])
        cosines.append(cosine[same])
    return np.vstack(kept), np.concatenate(cosines)


def count_bits(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """How many bits of each number are set: the Hamming distance of two hashes' exclusive or."""
    return np.bitwise_count(numbers.view(np.uint64))
