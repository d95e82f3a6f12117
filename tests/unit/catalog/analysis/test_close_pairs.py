"""Which pictures are the same: by vectors and hashes that say so."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.catalog.analysis import close_pairs
from pipeline.catalog.analysis.close_pairs import Closeness, count_bits, find_close_pairs
from pipeline.catalog.analysis.space import Half
from pipeline.catalog.vectors import normalise

CLOSENESS = Closeness(surely=0.99, close=0.95, most_bits=6)
DIMENSION = 160


def vectors_of(count: int, seed: int = 1) -> NDArray[np.float32]:
    """Directions that have nothing to do with each other."""
    noise = np.random.default_rng(seed).standard_normal((count, DIMENSION))
    return normalise(noise.astype(np.float32))


def near(vector: NDArray[np.float32], cosine: float) -> NDArray[np.float32]:
    """Another direction at this cosine."""
    other = vectors_of(1, seed=99)[0]
    other = normalise(other - (other @ vector) * vector)
    return normalise(cosine * vector + np.sqrt(1 - cosine**2) * other)


def half(vectors: NDArray[np.float32]) -> Half:
    return vectors.astype(np.float16)


def hashes(*values: int) -> NDArray[np.int64]:
    return np.asarray(values, np.int64)


def test_pictures_with_nearly_the_same_vector_are_a_pair_whatever_their_hashes_say() -> None:
    first, other = vectors_of(2)
    pairs = find_close_pairs(
        half(np.stack([first, other, near(first, 0.995)])), hashes(0, 0, -1), CLOSENESS
    )
    assert pairs.rows.tolist() == [[0, 2]]
    assert pairs.cosines[0] == pytest.approx(0.995, abs=0.002)


def test_pictures_that_are_only_alike_are_a_pair_where_their_hashes_agree() -> None:
    first = vectors_of(1)[0]
    stacked = half(np.stack([first, near(first, 0.96)]))
    assert len(find_close_pairs(stacked, hashes(0b111, 0b100), CLOSENESS).rows) == 1
    assert len(find_close_pairs(stacked, hashes(0, 0xFFF), CLOSENESS).rows) == 0


def test_hashes_alone_make_no_pair() -> None:
    assert len(find_close_pairs(half(vectors_of(5)), hashes(7, 7, 7, 7, 7), CLOSENESS).rows) == 0


def test_pairs_are_found_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_pairs, "ROWS", 7)
    monkeypatch.setattr(close_pairs, "COLUMNS", 11)
    vectors = vectors_of(50)
    vectors[49] = near(vectors[3], 0.995)
    vectors[20] = near(vectors[19], 0.995)
    found = find_close_pairs(half(vectors), np.zeros(50, np.int64), CLOSENESS)
    assert found.rows.tolist() == [[3, 49], [19, 20]]


def test_the_quick_first_look_loses_no_pair() -> None:
    # More dimensions than the first look has, and more rows than it samples.
    vectors = vectors_of(600)
    for row in range(300):
        vectors[300 + row] = near(vectors[row], 0.9925)
    found = find_close_pairs(half(vectors), np.zeros(600, np.int64), CLOSENESS)
    assert {(row, 300 + row) for row in range(300)} <= {tuple(pair) for pair in found.rows.tolist()}


def test_a_placeholder_that_was_saved_a_thousand_times_stays_within_memory() -> None:
    vectors = np.repeat(vectors_of(1), 1000, axis=0)
    found = find_close_pairs(half(vectors), np.zeros(1000, np.int64), CLOSENESS)
    assert len(found.rows) <= 1000 * close_pairs.MOST_A_ROW
    assert set(found.rows.ravel().tolist()) == set(range(1000))


def test_progress_is_told_and_an_empty_catalog_has_no_pairs() -> None:
    heard: list[float] = []
    find_close_pairs(half(vectors_of(3)), np.zeros(3, np.int64), CLOSENESS, heard.append)
    assert heard == [0.0]
    empty = find_close_pairs(np.zeros((0, 8), np.float16), np.zeros(0, np.int64), CLOSENESS)
    assert len(empty.rows) == 0


def test_bits_of_signed_hashes_are_counted() -> None:
    assert count_bits(hashes(0, 1, -1, -(2**63))).tolist() == [0, 1, 64, 1]
