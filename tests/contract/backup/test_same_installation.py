"""A backup of any store, restored into any other, is the same installation."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from pipeline.audit.search import search as search_audit
from pipeline.audit.ways import AuditFilter
from pipeline.backup.archive import verify
from pipeline.backup.restore import restore_backup
from pipeline.backup.rows import PASSING, WORDS, find_tables
from pipeline.backup.take import take_backup
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.owner import IndexOwner
from pipeline.errors import PipelineError
from pipeline.files import open_files
from pipeline.models import ReceiptLine, Upload
from pipeline.receipts.find.filters import ReceiptFilter
from pipeline.receipts.find.listing import find_matching
from pipeline.settings import Settings
from pipeline.store import close_store, read_session, write_session
from pipeline.store.snapshot import read_snapshot
from tests.support.backups import (
    NAME,
    NOW,
    PICTURE,
    act,
    fill,
    rows_of,
    see_what_ran_go_on,
)
from tests.support.migrated import migrate_copy
from tests.support.s3 import BUCKET, S3Server
from tests.support.small_catalog import ENCODER


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
