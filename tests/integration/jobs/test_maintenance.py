"""The periodic jobs on a real worker: what is removed, what stays, what a problem looks like."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.jobs import retention, workers
from pipeline.jobs.kinds import all_kinds
from pipeline.models import Job, Receipt, ReportFile, StageResult, Upload, WorkerRow
from pipeline.receipts.retention import drop_page_pictures
from pipeline.reports.order import ReportOrder
from pipeline.reports.submit import add_report
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.worker import start_worker, wait_until


def add_receipt(live: LedgerBench, content: str, *, needs_review: bool = False) -> str:
    """A completed receipt with one page picture, as `receipt.analyze` leaves it."""
    files, now = open_files(live.settings), utc_now()
    original = files.put_bytes(content.encode())
    page = {
        "image": files.put_bytes(f"{content} page".encode()),
        "thumbnail": files.put_bytes(f"{content} thumbnail".encode()),
    }
    with live.write() as session:
        upload = Upload(
            sha256=original,
            name="r",
            media_type="image/jpeg",
            size_bytes=1,
            pages=1,
            created_at=now,
        )
        session.add(upload)
        session.flush()
        job_id = live.submit_in(session, "receipt.analyze", upload_id=upload.id)
        job = session.get_one(Job, job_id)
        job.status, job.finished_at = "completed", now
        session.add(
            StageResult(
                content_hash=original, stage="page:1", version="1", data=page, created_at=now
            )
        )
        session.flush()
        session.add(
            Receipt(
                job_id=job_id,
                upload_id=upload.id,
                confidence=1,
                needs_review=needs_review,
                review_reasons=[],
                fields={},
                pages=[],
                ocr_engine="test",
                ocr_confidence=1,
                processing_time_s=1,
                created_at=now,
            )
        )
    return original


def page_of(live: LedgerBench, original: str) -> StageResult:
    with read_session(live.settings) as session:
        return session.exec(select(StageResult).where(StageResult.content_hash == original)).one()


def drop(live: LedgerBench, keep: int) -> int:
    settings = live.settings.model_copy(update={"keep_completed_files": keep})
    return drop_page_pictures(settings, open_files(settings))


def test_page_pictures_of_the_last_receipts_and_all_originals_are_kept(live: LedgerBench) -> None:
    old, new = add_receipt(live, "old"), add_receipt(live, "new")

    assert drop(live, keep=1) == 1

    files = open_files(live.settings)
    assert not files.has(page_of(live, old).data["image"])
    assert files.has(old, page_of(live, old).data["thumbnail"])
    assert files.has(new, page_of(live, new).data["image"])
    assert drop(live, keep=1) == 0, "nothing is dropped twice"


def test_a_receipt_that_waits_for_a_person_keeps_its_picture(live: LedgerBench) -> None:
    unsure = add_receipt(live, "unsure", needs_review=True)
    add_receipt(live, "new")

    assert drop(live, keep=1) == 0
    assert open_files(live.settings).has(page_of(live, unsure).data["image"])


def test_a_page_picture_that_a_report_holds_as_well_is_kept(live: LedgerBench) -> None:
    held = page_of(live, add_receipt(live, "held")).data["image"]
    add_receipt(live, "new")
    with live.write() as session:
        report_id = add_report(session, ReportOrder("dummy", None), now=utc_now(), client_id="").id
        session.add(
            ReportFile(
                report_id=report_id,
                role="preview",
                format="png",
                sha256=held,
                name="page-1.png",
                media_type="image/png",
                size_bytes=1,
            )
        )

    assert drop(live, keep=1) == 1
    assert open_files(live.settings).has(held)


def test_old_maintenance_jobs_are_dropped_once_they_are_counted(live: LedgerBench) -> None:
    long_ago = utc_now() - timedelta(days=30)
    with live.write() as session:
        for counted in (0, 1):
            job = session.get_one(Job, live.submit_in(session, "maintenance.health"))
            job.status, job.counted = "completed", counted
            job.created_at = job.finished_at = long_ago
        other = live.submit_in(session)
        session.get_one(Job, other).created_at = long_ago

    assert retention.delete_maintenance_jobs(live.settings, now=utc_now()) == 1
    with read_session(live.settings) as session:
        left = session.exec(select(Job.kind).order_by(col(Job.kind))).all()
    assert list(left) == ["maintenance.health", "test.echo"]


def test_a_worker_runs_the_periodic_jobs_by_itself(live: LedgerBench) -> None:
    def done() -> set[str]:
        with read_session(live.settings) as session:
            finished = select(Job.kind).where(Job.queue == "maintenance", Job.status == "completed")
            return set(session.exec(finished).all())

    periodic = {kind.name for kind in all_kinds() if kind.every_s is not None}
    with start_worker(live.settings.data_dir, "beat"):
        wait_until(lambda: done() >= periodic)


def test_a_worker_is_listed_while_it_lives_and_signs_off(live: LedgerBench) -> None:
    def listed() -> list[WorkerRow]:
        with read_session(live.settings) as session:
            return list(session.exec(select(WorkerRow)).all())

    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="3") as worker:
        (row,) = wait_until(listed)
        assert (row.pid, row.queues) == (worker.process.pid, {"documents": 3})
        assert row.memory_bytes > 10_000_000
        first_beat = row.beat_at
        wait_until(lambda: listed()[0].beat_at > first_beat)
        assert worker.stop() == 0

    assert listed() == []


def test_a_worker_that_finishes_its_last_jobs_says_that_it_stops(
    live: LedgerBench, tmp_path: Path
) -> None:
    def is_stopping() -> bool:
        with read_session(live.settings) as session:
            return bool(session.exec(select(WorkerRow.stopping)).first())

    release = tmp_path / "release"
    job_id = live.submit("test.hang", payload={"release": str(release)})
    with start_worker(live.settings.data_dir) as worker:
        wait_until(lambda: live.job(job_id).stage == "hang")
        assert not is_stopping()
        worker.process.terminate()
        wait_until(is_stopping, within_s=5)
        release.touch()
        assert worker.process.wait(20) == 0

    assert live.job(job_id).status == "completed"


def test_a_worker_that_is_silent_for_long_is_forgotten(live: LedgerBench) -> None:
    with live.write() as session:
        workers.beat(session, "gone", {"documents": 1}, now=utc_now() - timedelta(hours=2))
        workers.beat(session, "here", {"documents": 1}, now=utc_now())
        assert workers.forget_silent(session, since=utc_now() - timedelta(hours=1)) == 1


def test_a_disk_that_is_full_shows_among_the_failures(live: LedgerBench) -> None:
    health = live.submit("maintenance.health")
    with start_worker(live.settings.data_dir, "maintenance", COMPTOIR_DISK_FLOOR_MB=str(10**9)):
        wait_until(lambda: live.job(health).status == "failed")

    job = live.job(health)
    assert (job.error_code, job.error_params) == ("UNHEALTHY", {"cause": "DISK_LOW"})
    assert job.fingerprint is not None
