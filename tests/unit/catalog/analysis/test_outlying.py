"""Products in a wrong category, found among constructed ones."""

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.analysis.outlying import THRESHOLD, find_outliers
from pipeline.catalog.analysis.space import Half
from pipeline.catalog.vectors import normalise

DIMENSION = 32
SIZES = {"shoes": 60, "bags": 40, "lamps": 5, "mugs": 4}


def make_catalog(seed: int = 3) -> tuple[Half, list[str | None]]:
    """Categories of very different sizes around directions of their own; shoes are of two kinds."""
    rng = np.random.default_rng(seed)
    rows: list[NDArray[np.float64]] = []
    categories: list[str | None] = []
    for name, size in SIZES.items():
        middles = rng.standard_normal((2 if name == "shoes" else 1, DIMENSION))
        rows += [
            middles[at % len(middles)] + 0.4 * rng.standard_normal(DIMENSION) for at in range(size)
        ]
        categories += [name] * size
    return normalise(np.asarray(rows, np.float32)).astype(np.float16), categories


def test_nothing_is_doubted_where_every_product_is_right() -> None:
    vectors, categories = make_catalog()
    assert find_outliers(vectors, categories) == []


def test_a_product_in_a_wrong_category_is_found_with_the_one_it_looks_like() -> None:
    vectors, categories = make_catalog()
    categories[10] = "bags"
    (found,) = find_outliers(vectors, categories)
    assert (found.row, found.category, found.looks_like) == (10, "bags", "shoes")
    assert THRESHOLD <= found.score <= 1.5


def test_a_product_that_fell_into_a_small_category_is_found() -> None:
    vectors, categories = make_catalog()
    categories[0] = "lamps"
    assert [one.row for one in find_outliers(vectors, categories)] == [0]


def test_a_product_of_a_small_category_among_many_others_is_found() -> None:
    vectors, categories = make_catalog()
    mug = categories.index("mugs")
    categories[mug] = "shoes"
    found = find_outliers(vectors, categories)
    assert [(one.row, one.looks_like) for one in found] == [(mug, "mugs")]


def test_categories_of_one_or_two_products_are_not_judged() -> None:
    vectors, categories = make_catalog()
    categories[0], categories[1] = "rare", "rare"
    assert find_outliers(vectors, categories) == []


def test_products_without_a_category_and_single_categories_are_left_alone() -> None:
    vectors, _ = make_catalog()
    assert find_outliers(vectors, [None] * len(vectors)) == []
    assert find_outliers(vectors, ["all"] * len(vectors)) == []
