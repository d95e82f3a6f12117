"""The same bytes of the same client are one receipt, however often and at once they come."""

from pathlib import Path

import pytest
from sqlmodel import select

from pipeline.jobs import steering
from pipeline.jobs.broker import open_doorbell
from pipeline.models import Upload
from pipeline.receipts.intake.submit import Handover, Submission, submit_receipt
from pipeline.receipts.review.corrections import Edit, apply_edits
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import outcome, reading
from tests.support.uploads import draw_receipt


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "receipt.jpg"
    file.write_bytes(draw_receipt())
    return file


def submit(
    bench: LedgerBench, file: Path, client_id: str = "", key: str | None = None
) -> Submission:
    handover = Handover(file.name, client_id, idempotency_key=key)
    doorbell = open_doorbell(bench.settings)
    return submit_receipt(bench.settings, doorbell, file, handover, bench.clock)


def read(bench: LedgerBench, job_id: str) -> None:
    bench.complete(bench.take(job_id), outcome(reading()))


def test_the_first_receipt_answers_while_it_waits_and_when_it_is_done(
    bench: LedgerBench, picture: Path
) -> None:
    first = submit(bench, picture)
    waiting = submit(bench, picture)
    read(bench, first.job.id)
    done = submit(bench, picture)

    assert (first.known, waiting.known, done.known) == (False, True, True)
    assert waiting.job.id == done.job.id == first.job.id
    assert (done.job.status, done.estimate_s) == ("completed", 0.0)


def test_many_at_once_are_one_receipt(bench: LedgerBench, picture: Path) -> None:
    submissions = bench.at_once([lambda: submit(bench, picture) for _ in range(6)])

    assert len({one.job.id for one in submissions}) == 1
    assert sum(not one.known for one in submissions) == 1
    with read_session(bench.settings) as session:
        assert len(session.exec(select(Upload)).all()) == 1


def test_every_client_has_a_receipt_of_its_own(bench: LedgerBench, picture: Path) -> None:
    assert submit(bench, picture, "one").job.id != submit(bench, picture, "other").job.id


def test_another_key_for_the_same_file_answers_with_the_same_receipt(
    bench: LedgerBench, picture: Path
) -> None:
    first = submit(bench, picture, key="k1")

    assert submit(bench, picture, key="k2").job.id == first.job.id
    assert submit(bench, picture, key="k1").replayed


def test_what_was_cancelled_or_discarded_is_taken_anew(bench: LedgerBench, picture: Path) -> None:
    cancelled = submit(bench, picture).job.id
    bench.change(steering.cancel, cancelled, "ana")
    discarded = submit(bench, picture).job.id
    read(bench, discarded)
    with bench.write() as session:
        edits = [Edit("duplicate", "discarded")]
        now, settings = bench.clock(), bench.settings
        apply_edits(session, discarded, edits, actor="ana", now=now, settings=settings)

    latest = submit(bench, picture).job.id

    assert len({cancelled, discarded, latest}) == 3
