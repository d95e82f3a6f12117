"""The map: likes side by side, the same each time, whatever the catalog's size."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.catalog.analysis import projection
from pipeline.catalog.analysis.projection import join_kinds, project
from pipeline.catalog.analysis.space import Half
from pipeline.catalog.vectors import normalise

GROUPS = 3


def make_vectors(count: int, dimension: int = 24) -> Half:
    """Products of three kinds in turn."""
    rng = np.random.default_rng(5)
    middles = rng.standard_normal((GROUPS, dimension))
    rows = [middles[at % GROUPS] + 0.2 * rng.standard_normal(dimension) for at in range(count)]
    return normalise(np.asarray(rows, np.float32)).astype(np.float16)


def share_of_neighbours_of_the_same_kind(places: NDArray[np.float32]) -> float:
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    kinds = np.arange(len(places)) % GROUPS
    return float((kinds[distances.argmin(axis=1)] == kinds).mean())


def test_a_handful_of_products_is_laid_out_without_umap() -> None:
    places = project(make_vectors(9))
    assert places.shape == (9, 2)
    assert np.abs(places).max() == pytest.approx(1, abs=1e-6)
    assert share_of_neighbours_of_the_same_kind(places) == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_next_to_nothing_can_be_laid_out(count: int) -> None:
    places = project(make_vectors(3)[:count])
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_equal_products_can_be_laid_out() -> None:
    assert np.isfinite(project(np.repeat(make_vectors(1), 5, axis=0))).all()


def test_likes_lie_side_by_side_also_those_that_were_not_in_the_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projection, "SAMPLE", 60)
    stages: list[str] = []
    vectors = make_vectors(240)
    places = project(vectors, lambda stage, _share: stages.append(stage))
    assert share_of_neighbours_of_the_same_kind(places) > 0.98
    assert list(dict.fromkeys(stages)) == ["reduce", "lay_out", "place"]
    assert np.array_equal(places, project(vectors))


def test_a_product_without_a_picture_lies_among_its_like() -> None:
    # Words live in another region of the space than pictures.
    pictures, apart = make_vectors(30), np.full(24, 0.5, np.float32)
    words = normalise(pictures.astype(np.float32) + apart).astype(np.float16)
    pictures[::7] = 0
    places = project(join_kinds(pictures, words)[:14])
    assert share_of_neighbours_of_the_same_kind(places) == 1
