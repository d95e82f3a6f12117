"""What was deleted by hand is found again as it was, the same on every store."""

from datetime import UTC, datetime

from pipeline.catalog.product import Footprint, ProductDraft
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.restore import find_deleted
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.store import read_session, write_session
from tests.support.ledger import LedgerBench

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOOT = ProductDraft(
    "A-1", "Boot", "High", "Shoes", 8905, "EUR", {"fits": ("S", "M"), "size": 41},
    Footprint(12.5, "kg", "Supplier"),
)  # fmt: skip
CAP = ProductDraft("A-2", "Cap")


def put(bench: LedgerBench, *drafts: ProductDraft) -> None:
    with write_session(bench.settings) as session:
        put_products(session, [NewProduct(draft) for draft in drafts], NOW)


def delete(bench: LedgerBench, *product_ids: str) -> None:
    with write_session(bench.settings) as session:
        delete_products(session, product_ids, NOW, "somebody")


def deleted(bench: LedgerBench, *product_ids: str) -> list[ProductDraft]:
    with read_session(bench.settings) as session:
        return [one.draft for one in find_deleted(session, product_ids)]


def test_deleted_products_are_found_as_they_were(bench: LedgerBench) -> None:
    put(bench, BOOT, CAP)
    delete(bench, "A-1", "A-2")

    assert deleted(bench, "A-1", "A-2", "A-3") == [BOOT, CAP]


def test_of_several_deletions_the_last_counts(bench: LedgerBench) -> None:
    put(bench, CAP)
    delete(bench, "A-2")
    put(bench, ProductDraft("A-2", "Cap, blue"))
    delete(bench, "A-2")

    assert deleted(bench, "A-2") == [ProductDraft("A-2", "Cap, blue")]


def test_what_is_there_is_not_deleted(bench: LedgerBench) -> None:
    put(bench, CAP)
    delete(bench, "A-2")
    put(bench, CAP)

    assert deleted(bench, "A-2") == []
