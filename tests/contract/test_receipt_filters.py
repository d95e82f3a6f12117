"""Lists by every filter, alone and with words, the same on every store."""

from datetime import date
from typing import Any

import pytest

from pipeline.models import Job, Receipt, ReceiptLine, Upload
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.find.index import index_file, index_receipt
from pipeline.receipts.find.listing import (
    count_exactly,
    find_bought_days,
    iterate_ids,
    list_categories,
    list_currencies,
)
from pipeline.receipts.keys import merchant_key
from pipeline.receipts.queries import ReceiptPage, list_receipts
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

RECEIPTS: dict[str, dict[str, Any]] = {
    "market": {
        "merchant": "Épicerie du Marché",
        "purchased_on": date(2024, 2, 3),
        "total_cents": 1754,
        "currency": "EUR",
        "receipt_type": "retail",
        "grade": "A+",
        "footprint_coverage": 1.0,
        "category": "Vegetables",
    },
    "fuel": {
        "merchant": "Total Access",
        "purchased_on": date(2024, 3, 1),
        "total_cents": 6000,
        "currency": "EUR",
        "receipt_type": "fuel",
        "grade": "F",
        "footprint_coverage": 0.4,
        "category": "Fuel",
        "needs_review": True,
    },
    "abroad": {
        "merchant": "Tesco",
        "purchased_on": date(2023, 12, 31),
        "total_cents": 910,
        "currency": "GBP",
        "receipt_type": "retail",
    },
    "again": {
        "merchant": "Tesco",
        "purchased_on": date(2023, 12, 31),
        "total_cents": 910,
        "currency": "GBP",
        "discarded": True,
    },
}


@pytest.fixture
def shelf(bench: LedgerBench) -> dict[str, str]:
    """A receipt of every sort, and one that waits; ids by name."""
    ids = {name: put(bench, name, values) for name, values in RECEIPTS.items()}
    ids["waiting"] = submit(bench, "waiting")
    return ids


def submit(bench: LedgerBench, name: str) -> str:
    bench.clock.tick(1)
    with bench.write() as session:
        upload = Upload(
            sha256=name, name=f"{name}.jpg", media_type="image/jpeg", size_bytes=1, pages=1,
            created_at=bench.clock(),
        )  # fmt: skip
        session.add(upload)
        session.flush()
        job_id = bench.submit_in(session, "receipt.analyze", upload_id=upload.id)
        index_file(session, session.get_one(Job, job_id), upload.name)
    return job_id


def put(bench: LedgerBench, name: str, values: dict[str, Any]) -> str:
    values = dict(values)
    job_id, category = submit(bench, name), values.pop("category", None)
    discarded = values.pop("discarded", False)
    with bench.write() as session:
        job = session.get_one(Job, job_id)
        job.status, job.started_at, job.finished_at = "completed", bench.clock(), bench.clock()
        session.add(
            Receipt(
                job_id=job_id, upload_id=job.upload_id or "", confidence=1.0,
                needs_review=values.pop("needs_review", False), review_reasons=[], reading={},
                fields={"merchantName": {"value": values["merchant"]}}, pages=[],
                ocr_engine="test", ocr_confidence=1.0, processing_time_s=1.0,
                merchant_key=merchant_key(values["merchant"]), created_at=bench.clock(),
                discarded_at=bench.clock() if discarded else None, **values,
            )
        )  # fmt: skip
        session.flush()
        if category:
            session.add(
                ReceiptLine(
                    job_id=job_id, item_id="r1", position=0, line_key="x", description="x",
                    quantity=1, unit="pcs", amount_cents=1, discount_cents=0, confidence=1.0,
                    category=category,
                )
            )  # fmt: skip
        index_receipt(session, job_id, f"TOTAL thanks {name}")
    return job_id


