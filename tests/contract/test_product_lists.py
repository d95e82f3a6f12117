"""Lists of products and their words: the same answers from SQLite and from PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.product import Picture, ProductDraft
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.edit import edit_product, list_changes
from pipeline.catalog.products.find import get_product
from pipeline.catalog.products.listing import (
    ListOrder,
    count_products,
    facet,
    iterate_refs,
    list_attributes,
    list_products,
)
from pipeline.catalog.products.merge import decisions_among, keep_both
from pipeline.catalog.products.words import search_words
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.models import Job
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHOES: dict[str, dict[str, Any]] = {
    "SKU-001": {"name": "Chaussures rouges", "category": "shoes", "price_cents": 4990,
                "attributes": {"colour": "red", "size": 41, "tags": ("run", "light")}},
    "SKU-002": {"name": "Chaussure bleue", "category": "shoes", "price_cents": 3990,
                "attributes": {"colour": "blue", "size": 42.0, "tags": ("run",)}},
    "SKU-010": {"name": "Crème brûlée", "category": "food", "description": "Dessert aux œufs",
                "attributes": {"bio": True}},
    "X/7 b": {"name": "Étagère", "category": "home", "price_cents": 8900,
              "attributes": {"colour": "red"}},
    "rouge": {"name": "Peinture", "category": "home", "price_cents": 1500},
}  # fmt: skip

Listed = Callable[..., list[str]]


@pytest.fixture
def shop(settings: Settings) -> Settings:
    with write_session(settings) as session:
        gone = NewProduct(ProductDraft("gone", "Chaussures rouges", category="shoes"))
        put_products(session, [gone], NOON)
        delete_products(session, ["gone"], NOON, "anna")
    for place, (product_id, said) in enumerate(SHOES.items()):
        picture = Picture("a" * 64, "b" * 64, "image/png", 0) if place % 2 else None
        new = NewProduct(ProductDraft(product_id, **said), picture)
        with write_session(settings) as session:
            put_products(session, [new], NOON + timedelta(minutes=place))
    return settings


@pytest.fixture
def listed(shop: Settings) -> Listed:
    def show(query: str = "", order: ListOrder = "oldest", **asked: Any) -> list[str]:
        with read_session(shop) as session:
            rows, total = list_products(session, ProductFilter(**asked), query, order)
            assert total == len(rows) == count_products(session, ProductFilter(**asked), query)
            refs = [ref for some in iterate_refs(session, ProductFilter(**asked), query)
                    for ref in some]  # fmt: skip
            assert refs == sorted(row.id or 0 for row in rows)
        return [row.product_id for row in rows]

    return show


def test_lists_have_an_order_and_leave_the_deleted_out(listed: Listed) -> None:
    ids = list(SHOES)
    assert listed() == ids
    assert listed(order="newest") == ids[::-1]
    assert listed(order="cheapest") == ["rouge", "SKU-002", "SKU-001", "X/7 b", "SKU-010"]
    assert listed(order="dearest") == ["X/7 b", "SKU-001", "SKU-002", "rouge", "SKU-010"]
    assert listed(order="name") == ["SKU-002", "SKU-001", "SKU-010", "X/7 b", "rouge"]


def test_pages_of_an_order_by_price_go_on_where_prices_end(shop: Settings) -> None:
    with read_session(shop) as session:
        pages = [list_products(session, ProductFilter(), "", "cheapest", 2, offset)[0]
                 for offset in (0, 2, 4, 6)]  # fmt: skip
    assert [[row.product_id for row in page] for page in pages] == [
        ["rouge", "SKU-002"], ["SKU-001", "X/7 b"], ["SKU-010"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"categories": ("food", "home")}, ["SKU-010", "X/7 b", "rouge"]),
        ({"min_price_cents": 3990, "max_price_cents": 4990}, ["SKU-001", "SKU-002"]),
        ({"has_picture": True}, ["SKU-002", "X/7 b"]),
        ({"has_picture": False, "categories": ("shoes",)}, ["SKU-001"]),
        ({"attributes": {"colour": ("red",)}}, ["SKU-001", "X/7 b"]),
        ({"attributes": {"colour": ("red", "blue"), "tags": ("run",)}}, ["SKU-001", "SKU-002"]),
        ({"attributes": {"size": (42,)}}, ["SKU-002"]),
        ({"attributes": {"size": ("42",)}}, []),
        ({"attributes": {"bio": (True,)}}, ["SKU-010"]),
        ({"ids": ()}, []),
    ],
)
def test_a_list_is_narrowed_by_what_products_say(
    listed: Listed, asked: dict[str, Any], found: list[str]
) -> None:
    assert listed(**asked) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("chaussures", ["SKU-001", "SKU-002"]),
        ("CHAUSS", ["SKU-001", "SKU-002"]),
        ("chaussure rouge", ["SKU-001"]),
        ("creme brulee", ["SKU-010"]),
        ("oeuf", ["SKU-010"]),
        ("etagère", ["X/7 b"]),
        ("sku-0", ["SKU-001", "SKU-002", "SKU-010"]),
        ("sku001", ["SKU-001"]),
        ("x/7", ["X/7 b"]),
        ("shoes -bleue", ["SKU-001"]),
        ("run", ["SKU-001", "SKU-002"]),
        ("-chaussure -home", ["SKU-010"]),
        ("nothing such", []),
        ("...", list(SHOES)),
        ("'; DROP TABLE product --", []),
    ],
)
def test_products_are_listed_by_what_people_type(
    listed: Listed, query: str, found: list[str]
) -> None:
    assert listed(query) == found


def test_values_are_counted_as_another_choice_would_give(shop: Settings) -> None:
    red = ProductFilter(attributes={"colour": ("red",)})
    with read_session(shop) as session:
        assert list_attributes(session) == ["bio", "colour", "size", "tags"]
        assert facet(session, "category", ProductFilter()) == [
            ("home", 2), ("shoes", 2), ("food", 1),
        ]  # fmt: skip
        assert facet(session, "category", red) == [("home", 1), ("shoes", 1)]
        assert facet(session, "colour", red) == [("red", 2), ("blue", 1)]
        assert facet(session, "tags", ProductFilter(), "chaussures") == [("run", 2), ("light", 1)]
        assert facet(session, "size", ProductFilter(), limit=1) == [(41, 1)]
        assert facet(session, "bio", ProductFilter()) == [(True, 1)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SKU-001", [("SKU-001", "id")]),
        ("sku 001", [("SKU-001", "id")]),
        ("sku-00", [("SKU-001", "id"), ("SKU-002", "id")]),
        ("rouge", [("rouge", "id"), ("SKU-001", "words")]),
        ("chaussure rouge", [("SKU-001", "name")]),
        ("Chaussures", [("SKU-002", "name"), ("SKU-001", "name")]),
        ("dessert", [("SKU-010", "words")]),
        ("...", []),
    ],
)
def test_the_best_match_of_words_comes_first(
    shop: Settings, text: str, found: list[tuple[str, str]]
) -> None:
    with read_session(shop) as session:
        hits = search_words(session, text, ProductFilter(), 10)
        names = {get_product(session, one).id: one for one in SHOES}
    assert [hit.rank for hit in hits] == sorted((hit.rank for hit in hits), reverse=True)
    assert sorted((names[hit.ref], hit.found_by) for hit in hits) == sorted(found)
    if found:
        assert names[hits[0].ref] in (found[0][0], "SKU-001")


def test_words_are_narrowed_like_lists(shop: Settings) -> None:
    with read_session(shop) as session:
        hits = search_words(session, "rouge", ProductFilter(categories=("shoes",)), 10)
        assert [hit.ref for hit in hits] == [get_product(session, "SKU-001").id]


def test_after_an_edit_other_words_and_attributes_find_it(shop: Settings, listed: Listed) -> None:
    changes = {"name": "Sandale", "attributes": {"colour": "green", "size": None}}
    with write_session(shop) as session:
        edit_product(session, "SKU-001", changes, NOON, "anna")
    with write_session(shop) as session:
        edit_product(session, "SKU-002", {"price_cents": 1}, NOON, "bob")
        edit_product(session, "SKU-001", {"price_cents": 1}, NOON, "bob")

    assert listed("chaussures") == ["SKU-002"]
    assert listed("sandales") == listed(attributes={"colour": ("green",)}) == ["SKU-001"]
    with read_session(shop) as session:
        encoded = session.exec(select(Job).where(Job.kind == "product.encode")).all()
        assert [job.payload for job in encoded] == [{"productId": "SKU-001"}]
        assert [change.actor for change in list_changes(session, "SKU-001")] == ["bob", "anna"]
        assert "size" not in get_product(session, "SKU-001").attributes


def test_who_said_that_products_differ_is_remembered(shop: Settings) -> None:
    for _ in range(2):
        with write_session(shop) as session:
            keep_both(session, ["SKU-010", "SKU-001", "SKU-002"], NOON, "anna")
    with read_session(shop) as session:
        refs = [get_product(session, one).id or 0 for one in ("SKU-001", "SKU-002", "SKU-010")]
        assert decisions_among(session, refs) == {
            (refs[0], refs[1]), (refs[0], refs[2]), (refs[1], refs[2]),
        }  # fmt: skip
