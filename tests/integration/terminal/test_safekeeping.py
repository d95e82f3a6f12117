"""Backup and restore as an administrator calls them, beside a real server."""

import os
import resource
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.files import open_files
from pipeline.models import Upload
from pipeline.settings import Settings
from pipeline.store import close_store, write_session
from tests.integration.terminal.calling import call
from tests.support.ledger import START
from tests.support.migrated import migrate_copy
from tests.support.report_data import fill_report_data
from tests.support.server import Server, start_server

QUESTIONS = (
    *("receipts?limit=50", "receipts?query=total", "receipts?needsReview=true"),
    *("products?limit=10", "reports", "jobs?limit=20", "receipts/stats"),
)
FULL_AT_BYTES = 100_000
# Random, so that it stays as large when it is packed.
LARGE = os.urandom(3 * FULL_AT_BYTES)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with receipts and one large file."""
    settings = Settings(data_dir=tmp_path / "data")
    migrate_copy(settings)
    fill_report_data(settings, receipts=20, lines_each=3)
    with write_session(settings) as session:
        session.add(
            Upload(
                sha256=open_files(settings).put_bytes(LARGE),
                name="large.pdf",
                media_type="application/pdf",
                size_bytes=len(LARGE),
                pages=1,
                client_id="",
                created_at=START,
            )
        )
    close_store(settings)
    return settings


def test_what_a_running_server_answers_is_answered_after_backup_wipe_and_restore(
    settings: Settings, tmp_path: Path
) -> None:
    target = str(tmp_path / "backup.tar.gz")
    environment = in_folder(settings.data_dir)
    with start_server(settings.data_dir, COMPTOIR_WORKER="external") as server:
        before = ask(server)
        taken = call("backup", target, environment=environment)
        assert (taken.code, "1 files" in taken.out) == (0, True), taken
        assert "hashes of passwords" in taken.out
        refused = call("restore", target, "--replace", environment=environment)
        assert (refused.code, "Comptoir runs" in refused.complaint) == (1, True), refused
    assert "Add --replace" in call("restore", target, environment=environment).complaint

    away = tmp_path / "away"
    restored = call("restore", target, environment=in_folder(away))
    assert restored.code == 0, restored
    assert "Checking the backup" in restored.complaint

    with start_server(away, COMPTOIR_WORKER="external") as server:
        assert ask(server) == before
    assert open_files(Settings(data_dir=away)).read(name_of_large(settings)) == LARGE


def test_a_full_disk_ends_with_a_sentence_and_leaves_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "backup.tar.gz"
    limits = {"preexec_fn": partial(set_limit, FULL_AT_BYTES)}
    environment = in_folder(settings.data_dir)
    failed = call("backup", str(target), environment=environment, **limits)
    assert (failed.code, "cannot be written" in failed.complaint) == (1, True), failed
    assert not list(tmp_path.glob("*backup*"))

    assert call("backup", str(target), environment=environment).code == 0
    away = tmp_path / "away"
    failed = call("restore", str(target), environment=in_folder(away), **limits)
    assert (failed.code, "no room" in failed.complaint) == (1, True), failed
    assert not [path for path in away.rglob("*") if path.is_file()]


def in_folder(folder: Path) -> dict[str, str]:
    return {"COMPTOIR_DATA_DIR": str(folder)}


def set_limit(most_bytes: int) -> None:
    """Let no file grow larger, as on a disk without room."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))


def ask(server: Server) -> list[Any]:
    """What the API says to a fixed list of questions."""
    with server.client() as client:
        answers = [client.get(f"/api/v1/{question}") for question in QUESTIONS]
    assert {answer.status_code for answer in answers} == {200}, answers
    return [answer.json()["data"] for answer in answers]


def name_of_large(settings: Settings) -> str:
    return open_files(settings).put_bytes(LARGE)
