"""Rows of an import that meet what somebody changed after they were planned, on either store."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import select

from pipeline.catalog.importing.candidate import Candidate
from pipeline.catalog.importing.rebase import rebase
from pipeline.catalog.importing.table import Row
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.find import draft_of, get_product
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.models import Job
from pipeline.store import read_session, write_session
from tests.support.ledger import LedgerBench

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MUG = ProductDraft("M-1", "Mug bleu", "Grès émaillé", "cuisine", 1250, "EUR")
DEARER = Candidate(Row(2, {}), "M-1", said={"price_cents": 1490})
PLANNED = NewProduct(replace(MUG, price_cents=1490))


def write_planned(bench: LedgerBench) -> ProductDraft:
    with write_session(bench.settings) as session:
        put_products(session, rebase(session, [(PLANNED, DEARER)], NOON), NOON)
    with read_session(bench.settings) as session:
        return draft_of(get_product(session, "M-1"))


def test_an_edit_made_meanwhile_stays_and_is_encoded(bench: LedgerBench) -> None:
    with write_session(bench.settings) as session:
        put_products(session, [NewProduct(replace(MUG, description="Faïence"))], NOON)
    assert write_planned(bench) == replace(MUG, description="Faïence", price_cents=1490)
    with read_session(bench.settings) as session:
        assert [job.payload for job in session.exec(select(Job)) if job.kind == "product.encode"]


def test_what_nobody_changed_is_written_as_planned(bench: LedgerBench) -> None:
    with write_session(bench.settings) as session:
        put_products(session, [NewProduct(MUG)], NOON)
    assert write_planned(bench) == PLANNED.draft


def test_a_product_deleted_meanwhile_is_brought_back_by_its_row(bench: LedgerBench) -> None:
    with write_session(bench.settings) as session:
        put_products(session, [NewProduct(MUG)], NOON)
        delete_products(session, ["M-1"], NOON, "anna")
    assert write_planned(bench) == PLANNED.draft
