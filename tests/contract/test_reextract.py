"""A receipt that is understood anew keeps what persons said about it, and its text is not read."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from pipeline.jobs.broker import open_doorbell
from pipeline.models import AuditEntry, Job
from pipeline.receipts.reextract import Queued, submit_reextract
from pipeline.receipts.review.corrections import Edit, apply_edits
from pipeline.receipts.review.queue import review_rate
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import (
    add_receipt,
    amount,
    find_receipt,
    item,
    outcome,
    reading,
    submit_file,
    text,
)


def edit(bench: LedgerBench, job_id: str, *edits: Edit) -> None:
    with bench.write() as session:
        options: dict[str, Any] = {"now": bench.clock(), "settings": bench.settings}
        apply_edits(session, job_id, edits, actor="ana", **options)


def submit(bench: LedgerBench, *receipt_ids: str) -> list[Queued]:
    doorbell = open_doorbell(bench.settings)
    return submit_reextract(bench.settings, doorbell, receipt_ids, "ana", bench.clock)


def read_again(bench: LedgerBench, receipt_id: str, fields: dict[str, Any]) -> None:
    [queued] = submit(bench, receipt_id)
    assert queued.job_id is not None
    assert bench.complete(bench.take(queued.job_id), outcome(fields))


def test_a_new_reading_takes_the_place_of_the_old_one(bench: LedgerBench) -> None:
    job_id = add_receipt(bench, reading(totalAmount=None))

    read_again(bench, job_id, reading(totalAmount=amount(7.5)))

    receipt = find_receipt(bench.settings, job_id)
    assert (receipt.total_cents, receipt.needs_review) == (750, False)


def test_corrected_fields_and_lines_stay(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)
    edit(bench, job_id, Edit("merchantName", "Marché du port"), Edit("items/r2", None))

    other = reading(merchantName=text("MARCHE DV PORT"), time=text("18:42"))
    read_again(bench, job_id, {**other, "items": [item(1, "POMMES", 1.0)]})

    receipt = find_receipt(bench.settings, job_id)
    assert receipt.merchant == "Marché du port"
    assert [line["description"] for line in receipt.fields["items"]] == ["TOMATES"]
    assert receipt.fields["time"]["value"] == "18:42"
    assert receipt.reading["merchantName"]["value"] == "MARCHE DV PORT"


def test_what_was_accepted_stays_as_it_was_seen(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)
    edit(bench, job_id, Edit("review", "accepted"))

    read_again(bench, job_id, reading(totalAmount=amount(75.0, 0.3)))

    receipt = find_receipt(bench.settings, job_id)
    assert (receipt.total_cents, receipt.needs_review) == (750, False)
    edit(bench, job_id, Edit("review", "reopened"))
    assert find_receipt(bench.settings, job_id).total_cents == 7500


def test_asking_twice_queues_one_job_that_the_ledger_shows(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)
    waiting = submit_file(bench)

    first, unread = submit(bench, job_id, waiting)
    [again] = submit(bench, job_id)

    assert (first.reason, unread.reason) == (None, "RECEIPT_NOT_READ")
    assert (again.job_id, again.reason) == (first.job_id, "REEXTRACT_RUNNING")
    with read_session(bench.settings) as session:
        [job] = session.exec(select(Job).where(Job.kind == "receipt.reextract")).all()
        [entry] = session.exec(select(AuditEntry)).all()
    assert (job.id, job.payload["receipt"]) == (first.job_id, job_id)
    assert (entry.actor, entry.detail) == ("ana", {"receipts": [job_id]})


def test_a_lost_claim_writes_nothing(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)
    [queued] = submit(bench, job_id)
    assert queued.job_id is not None
    held = bench.take(queued.job_id)
    bench.hand_back(held)

    assert not bench.complete(held, outcome(reading(totalAmount=amount(99.0))))

    assert find_receipt(bench.settings, job_id).total_cents == 750


def test_the_rate_without_review_tells_of_readings_not_of_corrections(bench: LedgerBench) -> None:
    add_receipt(bench)
    unsure = add_receipt(bench, reading(totalAmount=amount(9.0, 0.2), date=text("2026-01-01")))
    edit(bench, unsure, Edit("totalAmount", 7.5))

    with read_session(bench.settings) as session:
        assert review_rate(session, bench.clock() - timedelta(days=1)) == 0.5
        assert review_rate(session, bench.clock() + timedelta(days=1)) is None
