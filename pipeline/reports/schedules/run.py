"""Making the reports that are due, each run once, however many workers look.

Every schedule has a transaction of its own, in which its report is written and its next run is
set: killed in between, neither is there, and another worker finds it due as before.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from pipeline.clock import Clock, utc_now
from pipeline.errors import PipelineError
from pipeline.jobs import workflow
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.jobs.recovery import mark_rung
from pipeline.jobs.transitions import record
from pipeline.models import Job, Report, ReportSchedule
from pipeline.reports.order import check_order
from pipeline.reports.schedules.cron import iterate_runs
from pipeline.reports.schedules.drafts import order_of
from pipeline.reports.submit import add_report
from pipeline.settings import Settings
from pipeline.store import read_session

log = structlog.get_logger(__name__)

KIND_NAME = "maintenance.schedules"
EVERY_S = 60.0
LATER = "Runs were missed while nothing was running. This one stands for all of them."

Transaction = Callable[[], AbstractContextManager[Session]]


def run(context: JobContext) -> Outcome:
    """Ask for every report that is due; where another worker has this job, no more of them."""
    return {"made": make_due(context.settings, lambda: context.checkpoint("schedules", 50))}


def make_due(settings: Settings, transaction: Transaction, clock: Clock = utc_now) -> int:
    """Ask for every report that is due, each in a `transaction`; returns how many there were."""
    with read_session(settings) as session:
        due = session.exec(
            select(ReportSchedule.id)
            .where(col(ReportSchedule.next_run_at) <= clock())
            .order_by(col(ReportSchedule.next_run_at))
        ).all()
    made = 0
    for schedule_id in due:
        with transaction() as session:
            made += _make_one(session, schedule_id, clock())
    return made


def _make_one(session: Session, schedule_id: str, now: datetime) -> bool:
    # Locked: whoever comes at the same moment waits, and then finds the next run in the future.
    schedule = session.get(
        ReportSchedule, schedule_id, with_for_update=True, populate_existing=True
    )
    if schedule is None or schedule.next_run_at is None or schedule.next_run_at > now:
        return False
    due_at, missed = _move_on(schedule, now)
    schedule.last_run_at, schedule.last_outcome, schedule.last_report_id = now, None, None
    try:
        with session.begin_nested():
            report = _ask(session, schedule, due_at, missed, now)
    except (PipelineError, LookupError, TypeError, ValueError) as error:
        # What it asks for cannot be had any more, or read: the other schedules can.
        schedule.last_outcome = "FAILED"
        code = error.code if isinstance(error, PipelineError) else type(error).__name__
        log.warning("schedule_failed", schedule=schedule.id, code=code)
        return False
    schedule.last_report_id = report.id
    log.info("schedule_run", schedule=schedule.id, report=report.id, missed=missed)
    return True


def _move_on(schedule: ReportSchedule, now: datetime) -> tuple[datetime, int]:
    """Set the next run; returns the latest that is due, and how many before it were missed."""
    assert schedule.next_run_at is not None
    due_at, missed = schedule.next_run_at, 0
    schedule.next_run_at = None
    for run_at in iterate_runs(schedule.cron, schedule.time_zone, due_at):
        if run_at > now:
            schedule.next_run_at = run_at
            break
        due_at, missed = run_at, missed + 1
    return due_at, missed


def _ask(
    session: Session, schedule: ReportSchedule, due_at: datetime, missed: int, now: datetime
) -> Report:
    """Write the report as of the moment when it was due: its days are counted from there."""
    order = check_order(order_of(schedule, due_at))
    report = add_report(
        session, order, now=now, client_id=schedule.client_id, schedule_id=schedule.id
    )
    job = session.get_one(Job, report.id)
    code, message = ("RUNS_MISSED", LATER) if missed else (None, None)
    record(session, job, "scheduled", now, code=code, message=message)
    # Nobody rings for them here: the dispatcher does within seconds.
    begun = workflow.take_released(session) or [job]
    mark_rung(session, [one.id for one in begun], None)
    return report


KINDS = (Kind(KIND_NAME, "maintenance", run, every_s=EVERY_S),)
