"""An installation with something of everything, and what is asked of it before and after."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from pipeline.access.keys import create_key
from pipeline.audit.write import write
from pipeline.backup.restore import restore_backup
from pipeline.backup.rows import dump_table, dump_words, find_tables
from pipeline.errors import PipelineError
from pipeline.files import open_files
from pipeline.models import Job, JobEvent, JobStatus, Upload
from pipeline.receipts.find.index import rebuild as index_receipts
from pipeline.settings import Settings
from pipeline.store import close_store, read_session, write_session
from pipeline.store.snapshot import read_snapshot
from tests.support.migrated import migrate_copy
from tests.support.report_data import fill_report_data
from tests.support.small_catalog import put

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
# A restore gives running jobs back, and says in the audit that it was.
CHANGED = ("audit", "job", "job_event")
PICTURE = b"a picture of a receipt"
NAME = hashlib.sha256(PICTURE).hexdigest()


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


def refusal(settings: Settings, source: str) -> str:
    """The code with which a restore refuses."""
    with pytest.raises(PipelineError) as refused:
        restore_backup(settings, source, "cli:ana", replace=True)
    return refused.value.code


def see_what_ran_go_on(settings: Settings) -> None:
    with read_session(settings) as session:
        assert not session.exec(select(Job).where(Job.status == JobStatus.PROCESSING)).all()
        assert session.exec(select(JobEvent).where(JobEvent.event == "handed_back")).one()
