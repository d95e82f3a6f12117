"""The kinds `catalog.import` and `catalog.dry_run`: one job for one table. Declared here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.catalog.importing.fetch import PER_HOST
from pipeline.catalog.importing.submit import DRY_RUN_KIND, IMPORT_KIND
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import CatalogImport, Job
from pipeline.settings import Settings
from pipeline.unused_files import note_hashes

QUEUE = "catalog"
# The queue's time limit is that of so many rows.
BATCH_ROWS = 1000


def import_table(context: JobContext) -> Outcome:
    """Import what is not imported yet of the table."""
    from pipeline.catalog.importing.run import run_import

    return run_import(context)


def check_table(context: JobContext) -> Outcome:
    """Say what an import of the table would do."""
    from pipeline.catalog.importing.run import run_dry

    return run_dry(context)


def save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Now that they are counted, say how many rows there are; let go of the files that came."""
    found = session.get_one(CatalogImport, job.id)
    found.rows = outcome["rows"]
    # Counted once, here, however often the dry run was begun again.
    found.deleted += outcome["missing"]
    note_hashes(session, [found.table_sha256, *found.pictures["zips"]], now)


def _time_limit_s(settings: Settings, payload: Mapping[str, Any]) -> float:
    rows: int = payload["rows"]
    limit_s = settings.catalog_time_limit_s * (1 + rows // BATCH_ROWS)
    if payload["fetches"] and not payload["dryRun"]:
        # All pictures may lie with one slow host.
        limit_s += rows * settings.catalog_fetch_timeout_s / PER_HOST
    return limit_s


KINDS = tuple(
    Kind(name=name, queue=QUEUE, run=run, save=save, time_limit_s=_time_limit_s)
    for name, run in ((IMPORT_KIND, import_table), (DRY_RUN_KIND, check_table))
)
