"""What cannot be backed up or restored is refused with a reason, and changes nothing."""

import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.audit.search import search as search_audit
from pipeline.audit.ways import AuditFilter
from pipeline.backup.archive import HEADER, Header, open_writer
from pipeline.backup.restore import restore_backup
from pipeline.backup.rows import dump_table, find_tables
from pipeline.backup.take import take_backup
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.files import open_files
from pipeline.jobs import workers
from pipeline.settings import Settings
from pipeline.store import close_store, open_store, read_session, write_session
from pipeline.store.migration import connect_to_migrate, upgrade_within
from pipeline.store.snapshot import read_snapshot
from tests.support.backups import NAME, NOW, fill, refusal, rows_of, see_what_ran_go_on
from tests.support.migrated import migrate_copy
from tests.support.small_catalog import put
from tests.support.worker import ROOT

KILLED = """
import os, sys
from pipeline.backup.restore import restore_backup
from pipeline.settings import Settings
def die(step, done, total):
    if step == "rows":
        os.kill(os.getpid(), 9)
settings = Settings.model_validate_json(sys.argv[1])
restore_backup(settings, sys.argv[2], "cli:ana", replace=True, tell=die)
"""


def test_nothing_is_restored_while_comptoir_runs(filled: Settings, backup: str) -> None:
    take_backup(filled, backup)
    with open_store(filled.model_copy(update={"store_wait_s": 9.0})).connect():
        assert refusal(filled, backup) == "STORE_IN_USE"
    close_store(filled.model_copy(update={"store_wait_s": 9.0}))
    with write_session(filled) as session:
        workers.beat(session, "counter:1:1", {"reports": 1}, now=datetime.now(UTC))
    assert refusal(filled, backup) == "STORE_IN_USE"


def test_a_damaged_backup_changes_nothing(filled: Settings, backup: str) -> None:
    take_backup(filled, backup)
    whole = Path(backup).read_bytes()
    before = rows_of(filled)
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for content in (b"", b"no backup", whole[:middle], whole[:-9], flipped, whole + b"more"):
        Path(backup).write_bytes(content)
        assert refusal(filled, backup) == "BACKUP_DAMAGED", content[:20]
    assert rows_of(filled) == before
    assert refusal(filled, f"{backup}.gone") == "BACKUP_NOT_FOUND"


def test_an_older_backup_is_migrated_and_a_newer_one_refused(away: Settings, backup: str) -> None:
    old = away.model_copy(update={"data_dir": away.data_dir / "old", "store_url": None})
    old.data_dir.mkdir(parents=True)
    header = Header("0.1", "0009", "sqlite", NOW.isoformat())
    with connect_to_migrate(old) as connection:
        upgrade_within(connection, header.revision)
        connection.execute(
            text(
                "INSERT INTO audit (at, actor, action, target_type, target_id, detail) "
                "VALUES ('2026-01-01 00:00:00.000000', 'ana', 'x', 'job', 'j', '{\"w\": \"till\"}')"
            )
        )
        write_backup(Path(backup), header, connection)

    restore_backup(away, backup, "cli:ana", replace=False)

    with read_session(away) as session:
        found = search_audit(session, AuditFilter(query="till")).entries
    assert [entry.actor for entry in found] == ["ana"]
    close_store(away)
    Path(backup).unlink()
    with read_snapshot(away) as connection:
        write_backup(Path(backup), replace(header, version="9.0", revision="9999"), connection)
    assert refusal(away, backup) == "BACKUP_NEWER"


def write_backup(path: Path, header: Header, connection: Any) -> None:
    with path.open("xb") as file, open_writer(file) as archive:
        archive.add_text(HEADER, asdict(header))
        for table in find_tables(connection):
            for number, (lines, count) in enumerate(dump_table(connection, table)):
                archive.add_rows(table.name, number, lines, count)
        archive.seal()


def test_a_restore_that_is_killed_has_changed_nothing(
    filled: Settings, away: Settings, backup: str
) -> None:
    take_backup(filled, backup)
    migrate_copy(away)
    put(away, "C", "green hat")
    close_store(away)
    before = rows_of(away)
    given = (away.model_dump_json(), backup)
    killed = subprocess.run([sys.executable, "-c", KILLED, *given], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert rows_of(away) == before

    restore_backup(away, backup, "cli:ana", replace=True)

    assert open_files(away).has(NAME)
    assert {one.name for one in away.data_dir.iterdir()} <= {
        *("files", "index", "comptoir.db", "comptoir.db-wal", "comptoir.db-shm"),
    }


def test_a_place_that_cannot_be_written_is_left_as_it_was(filled: Settings, backup: str) -> None:
    with pytest.raises(StoreUnavailableError) as refused:
        take_backup(filled, f"{filled.data_dir}/no-folder/backup.tar.gz")
    assert refused.value.code == "BACKUP_NOT_WRITTEN"
    take_backup(filled, backup)
    with pytest.raises(PipelineError) as exists:
        take_backup(filled, backup)
    assert exists.value.code == "BACKUP_EXISTS"


def test_a_restore_without_its_index_says_what_is_left_to_do(tmp_path: Path, backup: str) -> None:
    here = Settings(data_dir=tmp_path / "here")
    fill(here)
    take_backup(here, backup)
    # Nothing listens there.
    away = Settings(data_dir=tmp_path / "away", qdrant_url="http://127.0.0.1:9")

    assert refusal(away, backup) == "INDEX_NOT_BUILT"

    assert open_files(away).has(NAME)
    see_what_ran_go_on(away)
    close_store(away)
