"""How many receipts there are, the same whether their endings are counted already or not."""

import pytest

from pipeline.jobs import rollup
from pipeline.jobs.failures import Failure
from pipeline.models import Job, Receipt, Upload
from pipeline.receipts.counts import ReceiptCounts, count_receipts
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.find.index import index_file
from pipeline.receipts.queries import list_receipts
from pipeline.store import read_session
from tests.support.ledger import LedgerBench

KIND = "receipt.analyze"


def submit(bench: LedgerBench) -> str:
    upload = Upload(
        sha256="0" * 64,
        name="receipt.jpg",
        media_type="image/jpeg",
        size_bytes=1,
        pages=1,
        created_at=bench.clock(),
    )
    with bench.write() as session:
        session.add(upload)
        session.flush()
        job_id = bench.submit_in(session, KIND, upload_id=upload.id)
        index_file(session, session.get_one(Job, job_id), upload.name)
        return job_id


def complete(bench: LedgerBench, *, needs_review: bool) -> None:
    job_id = submit(bench)
    with bench.write() as session:
        job = session.get_one(Job, job_id)
        job.status, job.started_at, job.finished_at = "completed", bench.clock(), bench.clock()
        session.flush()
        assert job.upload_id is not None
        session.add(
            Receipt(
                job_id=job_id,
                upload_id=job.upload_id,
                confidence=0.5,
                needs_review=needs_review,
                review_reasons=[],
                fields={},
                pages=[],
                ocr_engine="test",
                ocr_confidence=0.5,
                processing_time_s=3.0 if needs_review else 1.0,
                created_at=bench.clock(),
            )
        )


def count(bench: LedgerBench) -> ReceiptCounts:
    with read_session(bench.settings) as session:
        return count_receipts(session)


@pytest.fixture
def mixed(bench: LedgerBench) -> None:
    complete(bench, needs_review=True)
    complete(bench, needs_review=False)
    bench.fail(bench.take(submit(bench)), Failure("BROKEN", "It is broken.", permanent=True))
    bench.take(submit(bench))
    submit(bench)
    bench.complete(bench.take(bench.submit("test.echo")))


@pytest.mark.usefixtures("mixed")
def test_counts_are_the_same_before_and_after_the_endings_are_counted(bench: LedgerBench) -> None:
    before = count(bench)
    with bench.write() as session:
        assert rollup.count_endings(session, bench.clock()) == 4

    assert count(bench) == before
    assert before == ReceiptCounts(
        total=5,
        pending=1,
        processing=1,
        completed=2,
        failed=1,
        cancelled=0,
        needs_review=1,
        average_processing_s=2.0,
    )


@pytest.mark.usefixtures("mixed")
def test_a_list_tells_how_many_match(bench: LedgerBench) -> None:
    def total(**wanted: object) -> int:
        with read_session(bench.settings) as session:
            asked = ReceiptFilter(**wanted)  # type: ignore[arg-type]
            found = list_receipts(session, asked, now=bench.clock(), workers=1)
        assert len(found.rows) == found.total
        return found.total

    assert total() == 5
    assert total(status="failed") == 1
    assert total(status="completed") == 2
    assert total(needs_review=True) == 1
    assert total(needs_review=False) == 1
    assert total(status="failed", needs_review=True) == 0
    assert total(query="receipt") == 5
