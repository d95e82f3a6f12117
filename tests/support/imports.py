"""Imports in tests: submitted as the pages do, run in this process or by a real worker."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from pipeline.catalog.importing.orders import ImportOrder, ImportState, RejectedRow, SentFile
from pipeline.catalog.importing.rejections import list_rejections
from pipeline.catalog.importing.state import read_import
from pipeline.catalog.importing.submit import submit_import
from pipeline.clock import utc_now
from pipeline.jobs import ledger
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.context import JobContext
from pipeline.jobs.endings import complete
from pipeline.jobs.kinds import get_kind
from pipeline.models import Job, Product
from pipeline.settings import Settings
from pipeline.store import read_session, write_session


def sent(name: str, content: bytes) -> SentFile:
    """A file as somebody sends it."""
    return SentFile(name, io.BytesIO(content))


def submit(
    settings: Settings,
    table: bytes,
    pictures: Sequence[tuple[str, bytes]] = (),
    order: ImportOrder | None = None,
    name: str = "table.csv",
) -> Job:
    """Queue the import of a table."""
    return submit_import(
        settings,
        open_doorbell(settings),
        sent(name, table),
        order or ImportOrder(actor="ana"),
        [sent(*picture) for picture in pictures],
    )


def run(settings: Settings, job: Job) -> ImportState:
    """Run the job here as a worker would, and say what came of it."""
    kind = get_kind(job.kind)
    with write_session(settings) as session:
        claim = ledger.claim(
            session, job.id, "test", now=utc_now(), lease_s=600, time_limit_s=lambda *_: 600
        )
    assert claim is not None
    outcome = kind.run(JobContext(claim, settings))
    with write_session(settings) as session:
        assert complete(session, claim, kind, outcome, now=utc_now())
    return state(settings, job.id)


def state(settings: Settings, job_id: str) -> ImportState:
    """How the import stands."""
    with read_session(settings) as session:
        return read_import(session, job_id, utc_now())


def rejections(settings: Settings, job_id: str) -> list[RejectedRow]:
    """Every row that it rejected."""
    with read_session(settings) as session:
        return list_rejections(session, job_id, limit=100_000)[0]


def products(settings: Settings) -> dict[str, Product]:
    """Every product there is, by id."""
    with read_session(settings) as session:
        return {row.product_id: row for row in _live(session)}


def tiny_settings(data_dir: Path, encoder: Path) -> Settings:
    """Settings with a model that loads at once."""
    data_dir.mkdir(parents=True, exist_ok=True)
    return Settings(data_dir=data_dir, encoder=str(encoder), store_wait_s=30)


def find_job(settings: Settings, job_id: str) -> Job:
    """The job that somebody else queued."""
    with read_session(settings) as session:
        return session.get_one(Job, job_id)


def _live(session: Session) -> Any:
    return session.exec(select(Product).where(col(Product.deleted_at).is_(None)))
