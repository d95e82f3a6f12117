"""The same promises from every vector index, all of them real."""

import hashlib
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qdrant_client import QdrantClient

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.edge import EdgeIndex
from pipeline.catalog.index.payloads import make_payload
from pipeline.catalog.index.server import ServerIndex, connect
from pipeline.catalog.index.vector_index import Point, VectorIndex
from pipeline.catalog.vectors import Vectors, normalise

DIMENSION = 8
ALL = ProductFilter()

Opened = Callable[[], VectorIndex]


@pytest.fixture(params=["edge", "client", "server"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens one and the same index, each time anew.

    `client` is qdrant-client's own local mode; `server` the one that COMPTOIR_QDRANT_URL names.
    """
    open_one = {"edge": open_edge, "client": open_client, "server": open_server}[request.param]
    indexes: list[VectorIndex] = []

    def open_it() -> VectorIndex:
        indexes.append(open_one(tmp_path))
        return indexes[-1]

    yield open_it
    for index in indexes[:-1]:
        index.close()
    if indexes:
        indexes[-1].drop()


def open_edge(folder: Path) -> VectorIndex:
    return EdgeIndex(folder / "index", DIMENSION)


def open_client(folder: Path) -> VectorIndex:
    # It warns that indexes of fields do nothing there.
    warnings.filterwarnings("ignore", message="Payload indexes have no effect")
    return ServerIndex(QdrantClient(path=str(folder / "local")), "products", DIMENSION)


def open_server(folder: Path) -> VectorIndex:
    url = os.environ.get("COMPTOIR_QDRANT_URL")
    if not url:
        pytest.skip("COMPTOIR_QDRANT_URL names no Qdrant server to ask")
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    key = os.environ.get("COMPTOIR_QDRANT_API_KEY")
    return ServerIndex(connect(url, key), f"comptoir-test-{name}", DIMENSION)


@pytest.fixture
def index(opened: Opened) -> VectorIndex:
    """An empty index."""
    return opened()


def axis(*numbers: int) -> Vectors:
    """A vector that points along these axes, of length 1."""
    vector = np.zeros(DIMENSION, np.float32)
    vector[list(numbers)] = 1
    return normalise(vector)


def point(number: int, along: int | None = None, **said: Any) -> Point:
    """A product whose picture points along an axis, and whose words point along the next."""
    along = number % DIMENSION if along is None else along
    vectors = {"image": axis(along), "text": axis((along + 1) % DIMENSION)}
    return Point(number, vectors, payload(**said))  # type: ignore[arg-type]


def payload(**said: Any) -> dict[str, Any]:
    """What is filtered by; what is not said is left out."""
    default: dict[str, Any] = {
        "category": None,
        "price_cents": None,
        "currency": None,
        "has_picture": True,
        "attributes": {},
    }
    return make_payload(**default | said)


def found(index: VectorIndex, wanted: ProductFilter) -> set[int]:
    """Which points a search and a count with this filter see; both must agree."""
    hits = index.search(np.ones(DIMENSION, np.float32), "image", wanted, 100)
    assert index.count(wanted) == len(hits)
    return {hit.id for hit in hits}


def test_an_empty_index_knows_no_change_and_finds_nothing(index: VectorIndex) -> None:
    assert index.last_seq() == 0
    assert index.count(ALL) == 0
    assert index.search(axis(0), "image", ALL, 10) == []
    assert index.facet("category", ALL, 10) == []


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    index.apply([point(1, along=0), Point(2, {"image": axis(0, 1)}), point(3, along=1)], [], 5)

    hits = index.search(axis(0), "image", ALL, 10)

    assert [hit.id for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == pytest.approx([1, 0.5**0.5, 0], abs=1e-4)


def test_a_question_of_any_length_is_answered_with_cosines(index: VectorIndex) -> None:
    index.apply([point(1, along=0)], [], 1)

    assert index.search(3 * axis(0, 1), "image", ALL, 1)[0].score == pytest.approx(0.5**0.5)


def test_pictures_and_words_are_searched_apart(index: VectorIndex) -> None:
    index.apply([Point(1, {"image": axis(0)}), Point(2, {"text": axis(0)})], [], 1)

    assert [hit.id for hit in index.search(axis(0), "image", ALL, 10)] == [1]
    assert [hit.id for hit in index.search(axis(0), "text", ALL, 10)] == [2]


def test_a_product_without_vectors_is_counted_though_never_near(index: VectorIndex) -> None:
    index.apply([Point(1, {}, payload(category="shoes"))], [], 1)

    assert index.search(axis(0), "image", ALL, 10) == []
    assert index.count(ALL) == index.count(ProductFilter(categories=("shoes",))) == 1
    assert index.facet("category", ALL, 10) == [("shoes", 1)]


def test_a_point_takes_the_place_of_the_one_before(index: VectorIndex) -> None:
    index.apply([point(1, along=0, category="shoes")], [], 1)
    index.apply([Point(1, {"text": axis(3)}, payload(category="boots"))], [], 2)

    assert index.search(axis(0), "image", ALL, 10) == []
    assert [hit.id for hit in index.search(axis(3), "text", ALL, 10)] == [1]
    assert index.facet("category", ALL, 10) == [("boots", 1)]


def test_what_is_gone_is_found_no_more(index: VectorIndex) -> None:
    index.apply([point(1), point(2)], [], 2)
    index.apply([], [1, 99], 3)

    assert found(index, ALL) == {2}
    assert index.last_seq() == 3


def test_the_same_changes_may_come_again(index: VectorIndex) -> None:
    for _ in range(2):
        index.apply([point(1), point(2)], [3], 7)

    assert found(index, ALL) == {1, 2}
    assert index.last_seq() == 7


def test_the_next_process_finds_what_was_there(opened: Opened) -> None:
    first = opened()
    first.apply([point(1, category="shoes")], [], 9)
    first.close()

    index = opened()

    assert index.last_seq() == 9
    assert found(index, ProductFilter(categories=("shoes",))) == {1}


def test_a_cleared_index_is_as_new(index: VectorIndex) -> None:
    index.apply([point(1, category="shoes")], [], 9)
    index.clear()

    assert index.last_seq() == 0
    assert found(index, ALL) == set()

    index.apply([point(2)], [], 10)
    assert found(index, ALL) == {2}


def test_what_was_dropped_is_opened_empty(opened: Opened) -> None:
    first = opened()
    first.apply([point(1)], [], 9)
    first.drop()

    assert opened().last_seq() == 0


def test_no_more_than_asked_for(index: VectorIndex) -> None:
    index.apply([point(number) for number in range(1, 30)], [], 1)

    assert len(index.search(axis(0), "image", ALL, 7)) == 7
    assert index.search(axis(0), "image", ALL, 0) == []


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (ProductFilter(categories=("shoes",)), {1, 2}),
        (ProductFilter(categories=("shoes", "hats")), {1, 2, 3}),
        (ProductFilter(min_price_cents=2000), {2, 3}),
        (ProductFilter(max_price_cents=2000), {1, 2}),
        (ProductFilter(min_price_cents=1000, max_price_cents=2000, currency="EUR"), {1}),
        (ProductFilter(currency="USD"), {2}),
        (ProductFilter(has_picture=False), {3}),
        (ProductFilter(ids=(1, 4, 77)), {1, 4}),
        (ProductFilter(ids=()), set()),
        (ProductFilter(not_ids=(1, 2)), {3, 4}),
        (ProductFilter(categories=("shoes",), not_ids=(1,)), {2}),
        (ProductFilter(categories=("none",)), set()),
        (ProductFilter(attributes={"colour": ("red",)}), {1, 3}),
        (ProductFilter(attributes={"colour": ("red", "blue")}), {1, 2, 3}),
        (ProductFilter(attributes={"colour": ("red",), "size": (42,)}), {1}),
        (ProductFilter(attributes={"size": (42.0,)}), {1}),
        (ProductFilter(attributes={"size": ("42",)}), {2}),
        (ProductFilter(attributes={"width": (1.5,)}), {1}),
        (ProductFilter(attributes={"vegan": (True,)}), {2}),
        (ProductFilter(attributes={"vegan": (False,)}), {3}),
        (ProductFilter(attributes={"vegan": ("true",)}), set()),
        (ProductFilter(attributes={"colour": ()}), {1, 2, 3, 4}),
        (ProductFilter(attributes={"never seen": ("x",)}), set()),
    ],
)  # fmt: skip
def test_filters(index: VectorIndex, wanted: ProductFilter, ids: set[int]) -> None:
    index.apply(
        [
            point(1, category="shoes", price_cents=1000, currency="EUR",
                  attributes={"colour": ["red", "white"], "size": 42, "width": 1.5}),
            point(2, category="shoes", price_cents=2000, currency="USD",
                  attributes={"colour": "blue", "size": "42", "vegan": True}),
            point(3, category="hats", price_cents=3000, currency="EUR", has_picture=False,
                  attributes={"colour": "red", "vegan": False}),
            point(4),
        ],
        [],
        1,
    )  # fmt: skip

    assert found(index, wanted) == ids


@pytest.mark.parametrize(
    "name", ["size", "Größe (EU)", 'said "so"', "a.b", "a[0]", "100%", "%22", " ", "", "\\", "尺寸"]
)
def test_an_attribute_may_have_any_name(index: VectorIndex, name: str) -> None:
    index.apply([point(1, attributes={name: "x"}), point(2, attributes={"other": "x"})], [], 1)

    assert found(index, ProductFilter(attributes={name: ("x",)})) == {1}
    assert index.facet(name, ALL, 10) == [("x", 1)]


def test_facets_count_the_most_frequent_values(index: VectorIndex) -> None:
    sizes = [42, 42, 42, 41.5, 41.5, "one size", True]
    index.apply(
        [
            point(number, category="shoes" if number < 5 else "hats", attributes={"size": size})
            for number, size in enumerate(sizes, 1)
        ],
        [],
        1,
    )

    assert index.facet("category", ALL, 10) == [("shoes", 4), ("hats", 3)]
    assert index.facet("size", ALL, 2) == [(42, 3), (41.5, 2)]
    shoes = index.facet("size", ProductFilter(categories=("shoes",)), 10)
    assert sorted(shoes) == [(41.5, 1), (42, 3)]


def test_an_attribute_may_be_called_like_a_field(index: VectorIndex) -> None:
    index.apply([point(1, category="shoes", attributes={"last_seq": 3, "category": "x"})], [], 1)

    assert found(index, ProductFilter(attributes={"category": ("x",)})) == {1}
    assert index.last_seq() == 1


def test_a_table_of_very_many_columns_is_filtered_all_the_same(index: VectorIndex) -> None:
    index.apply([point(1, attributes={f"column {number}": "x" for number in range(150)})], [], 1)

    for name in ("column 0", "column 149"):
        assert found(index, ProductFilter(attributes={name: ("x",)})) == {1}
        assert index.facet(name, ALL, 10) == [("x", 1)]


def test_searches_and_changes_go_on_side_by_side(index: VectorIndex) -> None:
    index.apply([point(number) for number in range(1, 20)], [], 1)
    failures: list[BaseException] = []

    def search() -> None:
        try:
            for _ in range(50):
                assert len(index.search(axis(0), "image", ALL, 5)) == 5
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seq in range(2, 40):
        index.apply([point(seq)], [seq + 100], seq)
    for thread in threads:
        thread.join()

    assert not failures
    assert index.last_seq() == 39
