"""A backup of any store, restored into any other, is the same installation."""

import hashlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from pipeline.access.keys import create_key
from pipeline.audit.search import search as search_audit
from pipeline.audit.ways import AuditFilter
from pipeline.audit.write import write
from pipeline.backup.archive import HEADER, Header, open_writer, verify
from pipeline.backup.restore import restore_backup
from pipeline.backup.rows import PASSING, WORDS, dump_table, dump_words, find_tables
from pipeline.backup.take import take_backup
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.owner import IndexOwner
from pipeline.errors import PipelineError, StoreUnavailableError
from pipeline.files import open_files
from pipeline.jobs import workers
from pipeline.models import Job, JobEvent, JobStatus, ReceiptLine, Upload
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.find.index import rebuild as index_receipts
from pipeline.receipts.find.listing import find_matching
from pipeline.settings import Settings
from pipeline.store import close_store, open_store, read_session, write_session
from pipeline.store.migration import connect_to_migrate, upgrade_within
from pipeline.store.snapshot import read_snapshot
from tests.support.migrated import migrate_copy
from tests.support.postgresql import empty_database
from tests.support.report_data import fill_report_data
from tests.support.s3 import BUCKET, S3Server
from tests.support.small_catalog import ENCODER, put
from tests.support.worker import ROOT

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
# A restore gives running jobs back, and says in the audit that it was.
CHANGED = ("audit", "job", "job_event")
PICTURE = b"a picture of a receipt"
NAME = hashlib.sha256(PICTURE).hexdigest()

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


def fill(settings: Settings) -> None:
    """Receipts found by their words, a picture, products with vectors, a key, the audit."""
    migrate_copy(settings)
    fill_report_data(settings, receipts=25, lines_each=3)
    index_receipts(settings)
    put(settings, "A", "red shoe", looks="red shoe")
    put(settings, "B", "blue boot")
    open_files(settings).put_bytes(PICTURE)
    with write_session(settings) as session:
        create_key(session, "till", ["read"], None, "ana", now=NOW)
        act(session, "receipt.edit", {"merchant": "L'Été"})
        upload = session.exec(select(Upload)).first()
        job = session.exec(select(Job).where(Job.status == JobStatus.COMPLETED)).first()
        assert upload and job
        upload.sha256 = NAME
        # It runs while the backup is taken.
        job.status, job.token, job.finished_at = JobStatus.PROCESSING, "t", None
    close_store(settings)


def act(session: Any, action: str, detail: dict[str, Any] | None = None) -> None:
    write(
        session,
        actor="ana",
        action=action,
        target_type="thing",
        target_id="1",
        detail=detail,
        now=NOW,
    )


def answers(settings: Settings) -> dict[str, Any]:
    """What the installation says when it is asked: searches, an index, every row."""
    with read_session(settings) as session:
        merchant = session.exec(select(ReceiptLine.description)).first() or ""
        words = merchant.split()[0]
        receipts = find_matching(session, ReceiptFilter(query=words), sort="oldest")
        audit = search_audit(session, AuditFilter(query="ete"))
    assert receipts.total
    owner = IndexOwner(settings)
    said = {
        "receipts": sorted(receipts.job_ids),
        "audit": [(entry.id, entry.detail) for entry in audit.entries],
        "products": owner.current(ENCODER).count(ProductFilter()),
        "rows": rows_of(settings),
    }
    owner.close()
    close_store(settings)
    return said


def rows_of(settings: Settings) -> dict[str, list[bytes]]:
    with read_snapshot(settings) as connection:
        parts = {one.name: dump_table(connection, one) for one in find_tables(connection)}
        parts |= {name: dump_words(connection, name) for name in ("product_words", "receipt_words")}
        return {
            # SQLite keeps a JSON number of its own without the zero behind the point.
            name: sorted(
                line.replace(b'.0"', b'"') for part, _ in found for line in part.splitlines()
            )
            for name, found in parts.items()
            if name not in CHANGED
        }


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """An installation with something of everything."""
    fill(settings)
    return settings


@pytest.fixture
def backup(tmp_path: Path) -> str:
    """Where a backup is written."""
    return str(tmp_path / "backup.tar.gz")


