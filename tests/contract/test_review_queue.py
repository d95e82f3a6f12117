"""The least sure receipt comes first, and corrections do not make the queue jump."""

from typing import Any

import pytest
from sqlalchemy import text as sql

from pipeline.receipts.review.corrections import Edit, apply_edits
from pipeline.receipts.review.queue import Place, find_place, review_ids
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt, amount, reading, text


def add(bench: LedgerBench, confidence: float, day: int) -> str:
    total, bought = amount(7.5, confidence), text(f"2026-03-{day:02}")
    return add_receipt(bench, reading(totalAmount=total, date=bought))


def edit(bench: LedgerBench, job_id: str, path: str, value: Any) -> None:
    with bench.write() as session:
        options: dict[str, Any] = {"now": bench.clock(), "settings": bench.settings}
        apply_edits(session, job_id, [Edit(path, value)], actor="ana", **options)


@pytest.fixture
def waiting(bench: LedgerBench) -> list[str]:
    """Three that wait, the worst first; and one that does not."""
    middle, best, worst, _ = (
        add(bench, share, n) for n, share in enumerate((0.4, 0.6, 0.2, 0.9), 1)
    )
    return [worst, middle, best]


def place(bench: LedgerBench, job_id: str) -> Place | None:
    with read_session(bench.settings) as session:
        return find_place(session, job_id)


def queue(bench: LedgerBench) -> list[str]:
    with read_session(bench.settings) as session:
        return review_ids(session)


def test_the_worst_comes_first_and_knows_its_neighbours(
    bench: LedgerBench, waiting: list[str]
) -> None:
    worst, middle, best = waiting

    assert queue(bench) == waiting
    assert place(bench, worst) == Place(1, 3, None, middle)
    assert place(bench, middle) == Place(2, 3, worst, best)
    assert place(bench, "0" * 32) is None


def test_a_correction_keeps_the_place_until_nothing_is_left_to_ask(
    bench: LedgerBench, waiting: list[str]
) -> None:
    worst, middle, best = waiting

    edit(bench, middle, "totalAmount", 9)
    assert queue(bench) == waiting
    edit(bench, middle, "totalAmount", 7.5)

    assert queue(bench) == [worst, best]
    assert place(bench, middle) == Place(2, 2, worst, best)


def test_what_is_accepted_or_discarded_waits_no_more(
    bench: LedgerBench, waiting: list[str]
) -> None:
    worst, middle, best = waiting

    edit(bench, worst, "review", "accepted")
    edit(bench, best, "duplicate", "discarded")

    assert queue(bench) == [middle]


def test_the_queue_is_read_from_an_index_of_those_that_wait(bench: LedgerBench) -> None:
    prefix = "EXPLAIN" if bench.settings.uses_postgresql else "EXPLAIN QUERY PLAN"
    with read_session(bench.settings) as session:
        if bench.settings.uses_postgresql:
            # Of a few rows any way is short; what is asked is which way there is.
            for way in ("seqscan", "sort"):
                session.connection().execute(sql(f"SET LOCAL enable_{way} = off"))
        plan = session.connection().execute(
            sql(
                f"{prefix} SELECT job_id FROM receipt WHERE receipt.needs_review"
                " ORDER BY read_confidence, job_id"
            )
        )
        shown = " ".join(str(column) for row in plan for column in row)
    assert "ix_receipt_review" in shown
