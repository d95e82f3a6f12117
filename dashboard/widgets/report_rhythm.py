"""When a schedule runs and which days it is about: a preset or a cron expression, as sentences."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st
from babel.dates import format_datetime

from dashboard.language import current_locale, t, tc
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.report_words import PERIODS, say_days, say_rhythm
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.reports.period import PeriodRule, resolve
from pipeline.reports.schedules import PRESETS, next_runs
from pipeline.reports.schedules.cron import check_cron

OWN = "own"
SHOWN_RUNS = 3


@dataclass(frozen=True)
class Rhythm:
    """When it runs, in which zone, and about which days."""

    cron: str
    time_zone: str
    period: PeriodRule


def reader_zone_name() -> str:
    """The zone of the browser, by its name."""
    named = st.context.timezone
    return named if named in available_timezones() else "UTC"


def ask_rhythm(prefix: str, given: Rhythm) -> Rhythm | None:
    """The rhythm with its next runs; None, with a sentence at the field, where it cannot be."""
    known = [preset.cron for preset in PRESETS]
    begin = given.cron if given.cron in known else OWN
    chosen = st.selectbox(
        t("When"),
        [*known, OWN],
        index=[*known, OWN].index(begin),
        format_func=lambda cron: t("Another rhythm") if cron == OWN else say_rhythm(cron),
        key=f"{prefix}-preset",
        on_change=_follow_preset,
        args=(prefix,),
    )
    cron = _ask_cron(prefix, given.cron) if chosen == OWN else chosen
    left, right = st.columns(2)
    zones = sorted(available_timezones())
    zone = left.selectbox(
        t("In the time of"), zones, zones.index(given.time_zone), key=f"{prefix}-zone"
    )
    rules = list(PERIODS)
    rule: PeriodRule = right.selectbox(
        tc("days", "About"),
        rules,
        rules.index(given.period),
        format_func=lambda one: t(PERIODS[one]),
        key=f"{prefix}-period",
    )
    if cron is None:
        return None
    _show_runs(Rhythm(cron, zone, rule))
    return Rhythm(cron, zone, rule)


def say_run(run: datetime, zone: str) -> str:
    """A run as its schedule means it: Mon 30 Nov 2026, 08:00."""
    return format_datetime(
        run.astimezone(ZoneInfo(zone)), "EEE d MMM y, HH:mm", locale=current_locale()
    )


def _follow_preset(prefix: str) -> None:
    # Who has it every Monday wants the week before, who has it every quarter that quarter.
    chosen = st.session_state[f"{prefix}-preset"]
    for preset in PRESETS:
        if preset.cron == chosen:
            st.session_state[f"{prefix}-period"] = preset.period


def _ask_cron(prefix: str, given: str) -> str | None:
    text = st.text_input(
        t("Cron expression"),
        given,
        live=True,
        help=t(
            "Five fields: minute, hour, day of the month, month, day of the week (1 is Monday)."
        ),
        key=f"{prefix}-cron",
    )
    try:
        cron = check_cron(text)
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/schedule:")
        return None
    st.caption(as_plain_text(say_rhythm(cron)))
    return cron


def _show_runs(rhythm: Rhythm) -> None:
    runs = next_runs(rhythm.cron, rhythm.time_zone, utc_now(), SHOWN_RUNS)
    if not runs:
        return
    said = "  ·  ".join(say_run(run, rhythm.time_zone) for run in runs)
    first_day = runs[0].astimezone(ZoneInfo(rhythm.time_zone)).date()
    days = say_days(resolve(rhythm.period, first_day))
    st.caption(t("Next: {runs}. The first is about {days}.", runs=as_plain_text(said), days=days))
