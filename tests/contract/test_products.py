"""Products as rows: written, changed, deleted and brought back alike on either store."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from pipeline.catalog.changes import last_seq, purged_seq
from pipeline.catalog.product import Footprint, Picture, ProductDraft
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.find import draft_of, find_by_refs, find_products, get_product
from pipeline.catalog.products.tombstones import purge_tombstones
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.catalog.vectors import VectorKind, Vectors, from_bytes
from pipeline.errors import NotFoundError
from pipeline.files import open_files
from pipeline.models import Product, ProductChange, ProductLink, ProductVector, Upload
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from pipeline.unused_files import delete_unused

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
MUG = ProductDraft("M-1", "Mug bleu", "Grès émaillé", "cuisine", 1250, "EUR", {"colour": "blue"})


def vector(*numbers: float) -> Vectors:
    return np.array(numbers, np.float32) / np.linalg.norm(numbers)


BOTH: dict[VectorKind, Vectors] = {"image": vector(1, 0), "text": vector(0, 1)}


def picture(name: str) -> Picture:
    return Picture(name * 64, name.upper() * 64, "image/jpeg", -5)


def put(settings: Settings, *products: NewProduct, now: datetime = NOON) -> list[str]:
    with write_session(settings) as session:
        return [*put_products(session, products, now)]


def delete(settings: Settings, *product_ids: str, now: datetime = LATER) -> list[str]:
    with write_session(settings) as session:
        return delete_products(session, product_ids, now, "anna")


def rows_of(session: Session) -> list[Product]:
    return list(session.exec(select(Product).order_by(col(Product.id))))


def words_in(settings: Settings) -> int:
    with read_session(settings) as session:
        return int(
            session.connection().execute(text("SELECT count(*) FROM product_words")).scalar_one()
        )


def test_a_new_product_is_kept_with_all_that_is_said_of_it(settings: Settings) -> None:
    bulb = ProductDraft(
        "L/2 a", "Lampe", attributes={"watt": 7, "tags": ("led", "e27"), "dim": True},
        footprint=Footprint(3.5, "piece", "EPD 2024"),
    )  # fmt: skip

    outcomes = put(settings, NewProduct(MUG, picture("a")), NewProduct(bulb))

    assert outcomes == ["created", "created"]
    with read_session(settings) as session:
        assert draft_of(get_product(session, "L/2 a")) == bulb
        mug = get_product(session, "M-1")
    assert draft_of(mug) == MUG
    assert (mug.picture_sha256, mug.picture_hash) == ("a" * 64, -5)
    assert mug.created_at == mug.updated_at == NOON


def test_the_same_again_writes_nothing_and_a_change_is_an_update(settings: Settings) -> None:
    put(settings, NewProduct(MUG, picture("a")))
    with read_session(settings) as session:
        before = last_seq(session)

    assert put(settings, NewProduct(MUG, picture("a")), now=LATER) == ["unchanged"]
    assert put(settings, NewProduct(MUG), now=LATER) == ["unchanged"]

    with read_session(settings) as session:
        assert last_seq(session) == before
    dearer = ProductDraft(**{**MUG.__dict__, "price_cents": 1400})
    assert put(settings, NewProduct(dearer), now=LATER) == ["updated"]
    with read_session(settings) as session:
        mug = get_product(session, "M-1")
    assert (mug.price_cents, mug.created_at, mug.updated_at) == (1400, NOON, LATER)
    assert mug.picture_sha256 == "a" * 64
    assert mug.seq > before


def test_every_change_has_a_number_of_its_own_that_grows(settings: Settings) -> None:
    mugs = [NewProduct(ProductDraft(f"M-{place}", "Mug"), None, {"text": vector(1, place)}, "e1")
            for place in range(5)]  # fmt: skip
    put(settings, *mugs)
    put(settings, NewProduct(ProductDraft("M-2", "Grand mug")))

    with read_session(settings) as session:
        seqs = [row.seq for row in rows_of(session)]
        of_vectors = list(session.exec(select(ProductVector.seq)))
        last = last_seq(session)
    assert len({*seqs, *of_vectors}) == 10
    assert min(*seqs, *of_vectors) >= 1
    assert seqs[2] == max(*seqs, *of_vectors) == last == 11


def test_vectors_are_written_where_they_differ(settings: Settings) -> None:
    put(
        settings, NewProduct(MUG, picture("a"), {"image": vector(1, 0), "text": vector(0, 1)}, "e1")
    )
    seqs = vector_seqs(settings)

    again = NewProduct(MUG, None, {"image": vector(1, 0), "text": vector(1, 1)}, "e1")
    assert put(settings, again) == ["unchanged"]

    now = vector_seqs(settings)
    assert now["image"] == seqs["image"]
    assert now["text"] > seqs["text"]
    with read_session(settings) as session:
        stored = session.exec(
            select(ProductVector.vector).where(ProductVector.kind == "text")
        ).one()
    assert from_bytes(stored) == pytest.approx(vector(1, 1), abs=1e-3)


def vector_seqs(settings: Settings) -> dict[str, int]:
    with read_session(settings) as session:
        return {row.kind: row.seq for row in session.exec(select(ProductVector))}


def test_a_new_picture_drops_the_vectors_of_the_old_one(settings: Settings) -> None:
    put(
        settings, NewProduct(MUG, picture("a"), {"image": vector(1, 0), "text": vector(0, 1)}, "e1")
    )

    assert put(settings, NewProduct(MUG, picture("b"))) == ["updated"]

    assert list(vector_seqs(settings)) == ["text"]


def test_a_deleted_product_leaves_a_tombstone_and_may_come_back(settings: Settings) -> None:
    put(settings, NewProduct(MUG, picture("a"), {"text": vector(0, 1)}, "e1"))

    assert delete(settings, "M-1", "nobody") == ["M-1"]
    assert delete(settings, "M-1") == []

    with read_session(settings) as session:
        [row] = rows_of(session)
        assert find_products(session, ["M-1"]) == find_by_refs(session, [row.id or 0]) == {}
        with pytest.raises(NotFoundError) as unknown:
            get_product(session, "M-1")
        [change] = session.exec(select(ProductChange))
        assert row.seq == last_seq(session)
    assert unknown.value.code == "PRODUCT_UNKNOWN"
    assert (row.deleted_at, row.picture_sha256) == (LATER, None)
    assert (change.actor, change.change, change.at) == ("anna", "deleted", LATER)
    assert change.before is not None
    assert change.before["name"] == "Mug bleu"
    assert vector_seqs(settings) == {}
    assert words_in(settings) == 0

    assert put(settings, NewProduct(MUG), now=LATER) == ["created"]
    with read_session(settings) as session:
        again = get_product(session, "M-1")
    assert (again.id, again.created_at, again.picture_sha256) == (row.id, LATER, None)
    assert words_in(settings) == 1


def test_a_product_occurs_once_in_a_transaction(settings: Settings) -> None:
    with pytest.raises(ValueError, match="once"):
        put(settings, NewProduct(MUG), NewProduct(MUG))


def test_what_is_rolled_back_left_no_trace(settings: Settings) -> None:
    with pytest.raises(RuntimeError), write_session(settings) as session:
        put_products(session, [NewProduct(MUG)], NOON)
        raise RuntimeError

    with read_session(settings) as session:
        assert rows_of(session) == []
        assert last_seq(session) == 0
    assert words_in(settings) == 0


def test_many_products_are_written_and_deleted_together(settings: Settings) -> None:
    # The stores of these tests give up early; hundreds of rows take a busy machine longer.
    settings = settings.model_copy(update={"store_wait_s": 30})
    many = [NewProduct(ProductDraft(f"P{place}", f"Chose {place}"), picture("a"),
                       {"image": vector(1, place), "text": vector(place, 1)}, "e1")
            for place in range(256)]  # fmt: skip

    assert put(settings, *many) == ["created"] * 256
    assert put(settings, *many) == ["unchanged"] * 256
    assert len(delete(settings, *(f"P{place}" for place in range(256)))) == 256


def test_files_that_nothing_has_any_more_go_after_a_day(settings: Settings) -> None:
    files = open_files(settings)
    hashes = [
        files.put_bytes(name.encode()) for name in ("one", "two", "shared", "receipt", "thumb")
    ]
    one, two, shared, receipt, thumb = hashes
    for place, sha256 in enumerate((one, shared, receipt)):
        held = Picture(sha256, thumb, "image/png", 0)
        put(settings, NewProduct(ProductDraft(f"P{place}", "Chose"), held))
    put(settings, NewProduct(ProductDraft("other", "Chose"), Picture(shared, two, "image/png", 0)))
    with write_session(settings) as session:
        session.add(Upload(sha256=receipt, name="r", media_type="image/png", size_bytes=1, pages=1,
                           created_at=NOON))  # fmt: skip
    delete(settings, "P0", "P1", "P2")

    assert delete_unused(settings, files, LATER + timedelta(hours=23)) == 0
    assert delete_unused(settings, files, LATER + timedelta(hours=25)) == 2
    assert delete_unused(settings, files, LATER + timedelta(hours=25)) == 0
    assert [files.has(sha256) for sha256 in hashes] == [False, True, True, True, False]


def test_a_deleted_product_leaves_the_store_after_a_month(settings: Settings) -> None:
    put(settings, NewProduct(MUG), NewProduct(ProductDraft("M-2", "Mug")))
    delete(settings, "M-1")

    assert purge_tombstones(settings, LATER + timedelta(days=29)) == 0
    assert purge_tombstones(settings, LATER + timedelta(days=31)) == 1
    with read_session(settings) as session:
        assert [row.product_id for row in rows_of(session)] == ["M-2"]
        assert purged_seq(session) == last_seq(session)


def test_a_deleted_product_that_a_receipt_names_stays(settings: Settings) -> None:
    put(settings, NewProduct(MUG))
    with write_session(settings) as session:
        ref = rows_of(session)[0].id
        session.add(
            ProductLink(
                merchant_key="a", line_key="b", product_ref=ref, actor="anna", created_at=NOON
            )
        )
    delete(settings, "M-1")

    assert purge_tombstones(settings, LATER + timedelta(days=31)) == 0
