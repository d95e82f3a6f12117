"""Receipts that an earlier version read, before there were items, weights and corrections."""

from alembic import command
from alembic.config import Config

from pipeline.models import Receipt
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.find.listing import find_matching
from pipeline.receipts.review.corrections import Edit, apply_edits
from pipeline.store import close_store, migrate, read_session
from pipeline.store.migration import MIGRATIONS_DIR
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt, find_receipt, reading

BEFORE = "0003"


def add_old_receipt(bench: LedgerBench) -> str:
    """A receipt without items in the tables of the version before, brought up to date."""
    job_id = add_receipt(bench, reading(items=None))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["settings"] = bench.settings
    close_store(bench.settings)
    command.downgrade(config, BEFORE)
    migrate(bench.settings)
    return job_id


def test_an_old_receipt_says_what_it_said(bench: LedgerBench) -> None:
    receipt = find_receipt(bench.settings, add_old_receipt(bench))

    assert receipt.reading == receipt.fields
    assert (receipt.merchant_key, receipt.total_cents) == ("SUPERMARCHE", 750)
    assert (receipt.kg_co2e, receipt.corrections, receipt.revision) == (None, None, 0)


def test_an_old_receipt_is_found_by_its_words(bench: LedgerBench) -> None:
    job_id = add_old_receipt(bench)

    with read_session(bench.settings) as session:
        assert find_matching(session, ReceiptFilter(query="marche")).job_ids == [job_id]


def test_what_an_old_receipt_says_is_no_other_purchase(bench: LedgerBench) -> None:
    old = add_old_receipt(bench)
    bench.clock.tick(1)

    assert find_receipt(bench.settings, add_receipt(bench)).duplicate_of == old


def test_an_old_receipt_is_corrected_like_any_other(bench: LedgerBench) -> None:
    job_id = add_old_receipt(bench)
    edits = [
        Edit("totalAmount", 8),
        Edit("items/+", {"description": "TOMATES", "quantity": 2, "unit": "kg", "amount": 8}),
    ]

    with bench.write() as session:
        options = {"actor": "ana", "now": bench.clock(), "settings": bench.settings}
        corrected: Receipt = apply_edits(session, job_id, edits, **options)

    assert (corrected.total_cents, corrected.needs_review) == (800, False)
    assert corrected.kg_co2e is not None
