"""Taking a receipt in: kept once, queued once, and nothing kept of what is refused."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from pipeline.clock import utc_now
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.jobs.broker import open_doorbell
from pipeline.models import Job, Upload
from pipeline.receipts.intake.submit import Handover, Submission, submit_receipt
from pipeline.store import read_session
from tests.support.ledger import LedgerBench


def submit(live: LedgerBench, file: Path, handover: Handover | None = None) -> Submission:
    doorbell = open_doorbell(live.settings)
    return submit_receipt(live.settings, doorbell, file, handover or Handover(file.name))


def kept_files(live: LedgerBench) -> list[Path]:
    return [path for path in live.settings.files_dir.rglob("*") if path.is_file()]


def test_a_receipt_is_kept_queued_and_rung_for(live: LedgerBench, samples: list[Path]) -> None:
    job = submit(live, samples[0]).job

    assert live.job(job.id).status == "pending"
    assert [path.read_bytes() for path in kept_files(live)] == [samples[0].read_bytes()]
    assert open_doorbell(live.settings).depth("documents") == 1


def test_the_same_idempotency_key_answers_with_the_first_job(
    live: LedgerBench, samples: list[Path]
) -> None:
    handover = Handover("a.jpg", client_id="shop", idempotency_key="k1")

    first = submit(live, samples[0], handover)
    again = submit(live, samples[0], handover)

    assert again.job.id == first.job.id
    with read_session(live.settings) as session:
        assert len(session.exec(select(Job)).all()) == 1


def test_another_file_under_the_same_key_is_refused_and_leaves_nothing(
    live: LedgerBench, samples: list[Path]
) -> None:
    handover = Handover("a.jpg", client_id="shop", idempotency_key="k1")
    submit(live, samples[0], handover)

    with pytest.raises(PipelineError) as caught:
        submit(live, samples[1], handover)

    assert caught.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert len(kept_files(live)) == 1


def test_a_key_is_free_again_after_a_day(live: LedgerBench, samples: list[Path]) -> None:
    handover = Handover("a.jpg", client_id="shop", idempotency_key="k1")
    first = submit(live, samples[0], handover).job.id
    doorbell = open_doorbell(live.settings)
    tomorrow = utc_now() + timedelta(hours=25)

    later = submit_receipt(live.settings, doorbell, samples[1], handover, lambda: tomorrow).job.id

    assert later != first
    assert live.job(first).idempotency_key is None
    assert live.job(later).idempotency_key == "k1"


def test_a_name_with_a_path_in_it_is_kept_as_a_bare_name(
    live: LedgerBench, samples: list[Path]
) -> None:
    submit(live, samples[0], Handover("../../etc/passwd.jpg"))

    with read_session(live.settings) as session:
        assert session.exec(select(Upload.name)).one() == "passwd.jpg"


def test_a_refused_file_leaves_nothing(live: LedgerBench, tmp_path: Path) -> None:
    fake = tmp_path / "receipt.jpg"
    fake.write_text("not a picture")

    with pytest.raises(PipelineError) as caught:
        submit(live, fake)

    assert caught.value.code == "NOT_AN_IMAGE"
    assert kept_files(live) == []


def test_a_store_that_cannot_be_written_takes_nothing(
    live: LedgerBench, samples: list[Path]
) -> None:
    live.settings = live.settings.model_copy(update={"store_wait_s": 0.05})
    holder = sqlite3.connect(live.settings.database_path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreUnavailableError):
            submit(live, samples[0])
    finally:
        holder.close()

    assert kept_files(live) == []


def test_a_broker_that_is_down_keeps_the_job(live: LedgerBench, samples: list[Path]) -> None:
    live.settings.broker_path.mkdir()

    job = submit(live, samples[0]).job

    assert live.job(job.id).rung_at is None
    assert live.job(job.id).status == "pending"