@pytest.fixture
def away(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Another installation, on the other store, in which nothing is yet."""
    is_sqlite = settings.uses_postgresql
    url = None if is_sqlite else empty_database(request.getfixturevalue("postgresql"))
    other = Settings(data_dir=tmp_path / "away", store_url=url)
    yield other
    close_store(other)


def test_a_restored_installation_gives_the_same_answers(
    filled: Settings, away: Settings, backup: str
) -> None:
    before = answers(filled)
    made = take_backup(filled, backup)
    assert (made.files, verify(Path(backup))[1]) == (1, made)

    restore_backup(away, backup, "cli:ana", replace=False)

    assert answers(away) == before
    assert open_files(away).read(NAME) == PICTURE
    see_what_ran_go_on(away)
    see_the_audit_only_grow(away)
    assert not list(away.data_dir.glob("restor*"))
    forget_everything(filled)
    restore_backup(filled, backup, "cli:ana", replace=True)
    assert answers(filled) == before
    assert open_files(filled).read(NAME) == PICTURE


def forget_everything(settings: Settings) -> None:
    """Lose the files, the index, and the rows that something was made of."""
    for folder in (settings.files_dir, settings.data_dir / "index"):
        shutil.rmtree(folder)
    with write_session(settings) as session:
        session.connection().execute(text("DELETE FROM product_vector"))
    close_store(settings)


def see_what_ran_go_on(settings: Settings) -> None:
    with read_session(settings) as session:
        assert not session.exec(select(Job).where(Job.status == JobStatus.PROCESSING)).all()
        assert session.exec(select(JobEvent).where(JobEvent.event == "handed_back")).one()


def see_the_audit_only_grow(settings: Settings) -> None:
    """The restore is in it, new entries follow, and nothing of it can be taken out."""
    with write_session(settings) as session:
        act(session, "key.revoke")
    with read_session(settings) as session:
        found = search_audit(session, AuditFilter()).entries
    assert [entry.action for entry in found[:2]] == ["key.revoke", "store.restore"]
    with pytest.raises(DBAPIError), write_session(settings) as session:
        session.connection().execute(text("DELETE FROM audit"))


def test_nothing_is_replaced_unasked_and_nothing_of_the_old_stays(
    filled: Settings, away: Settings, backup: str
) -> None:
    take_backup(filled, backup)
    with pytest.raises(PipelineError) as refused:
        restore_backup(filled, backup, "cli:ana", replace=False)
    assert refused.value.code == "STORE_NOT_EMPTY"

    migrate_copy(away)
    other = open_files(away).put_bytes(b"another picture")
    with write_session(away) as session:
        session.add(
            Upload(
                sha256=other,
                name="b.jpg",
                media_type="image/jpeg",
                size_bytes=1,
                pages=1,
                client_id="till",
                created_at=NOW,
            )
        )
    restore_backup(away, backup, "cli:ana", replace=True)

    assert not open_files(away).has(other)
    assert open_files(away).has(NAME)
    with read_session(away) as session:
        assert session.exec(select(Upload).where(Upload.sha256 == other)).first() is None


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


def refusal(settings: Settings, source: str) -> str:
    """The code with which a restore refuses."""
    with pytest.raises(PipelineError) as refused:
        restore_backup(settings, source, "cli:ana", replace=True)
    return refused.value.code


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


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(
    filled: Settings, away: Settings, backup: str
) -> None:
    stopping, begun = threading.Event(), threading.Event()

    def write_pairs() -> None:
        while not stopping.is_set():
            with write_session(filled) as session:
                act(session, "pair.first")
                act(session, "pair.second")
            begun.set()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    begun.wait()
    take_backup(filled, backup)
    stopping.set()
    writer.join()

    restore_backup(away, backup, "cli:ana", replace=False)

    with read_session(away) as session:
        counted = text(
            "SELECT (SELECT count(*) FROM audit WHERE action = 'pair.first'), "
            "(SELECT count(*) FROM audit WHERE action = 'pair.second'), "
            "(SELECT count(*) FROM audit), (SELECT count(*) FROM audit_words)"
        )
        first, second, entries, words = session.connection().execute(counted).one()
    assert first == second > 0
    assert entries == words


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


def test_files_and_backup_may_be_far_away(tmp_path: Path, s3: S3Server) -> None:
    far = {"files_url": f"s3://{BUCKET}/{tmp_path.name}", "files_options": s3.options}
    settings = Settings(data_dir=tmp_path / "here", **far)
    fill(settings)
    target = f"s3://{BUCKET}/backups/{tmp_path.name}.tar.gz"
    assert take_backup(settings, target).files == 1
    away = Settings(data_dir=tmp_path / "away", files_options=s3.options)

    restore_backup(away, target, "cli:ana", replace=False)

    assert open_files(away).read(NAME) == PICTURE
    with read_session(away) as session:
        assert session.exec(select(func.count()).select_from(Upload)).one() > 1
    close_store(settings)
    close_store(away)


def test_every_table_is_in_a_backup_or_known_to_pass(settings: Settings) -> None:
    with read_snapshot(settings) as connection:
        names = {*inspect(connection).get_table_names()}
        kept = {table.name for table in find_tables(connection)}
    # Parts of SQLite's full-text indexes.
    parts = {name for name in names if name.rpartition("_")[0] in WORDS}
    assert names - parts == {*kept, *WORDS, *PASSING, "alembic_version"}


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