def find(bench: LedgerBench, wanted: ReceiptFilter, **options: Any) -> ReceiptPage:
    with read_session(bench.settings) as session:
        return list_receipts(session, wanted, now=bench.clock(), workers=1, **options)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, "waiting abroad fuel market"),
        ({"status": "completed"}, "abroad fuel market"),
        ({"status": "pending"}, "waiting"),
        ({"needs_review": True}, "fuel"),
        ({"needs_review": False}, "abroad market"),
        ({"merchant": "epicerie"}, "market"),
        ({"merchant": "du marche"}, "market"),
        ({"merchant": "%"}, ""),
        ({"bought_from": date(2024, 2, 3)}, "fuel market"),
        ({"bought_to": date(2024, 2, 3)}, "abroad market"),
        ({"min_total_cents": 1754}, "fuel market"),
        ({"max_total_cents": 1754}, "abroad market"),
        ({"receipt_type": "fuel"}, "fuel"),
        ({"currency": "gbp"}, "abroad"),
        ({"grade": "A+"}, "market"),
        ({"category": "vegetables"}, "market"),
        ({"unknown_footprint": True}, "abroad fuel"),
        ({"unknown_footprint": False}, "market"),
        ({"discarded": "with"}, "waiting again abroad fuel market"),
        ({"discarded": "only"}, "again"),
        ({"query": "thanks"}, "abroad fuel market"),
        ({"query": "thanks", "discarded": "with"}, "again abroad fuel market"),
        ({"query": "total", "receipt_type": "fuel"}, "fuel"),
        ({"query": "total", "merchant": "tesco"}, "abroad"),
        ({"query": "jpg", "status": "pending"}, "waiting"),
        ({"query": "-tesco"}, "waiting fuel market"),
        ({"query": "..."}, "waiting abroad fuel market"),
    ],
    ids=str,
)
def test_each_filter_lists_what_it_describes_newest_first(
    bench: LedgerBench, shelf: dict[str, str], wanted: dict[str, Any], names: str
) -> None:
    found = find(bench, ReceiptFilter(**wanted))

    by_id = {job_id: name for name, job_id in shelf.items()}
    assert [by_id[row.job_id] for row in found.rows] == names.split()
    assert (found.total, found.total_is_at_least) == (len(names.split()), False)
    with read_session(bench.settings) as session:
        assert count_exactly(session, ReceiptFilter(**wanted)) == len(names.split())
        batches = list(iterate_ids(session, ReceiptFilter(**wanted)))
    assert [by_id[job_id] for batch in batches for job_id in batch] == names.split()


def test_the_best_match_may_come_first(bench: LedgerBench, shelf: dict[str, str]) -> None:
    with bench.write() as session:
        index_receipt(session, shelf["market"], "thanks thanks thanks thanks")

    newest = find(bench, ReceiptFilter(query="thanks "))
    best = find(bench, ReceiptFilter(query="thanks "), sort="relevance")

    assert newest.rows[-1].job_id == shelf["market"]
    assert best.rows[0].job_id == shelf["market"]
    assert best.total == newest.total == 3


def test_pages_of_a_search_show_every_match_once(bench: LedgerBench, shelf: dict[str, str]) -> None:
    pages = [
        find(bench, ReceiptFilter(query="thanks"), limit=1, offset=number) for number in range(4)
    ]

    assert [len(page.rows) for page in pages] == [1, 1, 1, 0]
    assert len({row.job_id for page in pages for row in page.rows}) == 3


def test_a_row_tells_where_the_words_stand(bench: LedgerBench, shelf: dict[str, str]) -> None:
    (row,) = find(bench, ReceiptFilter(query="epic")).rows

    assert row.snippet is not None
    assert row.snippet.text == "Épicerie du Marché"
    assert row.snippet.marks == ((0, 8),)


def test_what_can_be_chosen_is_what_there_is(bench: LedgerBench, shelf: dict[str, str]) -> None:
    with read_session(bench.settings) as session:
        assert list_currencies(session) == ["EUR", "GBP"]
        assert list_categories(session) == ["Fuel", "Vegetables"]


def test_the_days_of_purchases_are_those_of_the_first_and_the_last(bench: LedgerBench) -> None:
    with read_session(bench.settings) as session:
        assert find_bought_days(session) is None
    for name in ("market", "fuel", "abroad"):
        put(bench, name, RECEIPTS[name])
    with read_session(bench.settings) as session:
        assert find_bought_days(session) == (date(2023, 12, 31), date(2024, 3, 1))
