"""The index follows what is committed, on either store, with the index of either kind."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.catalog.active import active_encoder
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.owner import IndexOwner
from pipeline.catalog.index.vector_index import IndexUnavailableError, VectorIndex
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.find import find_products
from pipeline.errors import ConflictError
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.ledger import START
from tests.support.small_catalog import ENCODER, put, vector_of

ALL = ProductFilter()


@pytest.fixture
def owner(settings: Settings) -> Iterator[IndexOwner]:
    """Nothing is open yet, and nothing is looked after by itself."""
    owned = IndexOwner(settings)
    yield owned
    owned.close()


def names(settings: Settings, index: VectorIndex, said: str) -> list[str]:
    """The products nearest to some words, by id."""
    with read_session(settings) as session:
        ids = {row.id: row.product_id for row in find_products(session, ["A", "B", "C"]).values()}
    hits = index.search(vector_of(said, "text"), "text", ALL, 10)
    return [ids.get(hit.id, "gone") for hit in hits]


def test_what_is_committed_is_found_by_the_next_question(
    settings: Settings, owner: IndexOwner
) -> None:
    put(settings, "A", "red shoe")
    assert names(settings, owner.current(ENCODER), "red shoe") == ["A"]

    put(settings, "B", "red boot")
    assert names(settings, owner.current(ENCODER), "red boot") == ["B", "A"]


def test_changes_and_deletions_are_followed(settings: Settings, owner: IndexOwner) -> None:
    put(settings, "A", "red shoe", looks="red shoe", said={"category": "shoes"})
    put(settings, "B", "red boot", said={"category": "boots"})
    assert owner.current(ENCODER).count(ProductFilter(has_picture=True)) == 1

    put(settings, "A", "blue lamp", said={"category": "lamps", "price_cents": 500})
    with write_session(settings) as session:
        delete_products(session, ["B"], START, "anna")

    index = owner.current(ENCODER)
    assert names(settings, index, "blue lamp") == ["A"]
    assert index.facet("category", ALL, 5) == [("lamps", 1)]
    assert index.count(ProductFilter(min_price_cents=500)) == 1


def test_a_deleted_product_that_comes_back_is_found_again(
    settings: Settings, owner: IndexOwner
) -> None:
    put(settings, "A", "red shoe")
    with write_session(settings) as session:
        delete_products(session, ["A"], START, "anna")
    owner.current(ENCODER)
    put(settings, "A", "red shoe", at=START + timedelta(hours=1))

    assert names(settings, owner.current(ENCODER), "red shoe") == ["A"]


def test_more_changes_than_are_read_at_once(settings: Settings, owner: IndexOwner) -> None:
    many = [f"P-{number}" for number in range(30)]
    for product_id in many:
        put(settings, product_id, "red shoe")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.catalog.index.catch_up.BATCH", 7)
        index = owner.current(ENCODER)

    assert index.count(ALL) == len(index.search(vector_of("shoe", "text"), "text", ALL, 99)) == 30


def test_an_index_of_another_store_begins_anew(settings: Settings, owner: IndexOwner) -> None:
    put(settings, "A", "red shoe")
    index = owner.current(ENCODER)
    index.apply([], [], 10_000)

    assert names(settings, owner.current(ENCODER), "red shoe") == ["A"]
    assert owner.current(ENCODER).last_seq() < 10_000


def test_an_index_that_missed_deletions_for_too_long_begins_anew(
    settings: Settings, owner: IndexOwner
) -> None:
    put(settings, "A", "red shoe")
    put(settings, "B", "red boot")
    owner.current(ENCODER)
    with write_session(settings) as session:
        delete_products(session, ["A"], START, "anna")
    with write_session(settings) as session:
        session.connection().execute(text("DELETE FROM product WHERE deleted_at IS NOT NULL"))
        session.connection().execute(text("UPDATE catalog_clock SET purged_seq = seq"))

    assert names(settings, owner.current(ENCODER), "red") == ["B"]


def test_a_second_owner_is_told_who_has_the_index(settings: Settings, owner: IndexOwner) -> None:
    put(settings, "A", "red shoe")
    owner.current(ENCODER)
    other = IndexOwner(settings)

    with pytest.raises(ConflictError) as refused:
        other.current(ENCODER)
    other.close()

    assert refused.value.code == "INDEX_IN_USE"


def test_a_server_that_is_down_is_told_and_not_waited_for(settings: Settings) -> None:
    put(settings, "A", "red shoe")
    owner = IndexOwner(settings.model_copy(update={"qdrant_url": "http://127.0.0.1:9"}))

    for _ in range(2):
        with pytest.raises(IndexUnavailableError) as refused:
            owner.current(ENCODER)
        assert refused.value.code == "INDEX_UNAVAILABLE"
    owner.close()


def test_the_first_model_is_the_active_one(settings: Settings) -> None:
    put(settings, "A", "red shoe")

    with read_session(settings) as session:
        assert active_encoder(session) == ENCODER
