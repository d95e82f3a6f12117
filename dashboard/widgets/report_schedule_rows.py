"""What a card shows of one schedule, as plain values for our component."""

from datetime import datetime
from typing import Any

from babel.dates import format_timedelta

from dashboard.access.current import may
from dashboard.language import N_, current_locale, t, tc, tn
from dashboard.widgets.formats import show_ago, show_moment
from dashboard.widgets.receipt_rows import present_state
from dashboard.widgets.report_rhythm import say_run
from dashboard.widgets.report_words import KINDS, PERIODS, say_rhythm
from dashboard.widgets.states import DONE, FAILED, RUNNING, WAITING, State
from pipeline.access.principal import OPEN_PAGES
from pipeline.models import ReportSchedule
from pipeline.reports.schedules import next_runs

SHOWN_RUNS = 3
SHOWN_RECIPIENTS = 2
PAUSED = State("paused", N_("Paused"), "pause_circle", "orange")
ACTIVE = State("active", N_("Active"), "event_repeat", "green")
OUTCOMES = {
    "MADE": State(DONE.name, N_("Report made"), DONE.icon, DONE.colour),
    "SKIPPED_EMPTY": State("skipped", N_("Skipped, nothing to report"), "inbox", WAITING.colour),
    "FAILED": FAILED,
}
BEING_MADE = State(RUNNING.name, N_("Being made"), RUNNING.icon, RUNNING.colour, spins=True)


def present_schedule(
    schedule: ReportSchedule, now: datetime, *, mail_is_set_up: bool
) -> dict[str, Any]:
    """All texts of a card."""
    kind = KINDS[schedule.asked["kind"]]
    return {
        "id": schedule.id,
        "href": f"reports?schedule={schedule.id}",
        "name": schedule.name,
        "kind": {"label": t(kind.label), "icon": kind.icon},
        "state": _present(PAUSED if schedule.paused_at else ACTIVE),
        "when": say_rhythm(schedule.cron),
        "zone": schedule.time_zone.replace("_", " "),
        "about": t(PERIODS[schedule.period]).lower(),
        "to": _say_recipients(schedule, mail_is_set_up=mail_is_set_up),
        "recipients": ", ".join(schedule.recipients),
        "runs": _list_runs(schedule, now),
        "paused": _say_pause(schedule, now),
        "last": _present_last(schedule, now),
        "acts": [{"act": "resume", "label": t("Resume")}]
        if schedule.paused_at and may("submit")
        else [],
        "mayEdit": may("submit"),
    }


def _present(state: State) -> dict[str, Any]:
    return present_state(state, t(state.label))


def _list_runs(schedule: ReportSchedule, now: datetime) -> list[dict[str, str]]:
    if schedule.next_run_at is None:
        return []
    later = next_runs(schedule.cron, schedule.time_zone, schedule.next_run_at, SHOWN_RUNS - 1)
    return [_present_run(schedule, run, now) for run in (schedule.next_run_at, *later)]


def _present_run(schedule: ReportSchedule, run: datetime, now: datetime) -> dict[str, str]:
    wait = format_timedelta(run - now, add_direction=True, threshold=1.2, locale=current_locale())
    return {
        "text": say_run(run, schedule.time_zone),
        "in": wait if run > now else tc("run", "now"),
        "moment": show_moment(run),
    }


def _say_recipients(schedule: ReportSchedule, *, mail_is_set_up: bool) -> str:
    named = schedule.recipients
    if not named:
        return t("Kept here, mailed to nobody")
    if not mail_is_set_up:
        return t("Kept here: e-mail is not set up")
    shown = ", ".join(named[:SHOWN_RECIPIENTS])
    more = len(named) - SHOWN_RECIPIENTS
    return (
        tn("{shown} and {n} more", "{shown} and {n} more", more, shown=shown) if more > 0 else shown
    )


def _say_pause(schedule: ReportSchedule, now: datetime) -> str | None:
    if schedule.paused_at is None:
        return None
    ago, who, why = show_ago(schedule.paused_at, now), schedule.paused_by, schedule.pause_reason
    if who in (None, OPEN_PAGES.name):
        return t("Paused {ago} on this page: {reason}", ago=ago, reason=why)
    return t("Paused {ago} by {who}: {reason}", ago=ago, who=who, reason=why)


def _present_last(schedule: ReportSchedule, now: datetime) -> dict[str, Any] | None:
    if schedule.last_run_at is None:
        return None
    state = OUTCOMES[schedule.last_outcome] if schedule.last_outcome else BEING_MADE
    report_id = schedule.last_report_id
    return {
        "state": _present(state),
        "href": f"reports?view=history&report={report_id}" if report_id else None,
        "ago": show_ago(schedule.last_run_at, now),
        "moment": show_moment(schedule.last_run_at),
    }
