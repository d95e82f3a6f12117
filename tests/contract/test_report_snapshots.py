"""What a report is made of is taken once, the same for every part, and kept as long as it is."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from pipeline.clock import utc_now
from pipeline.files import FileStore, open_files
from pipeline.jobs.context import JobContext
from pipeline.models import Job, JobStatus, Receipt, ReceiptChange, Report, ReportFile
from pipeline.reports.keep import FileToKeep, keep_files
from pipeline.reports.order import ReportOrder
from pipeline.reports.period import Period
from pipeline.reports.retention import drop_expired_reports
from pipeline.reports.save import make_outcome
from pipeline.reports.snapshot.job import Snapshots, open_snapshots, snapshot_of
from pipeline.reports.snapshot.read import rows_of
from pipeline.reports.submit import add_report
from pipeline.store import read_session
from pipeline.unused_files import delete_unused
from tests.support.ledger import LedgerBench
from tests.support.report_data import fill_report_data

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
ORDER = ReportOrder("pdf", MARCH)
DAY = timedelta(days=1)


@dataclass
class Desk:
    """A store with receipts, at which a report is asked for and made step by step."""

    bench: LedgerBench

    @property
    def files(self) -> FileStore:
        return open_files(self.bench.settings)

    def ask(self, order: ReportOrder = ORDER) -> JobContext:
        """Submit a report and begin its job, as a worker does."""
        with self.bench.write() as session:
            report = add_report(session, order, now=self.bench.clock(), client_id="")
        held = self.bench.take(report.id)
        return JobContext(replace(held, payload=order.to_json()), self.bench.settings)

    def finish(self, context: JobContext, snapshots: Snapshots) -> str:
        """Complete the job of a report that consists of its data."""
        outcome = make_outcome(snapshots.files(), as_of=self.bench.clock())
        assert self.bench.complete(context.claim, outcome)
        return context.claim.id

    def clean_up(self) -> None:
        drop_expired_reports(self.bench.settings, self.bench.clock())
        delete_unused(self.bench.settings, self.files, self.bench.clock())

    def has(self, snapshots: Snapshots) -> bool:
        return self.files.has(*(file.sha256 for file in snapshots.files()))

    def report(self, report_id: str) -> Report:
        with read_session(self.bench.settings) as session:
            return session.get_one(Report, report_id)


@pytest.fixture
def desk(bench: LedgerBench) -> Desk:
    fill_report_data(bench.settings, receipts=400, lines_each=4, days=90)
    # Runners have the real clock, by which files are noted.
    bench.clock.now = utc_now()
    return Desk(bench)


def test_a_retry_and_every_part_read_the_same_data_whatever_changes(desk: Desk) -> None:
    context = desk.ask()
    first = snapshot_of(context, ORDER)
    with desk.bench.write() as session:
        for receipt in session.exec(select(Receipt)):
            receipt.total_cents = 1
            session.add(receipt)

    assert snapshot_of(context, ORDER) == first
    assert open_snapshots(desk.files, first.to_json()) == first
    assert first.previous is not None
    assert (first.current.period, first.previous.period) == (MARCH, MARCH.before())
    assert min(first.current.counts.receipts, first.previous.counts.receipts) > 20
    assert set(first.current.receipts("total_cents")["total_cents"].to_pylist()) != {1}


def test_the_same_data_are_the_same_bytes_and_others_are_not(desk: Desk) -> None:
    first, again = (snapshot_of(desk.ask(), ORDER) for _ in range(2))
    with desk.bench.write() as session:
        receipt_id = first.current.receipts("receipt_id")["receipt_id"][0].as_py()
        changed = ReceiptChange(job_id=receipt_id, at=desk.bench.clock(), actor="me", path="date")
        session.add(changed)
        session.get_one(Receipt, receipt_id).payment_method = "cheque"
    third = snapshot_of(desk.ask(), ORDER)

    assert again == first
    assert third.previous == first.previous
    assert third.current.kept[0].sha256 != first.current.kept[0].sha256
    assert third.current.kept[1:] == first.current.kept[1:]
    assert third.current.changed_at is not None
    assert third.current.changed_at >= desk.bench.clock()
    assert first.current.changed_at != third.current.changed_at


def test_rows_come_in_bounded_batches_and_in_their_order(desk: Desk) -> None:
    data = snapshot_of(desk.ask(), ORDER).current
    rows = [
        row
        for batch in data.iterate_receipts(("bought_on", "receipt_id", "merchant"), batch_rows=7)
        for row in rows_of(batch)
    ]
    lines = [row for batch in data.iterate_lines((), batch_rows=50) for row in rows_of(batch)]

    assert max(batch.num_rows for batch in data.iterate_lines((), 50)) <= 50
    assert rows == sorted(rows, key=lambda row: row[:2])
    assert rows == list(rows_of(data.receipts("bought_on", "receipt_id", "merchant")))
    assert [line[:2] for line in lines] == sorted(line[:2] for line in lines)
    assert (len(rows), len(lines)) == (data.counts.receipts, data.counts.lines)
    assert data.taxes().num_rows == data.counts.taxes


def test_files_of_a_report_stay_until_it_expires_and_go_then(desk: Desk) -> None:
    context = desk.ask()
    snapshots = snapshot_of(context, ORDER)
    report_id = desk.finish(context, snapshots)
    expires_at = desk.report(report_id).expires_at
    assert expires_at is not None
    for _ in range(6):
        desk.bench.clock.tick(DAY.total_seconds())
        desk.clean_up()
        assert desk.has(snapshots)

    desk.bench.clock.now = expires_at
    desk.clean_up()

    report = desk.report(report_id)
    assert report.files_dropped_at == expires_at
    assert not any(desk.files.has(file.sha256) for file in snapshots.files())
    with read_session(desk.bench.settings) as session:
        files = session.exec(select(ReportFile).where(col(ReportFile.report_id) == report_id))
        assert len(files.all()) == 6


def test_a_file_that_a_younger_report_has_as_well_outlives_the_older(desk: Desk) -> None:
    older = desk.ask()
    old_data = snapshot_of(older, ORDER)
    old_id = desk.finish(older, old_data)
    desk.bench.clock.tick(DAY.total_seconds())
    younger = desk.ask()
    desk.finish(younger, snapshot_of(younger, ORDER))
    desk.bench.clock.now = desk.report(old_id).expires_at
    desk.clean_up()

    assert desk.report(old_id).files_dropped_at is not None
    assert desk.has(old_data)


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_files_of_a_report_that_came_to_nothing_go(desk: Desk, status: str, tmp_path: Path) -> None:
    context = desk.ask()
    snapshots = snapshot_of(context, ORDER)
    (tmp_path / "half.pdf").write_bytes(b"half")
    half = FileToKeep(tmp_path / "half.pdf", "document", "pdf", "half.pdf")
    (left,) = keep_files(desk.files, [half])
    desk.bench.clock.tick(2 * DAY.total_seconds())
    desk.clean_up()
    # Its job runs: what was saved is waited for. What nobody knows of is not.
    assert desk.has(snapshots)
    assert not desk.files.has(left.sha256)

    with desk.bench.write() as session:
        session.get_one(Job, context.claim.id).status = status
    desk.bench.clock.tick(2 * DAY.total_seconds())
    desk.clean_up()
    assert not any(desk.files.has(file.sha256) for file in snapshots.files())


def test_a_report_tried_again_after_days_takes_its_data_anew(desk: Desk) -> None:
    context = desk.ask()
    first = snapshot_of(context, ORDER)
    for file in first.files():
        desk.files.delete(file.sha256)

    assert snapshot_of(context, ORDER) == first
    assert desk.has(first)
    content = desk.files.read(first.files()[0].sha256)
    assert hashlib.sha256(content).hexdigest() == first.files()[0].sha256
