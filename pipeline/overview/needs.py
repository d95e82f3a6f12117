"""What waits for a person at this moment. Read by the home page."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from pipeline.alerts.history import count_firing
from pipeline.jobs.admission import DiskState, judge_disk
from pipeline.jobs.queue_states import QueueNow, QueueState, watch_queues
from pipeline.models import CatalogImport, Job, JobStatus, Product, Receipt, Report
from pipeline.receipts.job import KIND_NAME
from pipeline.settings import Settings

# Whoever has not looked after a failure for so long does not mean to.
RECENT = timedelta(days=7)
# A queue that took nothing for so long although something is due stands still; a worker that
# starts takes a few seconds to report itself.
STUCK_AFTER_S = 60.0
# Imports that are looked through for rejected rows; nobody brings more suppliers in a week.
MOST_IMPORTS = 500
# The same for reports that failed.
MOST_REPORTS = 1_000

# As the partial index spells it: a planner that does not see the condition may not take it.
_UNSURE: Any = text("receipt.needs_review")
_GROUPED: Any = text("job.fingerprint IS NOT NULL")


@dataclass(frozen=True)
class Unsure:
    """Receipts that ask for a person, and when the oldest of them was read."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class FailureCount:
    """Jobs that failed lately and are failed still, and into how many groups they fall."""

    groups: int
    jobs: int


@dataclass(frozen=True)
class RejectedRows:
    """An import of which rows were not taken; the newest of its name."""

    job_id: str
    name: str
    rows: int


@dataclass(frozen=True)
class FailedReport:
    """A report that could not be made and was not asked for again."""

    id: str
    title: str


@dataclass(frozen=True)
class Needs:
    """Everything that waits for a person; what is empty, zero or up needs nobody.

    `has_worker` is whether any lives, for whichever queues.
    """

    unsure: Unsure
    failed_receipts: int
    failures: FailureCount
    paused: tuple[QueueNow, ...]
    stuck: tuple[QueueNow, ...]
    has_worker: bool
    firing: int
    rejected: tuple[RejectedRows, ...]
    failed_reports: tuple[FailedReport, ...]
    disk: DiskState
    free_bytes: int


def find_needs(session: Session, settings: Settings, *, now: datetime) -> Needs:
    """Look for everything; failures, imports and reports of the last seven days."""
    since = now - RECENT
    queues = watch_queues(session, heartbeat_s=settings.heartbeat_s, now=now).values()
    free_bytes = shutil.disk_usage(settings.data_dir).free
    return Needs(
        unsure=_count_unsure(session),
        failed_receipts=_count_failed_receipts(session, since),
        failures=_count_failures(session, since),
        paused=tuple(queue for queue in queues if queue.pause is not None),
        stuck=tuple(queue for queue in queues if is_stuck(queue)),
        has_worker=any(queue.workers for queue in queues),
        firing=count_firing(session),
        rejected=_find_rejected(session, since),
        failed_reports=_find_failed_reports(session, since),
        disk=judge_disk(settings, free_bytes),
        free_bytes=free_bytes,
    )


def is_untouched(session: Session) -> bool:
    """Whether nothing was ever handed over: no receipt, and no product."""
    receipts = select(col(Job.id)).where(col(Job.kind) == KIND_NAME).limit(1)
    products = select(col(Product.id)).limit(1)
    return session.execute(receipts).first() is None and session.execute(products).first() is None


def is_stuck(queue: QueueNow) -> bool:
    """Whether something is due there and nothing of it moves, although nobody paused it."""
    waits = (queue.oldest_due_s or 0.0) > STUCK_AFTER_S
    return queue.state is not QueueState.PAUSED and waits and queue.running == 0


def _count_unsure(session: Session) -> Unsure:
    unsure = select(func.count(), func.min(col(Receipt.created_at))).where(_UNSURE)
    count, oldest_at = session.execute(unsure.select_from(Receipt)).one()
    return Unsure(count, oldest_at)


def _count_failed_receipts(session: Session, since: datetime) -> int:
    count: int = session.execute(
        select(func.count())
        .select_from(Job)
        .where(
            col(Job.status) == JobStatus.FAILED,
            col(Job.created_at) >= since,
            col(Job.kind) == KIND_NAME,
        )
    ).scalar_one()
    return count


def _count_failures(session: Session, since: datetime) -> FailureCount:
    per_group = (
        select(func.count().label("jobs"))
        .select_from(Job)
        .where(_GROUPED, col(Job.created_at) >= since)
        .group_by(col(Job.fingerprint))
        .subquery()
    )
    groups, jobs = session.execute(select(func.count(), func.sum(per_group.c.jobs))).one()
    return FailureCount(groups, int(jobs or 0))


def _find_rejected(session: Session, since: datetime) -> tuple[RejectedRows, ...]:
    rows = session.execute(
        select(col(CatalogImport.job_id), col(CatalogImport.name), col(CatalogImport.rejected))
        .where(col(CatalogImport.created_at) >= since, col(CatalogImport.dry_run).is_(False))
        .order_by(col(CatalogImport.created_at).desc())
        .limit(MOST_IMPORTS)
    )
    # Whoever brought the table again has looked after the rows of the time before.
    newest: dict[str, RejectedRows] = {}
    for job_id, name, rejected in rows:
        newest.setdefault(name, RejectedRows(job_id, name, rejected))
    return tuple(found for found in newest.values() if found.rows)


def _find_failed_reports(session: Session, since: datetime) -> tuple[FailedReport, ...]:
    lately = session.execute(
        select(col(Report.id), col(Report.title), col(Report.regenerated_from))
        .where(col(Report.created_at) >= since)
        .order_by(col(Report.created_at).desc())
        .limit(MOST_REPORTS)
    ).all()
    # Asked by their ids: the planner would begin with all jobs that ever failed.
    failed = set(
        session.scalars(
            select(col(Job.id)).where(
                col(Job.id).in_([row.id for row in lately]), col(Job.status) == JobStatus.FAILED
            )
        )
    )
    again = {row.regenerated_from for row in lately}
    return tuple(FailedReport(row.id, row.title) for row in lately if row.id in failed - again)
