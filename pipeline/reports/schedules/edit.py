"""What people do to schedules; every change is kept with who made it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.clock import Clock, utc_now
from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.pausing import require_reason
from pipeline.models import Report, ReportSchedule
from pipeline.reports.recipients import check_recipients
from pipeline.reports.schedules.cron import next_runs
from pipeline.reports.schedules.drafts import ScheduleDraft, check_draft, order_of
from pipeline.reports.submit import submit_report
from pipeline.settings import Settings
from pipeline.store import read_session, write_session


def list_schedules(session: Session) -> Sequence[ReportSchedule]:
    """All of them, by name."""
    return session.exec(
        select(ReportSchedule).order_by(col(ReportSchedule.name), col(ReportSchedule.id))
    ).all()


def get_schedule(session: Session, schedule_id: str) -> ReportSchedule:
    """Raises NotFoundError SCHEDULE_UNKNOWN."""
    return _require(session.get(ReportSchedule, schedule_id))


def add_schedule(
    settings: Settings,
    draft: ScheduleDraft,
    *,
    actor: str,
    client_id: str = "",
    clock: Clock = utc_now,
) -> ReportSchedule:
    """Keep a schedule; its reports belong to `client_id`.

    Raises the errors of `check_draft` and `check_recipients`.
    """
    draft, now = _check(settings, draft), clock()
    with write_session(settings) as session:
        schedule = ReportSchedule(
            **draft.columns(),
            client_id=client_id,
            created_at=now,
            next_run_at=_next_run(draft.cron, draft.time_zone, now),
        )
        session.add(schedule)
        _audit(session, schedule, "add", actor, now, draft.columns())
    return schedule


def change_schedule(
    settings: Settings,
    schedule_id: str,
    draft: ScheduleDraft,
    *,
    actor: str,
    clock: Clock = utc_now,
) -> ReportSchedule:
    """Put the draft in the place of what the schedule says; one that is paused stays so.

    Raises NotFoundError SCHEDULE_UNKNOWN and the errors of `add_schedule`.
    """
    draft, now = _check(settings, draft), clock()
    with write_session(settings) as session:
        schedule = _lock(session, schedule_id)
        changed = {
            name: {"before": getattr(schedule, name), "after": value}
            for name, value in draft.columns().items()
            if getattr(schedule, name) != value
        }
        for name, value in draft.columns().items():
            setattr(schedule, name, value)
        # A run that is due already is made, whatever changes: nobody would know that it is missing.
        is_due = schedule.next_run_at is not None and schedule.next_run_at <= now
        if schedule.paused_at is None and not is_due and changed.keys() & {"cron", "time_zone"}:
            schedule.next_run_at = _next_run(schedule.cron, schedule.time_zone, now)
        _audit(session, schedule, "change", actor, now, changed)
    return schedule


def pause_schedule(
    settings: Settings, schedule_id: str, reason: str, *, actor: str, clock: Clock = utc_now
) -> ReportSchedule:
    """Make no report of it until it is resumed.

    Raises NotFoundError SCHEDULE_UNKNOWN, InvalidRequestError REASON_MISSING, ConflictError
    SCHEDULE_PAUSED.
    """
    reason, now = require_reason(reason), clock()
    with write_session(settings) as session:
        schedule = _lock(session, schedule_id)
        if schedule.paused_at is not None:
            raise ConflictError("SCHEDULE_PAUSED", "This schedule is paused already.")
        schedule.paused_at, schedule.paused_by, schedule.pause_reason = now, actor, reason
        schedule.next_run_at = None
        _audit(session, schedule, "pause", actor, now, {"reason": reason})
    return schedule


def resume_schedule(
    settings: Settings, schedule_id: str, *, actor: str, clock: Clock = utc_now
) -> ReportSchedule:
    """Go on with the first run from now; those of the pause are not made up for.

    Raises NotFoundError SCHEDULE_UNKNOWN, ConflictError SCHEDULE_NOT_PAUSED.
    """
    now = clock()
    with write_session(settings) as session:
        schedule = _lock(session, schedule_id)
        if schedule.paused_at is None:
            raise ConflictError("SCHEDULE_NOT_PAUSED", "This schedule is not paused.")
        reason = schedule.pause_reason
        schedule.paused_at = schedule.paused_by = schedule.pause_reason = None
        schedule.next_run_at = _next_run(schedule.cron, schedule.time_zone, now)
        _audit(session, schedule, "resume", actor, now, {"reason": reason})
    return schedule


def delete_schedule(
    settings: Settings, schedule_id: str, *, actor: str, clock: Clock = utc_now
) -> None:
    """Forget it; the reports that it made stay. Raises NotFoundError SCHEDULE_UNKNOWN."""
    with write_session(settings) as session:
        schedule = _lock(session, schedule_id)
        _audit(session, schedule, "delete", actor, clock(), {})
        session.delete(schedule)


def send_test(
    settings: Settings,
    doorbell: Doorbell,
    schedule_id: str,
    address: str,
    *,
    actor: str,
    clock: Clock = utc_now,
) -> Report:
    """Make the report now, for one address, empty or not; the schedule itself does not notice.

    Raises NotFoundError SCHEDULE_UNKNOWN and the errors of `check_recipients` and `submit_report`.
    """
    recipients = check_recipients(settings, (address,))
    with read_session(settings) as session:
        schedule = get_schedule(session, schedule_id)
    order = replace(order_of(schedule, clock()), email_to=recipients, skip_empty=False)
    report = submit_report(settings, doorbell, order, schedule.client_id, clock=clock)
    with write_session(settings) as session:
        detail = {"address": recipients[0], "report": report.id}
        _audit(session, schedule, "test", actor, clock(), detail)
    return report


def _check(settings: Settings, draft: ScheduleDraft) -> ScheduleDraft:
    draft = check_draft(draft)
    return replace(draft, recipients=check_recipients(settings, draft.recipients))


def _next_run(cron: str, time_zone: str, now: datetime) -> datetime | None:
    return next(iter(next_runs(cron, time_zone, now, 1)), None)


def _lock(session: Session, schedule_id: str) -> ReportSchedule:
    # A run that is being made meanwhile is waited for, not undone.
    return _require(session.get(ReportSchedule, schedule_id, with_for_update=True))


def _require(schedule: ReportSchedule | None) -> ReportSchedule:
    if schedule is None:
        raise NotFoundError("SCHEDULE_UNKNOWN", "There is no schedule with this id. Check the id.")
    return schedule


def _audit(
    session: Session,
    schedule: ReportSchedule,
    action: str,
    actor: str,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    write(
        session,
        actor=actor,
        action=f"schedule.{action}",
        target_type="report_schedule",
        target_id=schedule.id,
        detail={"name": schedule.name, **detail},
        now=now,
    )
