"""Real receipts through a real worker, with kills in the middle of OCR."""

import json
from pathlib import Path

import psutil
import pytest
from sqlmodel import select

from pipeline.files import open_files
from pipeline.jobs import steering
from pipeline.jobs.broker import open_doorbell
from pipeline.models import Receipt, StageResult
from pipeline.receipts.intake.submit import Handover, submit_receipt
from pipeline.receipts.reextract import submit_reextract
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import find_receipt
from tests.support.worker import WorkerProcess, start_worker, wait_until

# OCR on a busy machine may outlast the short leases of the other tests.
CALM = {"COMPTOIR_LEASE_S": "10", "COMPTOIR_HEARTBEAT_S": "2", "COMPTOIR_EXTRA_KINDS": "{}"}


def submit(live: LedgerBench, picture: Path, client_id: str = "") -> str:
    doorbell = open_doorbell(live.settings)
    handover = Handover(picture.name, client_id)
    return submit_receipt(live.settings, doorbell, picture, handover).job.id


def is_done(live: LedgerBench, job_id: str) -> bool:
    return live.job(job_id).status in ("completed", "failed")


def assert_read_once_in_two_attempts(live: LedgerBench, job_id: str) -> None:
    assert live.job(job_id).status == "completed", live.job(job_id).error_message
    assert live.events(job_id).count("completed") == 1
    assert [event.attempt for event in live.timeline(job_id) if event.event == "started"] == [1, 2]
    with read_session(live.settings) as session:
        assert len(session.exec(select(Receipt).where(Receipt.job_id == job_id)).all()) == 1


def wait_for_ocr(live: LedgerBench, job_id: str) -> None:
    wait_until(lambda: live.job(job_id).stage == "read" and live.job(job_id).attempt == 1)


def kill_worker(worker: WorkerProcess) -> None:
    worker.kill()


def kill_runners(worker: WorkerProcess) -> None:
    for runner in worker.runners:
        runner.kill()


def test_a_cancel_in_the_middle_of_ocr_ends_the_process_and_leaves_no_receipt(
    live: LedgerBench, samples: list[Path]
) -> None:
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1", **CALM) as worker:
        job_id = submit(live, samples[0])
        wait_for_ocr(live, job_id)
        (runner,) = worker.runners
        live.change(steering.cancel, job_id, "ana")
        wait_until(lambda: live.job(job_id).status == "cancelled", within_s=2)

        # Its memory goes with it; a zombie holds none.
        assert not runner.is_running() or runner.status() == psutil.STATUS_ZOMBIE
        after = submit(live, samples[1])
        wait_until(lambda: is_done(live, after))

    with read_session(live.settings) as session:
        assert session.exec(select(Receipt.job_id)).all() == [after]
        stages = session.exec(select(StageResult.stage)).all()
    assert sorted(stages) == ["page:1", "page:1", "text:1"], "the cancelled one has no text"
    assert live.events(job_id)[-2:] == ["cancel_requested", "cancelled"]


@pytest.mark.parametrize("kill", [kill_worker, kill_runners])
def test_a_kill_in_the_middle_of_ocr_costs_one_attempt(
    live: LedgerBench, samples: list[Path], kill: object
) -> None:
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1", **CALM) as worker:
        job_id = submit(live, samples[0])
        wait_for_ocr(live, job_id)
        assert callable(kill)
        kill(worker)
        if kill is kill_worker:
            with start_worker(live.settings.data_dir, **CALM):
                wait_until(lambda: is_done(live, job_id))
        else:
            wait_until(lambda: is_done(live, job_id))

    assert_read_once_in_two_attempts(live, job_id)


def test_every_sample_receipt_is_read_as_it_was_printed(
    live: LedgerBench, samples: list[Path]
) -> None:
    with start_worker(live.settings.data_dir, **CALM):
        jobs = {submit(live, picture): picture for picture in samples}
        wait_until(lambda: all(is_done(live, job_id) for job_id in jobs), within_s=180)

    for job_id, picture in jobs.items():
        truth = json.loads(picture.with_suffix(".json").read_text())
        with read_session(live.settings) as session:
            receipt = session.get_one(Receipt, job_id)
        assert receipt.total_cents == round(float(truth["total"]) * 100), picture.name
        assert str(receipt.purchased_on) == truth["date"], picture.name
        assert receipt.currency == truth["currency"], picture.name
        assert receipt.merchant, picture.name


def test_a_page_picture_that_got_lost_is_made_again(live: LedgerBench, samples: list[Path]) -> None:
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1", **CALM):
        first = submit(live, samples[0])
        wait_until(lambda: is_done(live, first))
        with read_session(live.settings) as session:
            (page,) = session.get_one(Receipt, first).pages
        files = open_files(live.settings)
        files.delete(page["image"])
        second = submit(live, samples[0], "another")
        wait_until(lambda: is_done(live, second))

    assert live.job(second).status == "completed"
    assert files.has(page["image"])


def test_an_original_that_got_lost_is_said_in_a_sentence(
    live: LedgerBench, samples: list[Path]
) -> None:
    job_id = submit(live, samples[0])
    open_files(live.settings).delete(live.job(job_id).payload["sha256"])
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1", **CALM):
        wait_until(lambda: is_done(live, job_id))

    job = live.job(job_id)
    assert (job.status, job.error_code, job.attempt) == ("failed", "FILE_GONE", 1)


def test_the_same_bytes_are_not_read_twice(live: LedgerBench, samples: list[Path]) -> None:
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1", **CALM):
        first = submit(live, samples[0])
        wait_until(lambda: is_done(live, first))
        second = submit(live, samples[0], "another")
        wait_until(lambda: is_done(live, second))

    with read_session(live.settings) as session:
        one, two = session.get_one(Receipt, first), session.get_one(Receipt, second)
    assert one.fields == two.fields
    assert two.processing_time_s < one.processing_time_s


def test_a_receipt_is_understood_anew_without_its_pictures(
    live: LedgerBench, samples: list[Path]
) -> None:
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1", **CALM):
        first = submit(live, samples[0])
        wait_until(lambda: is_done(live, first))
        before = find_receipt(live.settings, first)
        files = open_files(live.settings)
        files.delete(live.job(first).payload["sha256"])
        files.delete(before.pages[0]["image"])
        doorbell = open_doorbell(live.settings)
        [queued] = submit_reextract(live.settings, doorbell, [first], "ana")
        again = str(queued.job_id)
        wait_until(lambda: is_done(live, again))

    after = find_receipt(live.settings, first)
    assert live.job(again).status == "completed", live.job(again).error_message
    assert (after.fields, after.revision) == (before.fields, 1)
    assert after.processing_time_s == before.processing_time_s
    assert any(line["footprint"] for line in after.fields["items"])
