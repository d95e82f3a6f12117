"""Receipts whose files are on S3: handed over, read by a worker elsewhere, shown again."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from pipeline.errors import StoreUnavailableError
from pipeline.jobs.broker import open_doorbell
from pipeline.models import Job
from pipeline.receipts.intake.submit import Handover, submit_receipt
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.s3 import S3Server, start_s3
from tests.support.server import start_server
from tests.support.worker import ROOT, start_worker, wait_until

# OCR on a busy machine may outlast the short leases of the other tests.
CALM = {"COMPTOIR_LEASE_S": "10", "COMPTOIR_HEARTBEAT_S": "2", "COMPTOIR_EXTRA_KINDS": "{}"}


@pytest.fixture
def s3() -> Iterator[S3Server]:
    with start_s3() as server:
        yield server


def variables(s3: S3Server) -> dict[str, str]:
    return {"COMPTOIR_FILES_URL": s3.url, "COMPTOIR_FILES_OPTIONS": json.dumps(s3.options)}


def test_a_receipt_handed_over_on_one_machine_is_read_and_shown_from_s3(
    s3: S3Server, samples: list[Path], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    picture = samples[0].read_bytes()
    with (
        start_server(data, COMPTOIR_WORKER="external", **variables(s3)) as server,
        server.client() as client,
    ):
        taken = client.post("/api/v1/receipts/analyze", files={"image": ("a.jpg", picture)})
        address = f"/api/v1/receipts/{taken.json()['data']['requestId']}"
        # As on another machine, where nothing but the ledger and S3 is shared.
        shutil.rmtree(data / "cache")
        with start_worker(data, COMPTOIR_DOCUMENTS_WORKERS="1", **CALM, **variables(s3)):
            wait_until(lambda: client.get(f"{address}/result").status_code != 202, within_s=120)
        shutil.rmtree(data / "cache")
        result = client.get(f"{address}/result")
        page = client.get(f"{address}/pages/1")
        original = client.get(f"{address}/file")
        part = client.get(f"{address}/file", headers={"Range": "bytes=0-99"})

    assert result.status_code == 200, result.text
    assert page.headers["content-type"] == "image/jpeg"
    assert page.headers["etag"].strip('"') in s3.names()
    assert original.content == picture
    assert (part.status_code, part.content) == (206, picture[:100])
    assert original.headers["etag"] == part.headers["etag"]
    assert not (data / "files").exists()


def test_a_handover_while_s3_is_away_is_refused_and_nothing_is_kept(
    s3: S3Server, samples: list[Path], tmp_path: Path
) -> None:
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external", **variables(s3)) as server,
        server.client() as client,
    ):
        s3.kill()
        refused = client.post(
            "/api/v1/receipts/analyze", files={"image": ("a.jpg", samples[0].read_bytes())}
        )
        with read_session(server.settings) as session:
            jobs = session.exec(select(Job).where(Job.kind == "receipt.analyze")).all()

    assert refused.status_code == 503
    assert refused.json()["error"]["details"]["reason"] == "FILES_UNAVAILABLE"
    assert "Retry-After" in refused.headers
    assert list(jobs) == []


def test_a_store_that_cannot_be_written_leaves_nothing_on_s3(
    live: LedgerBench, s3: S3Server, samples: list[Path]
) -> None:
    settings = live.settings.model_copy(
        update={"store_wait_s": 0.05, "files_url": s3.url, "files_options": s3.options}
    )
    holder = sqlite3.connect(settings.database_path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreUnavailableError):
            submit_receipt(settings, open_doorbell(settings), samples[0], Handover("a.jpg"))
    finally:
        holder.close()

    assert s3.names() == []


def test_a_mistyped_option_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    settings = {
        "COMPTOIR_DATA_DIR": str(tmp_path),
        "COMPTOIR_PORT": "0",
        "COMPTOIR_WORKER": "external",
        "COMPTOIR_FILES_URL": "s3://bucket/files",
        "COMPTOIR_FILES_OPTIONS": '{"acces_key": "mistyped"}',
    }
    command = [sys.executable, "-m", "dashboard"]
    ended = subprocess.run(
        command,
        env=os.environ | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert "COMPTOIR_FILES_OPTIONS cannot be used" in ended.stderr
    assert "acces_key" in ended.stderr
    assert "Traceback" not in ended.stderr
