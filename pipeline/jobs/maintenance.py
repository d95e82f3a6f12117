"""The periodic kinds: cleaning up, looking after the parts, and closing the day's figures.

Dispatcher and reaper are not among them: they ring for these very jobs, so they belong to every
worker's pulse (`pipeline.jobs.pulse`).
"""

from datetime import timedelta
from typing import Any

import structlog

from pipeline.access.sessions import drop_expired_sessions
from pipeline.catalog.products.tombstones import purge_tombstones
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.idempotency import delete_old_answers
from pipeline.jobs import retention, rollup, workers
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.jobs.vitals import examine
from pipeline.notifications.retention import delete_old_mails
from pipeline.receipts.retention import drop_page_pictures
from pipeline.reports.retention import drop_expired_reports
from pipeline.store import write_session
from pipeline.unused_files import delete_unused

log = structlog.get_logger(__name__)

HOUR_S = 3600.0
DAY_S = 86_400.0
FORGET_WORKERS_AFTER = timedelta(hours=1)


def clean_up(context: JobContext) -> Outcome:
    """Remove what is no longer kept; every step may be repeated, and stops where it was killed."""
    settings, now = context.settings, utc_now()
    context.advance("files", 10)
    removed: dict[str, Any] = {"pagePictures": drop_page_pictures(settings, context.files)}
    removed["expiredReports"] = drop_expired_reports(settings, now)
    removed["unusedFiles"] = delete_unused(settings, context.files, now)
    removed["unfinishedFiles"] = context.files.sweep(now.timestamp())
    context.advance("rows", 60)
    removed["maintenanceJobs"] = retention.delete_maintenance_jobs(settings, now=now)
    removed["mails"] = delete_old_mails(settings, now)
    removed["deletedProducts"] = purge_tombstones(settings, now)
    with write_session(settings) as session:
        removed["sessions"] = drop_expired_sessions(session, now)
        removed["answers"] = delete_old_answers(session, now)
        removed["workers"] = workers.forget_silent(session, since=now - FORGET_WORKERS_AFTER)
    log.info("cleaned_up", **removed)
    return removed


def check_health(context: JobContext) -> Outcome:
    """Look at every part; fails, and so shows among the failures, where one is down."""
    vitals = examine(context.settings)
    for problem in vitals.problems:
        log.warning("health_problem", part=problem.part, code=problem.code)
    if vitals.status == "unhealthy":
        raise PipelineError(
            "UNHEALTHY",
            "A part that Comptoir needs is down. Look at /health.",
            params={"cause": ", ".join(problem.code for problem in vitals.problems)},
        )
    return {"status": vitals.status, "problems": [problem.code for problem in vitals.problems]}


def close_metrics(context: JobContext) -> Outcome:
    """Count what ended and is not counted yet, and drop figures too fine for their age."""
    counted = 0
    while True:
        with write_session(context.settings) as session:
            taken = rollup.count_endings(session, utc_now())
        counted += taken
        if not taken:
            break
    with write_session(context.settings) as session:
        pruned = rollup.prune_rollups(session, utc_now())
    return {"counted": counted, "pruned": pruned}


KINDS = (
    Kind("maintenance.cleanup", "maintenance", clean_up, every_s=HOUR_S),
    Kind("maintenance.health", "maintenance", check_health, every_s=300.0),
    Kind("maintenance.metrics", "maintenance", close_metrics, every_s=DAY_S),
)
