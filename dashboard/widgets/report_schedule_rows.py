"""What a card shows of one schedule, as plain values for our component."""

from datetime import datetime
from typing import Any

from babel.dates import format_timedelta

from dashboard.language import current_locale
from dashboard.widgets.formats import show_ago, show_moment
from dashboard.widgets.receipt_rows import present_state
from dashboard.widgets.report_rhythm import say_run
from dashboard.widgets.report_words import KINDS, PERIODS, say_rhythm
from dashboard.widgets.states import DONE, FAILED, RUNNING, WAITING, State
from pipeline.models import ReportSchedule
from pipeline.reports.schedules import next_runs

SHOWN_RUNS = 3
SHOWN_RECIPIENTS = 2
PAUSED = State("paused", "Paused", "pause_circle", "orange")
ACTIVE = State("active", "Active", "event_repeat", "green")
OUTCOMES = {
    "MADE": State(DONE.name, "Report made", DONE.icon, DONE.colour),
    "SKIPPED_EMPTY": State("skipped", "Skipped, nothing to report", "inbox", WAITING.colour),
    "FAILED": FAILED,
}
BEING_MADE = State(RUNNING.name, "Being made", RUNNING.icon, RUNNING.colour, spins=True)
ACTORS = {"dashboard": "somebody on this page"}


def present_schedule(
    schedule: ReportSchedule, now: datetime, *, mail_is_set_up: bool
) -> dict[str, Any]:
    """All texts of a card."""
    kind = KINDS[schedule.asked["kind"]]
    return {
        "id": schedule.id,
        "href": f"reports?schedule={schedule.id}",
        "name": schedule.name,
        "kind": {"label": kind.label, "icon": kind.icon},
        "state": present_state(PAUSED if schedule.paused_at else ACTIVE),
        "when": say_rhythm(schedule.cron),
        "zone": schedule.time_zone.replace("_", " "),
        "about": PERIODS[schedule.period].lower(),
        "to": _say_recipients(schedule, mail_is_set_up=mail_is_set_up),
        "recipients": ", ".join(schedule.recipients),
        "runs": _list_runs(schedule, now),
        "paused": _say_pause(schedule, now),
        "last": _present_last(schedule, now),
        "acts": [{"act": "resume", "label": "Resume"}] if schedule.paused_at else [],
    }


def _list_runs(schedule: ReportSchedule, now: datetime) -> list[dict[str, str]]:
    if schedule.next_run_at is None:
        return []
    later = next_runs(schedule.cron, schedule.time_zone, schedule.next_run_at, SHOWN_RUNS - 1)
    return [_present_run(schedule, run, now) for run in (schedule.next_run_at, *later)]


def _present_run(schedule: ReportSchedule, run: datetime, now: datetime) -> dict[str, str]:
    wait = format_timedelta(run - now, add_direction=True, threshold=1.2, locale=current_locale())
    return {
        "text": say_run(run, schedule.time_zone),
        "in": wait if run > now else "now",
        "moment": show_moment(run),
    }


def _say_recipients(schedule: ReportSchedule, *, mail_is_set_up: bool) -> str:
    named = schedule.recipients
    if not named:
        return "Kept here, mailed to nobody"
    if not mail_is_set_up:
        return "Kept here: e-mail is not set up"
    shown = ", ".join(named[:SHOWN_RECIPIENTS])
    more = len(named) - SHOWN_RECIPIENTS
    return f"{shown} and {more} more" if more > 0 else shown


def _say_pause(schedule: ReportSchedule, now: datetime) -> str | None:
    if schedule.paused_at is None:
        return None
    who = ACTORS.get(schedule.paused_by or "", schedule.paused_by or "somebody")
    return f"Paused {show_ago(schedule.paused_at, now)} by {who}: {schedule.pause_reason}"


def _present_last(schedule: ReportSchedule, now: datetime) -> dict[str, Any] | None:
    if schedule.last_run_at is None:
        return None
    state = OUTCOMES[schedule.last_outcome] if schedule.last_outcome else BEING_MADE
    report_id = schedule.last_report_id
    return {
        "state": present_state(state),
        "href": f"reports?view=history&report={report_id}" if report_id else None,
        "ago": show_ago(schedule.last_run_at, now),
        "moment": show_moment(schedule.last_run_at),
    }
