"""The days of a report: a rule with the days it means today, or two days of one's own."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard.language import t, tc, tn
from dashboard.widgets.formats import reader_zone
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.report_words import PERIODS, say_days
from dashboard.widgets.store_access import explain
from pipeline.errors import PipelineError
from pipeline.receipts.find.listing import find_bought_days
from pipeline.reports.period import MAX_DAYS, Period, PeriodRule, resolve
from pipeline.settings import get_settings
from pipeline.store import read_session

OWN = "own"
FIRST_CHOICE: PeriodRule = "previous_month"


def today() -> date:
    """The day it is where the reader is."""
    return datetime.now(reader_zone()).date()


def ask_days(prefix: str) -> Period | None:
    """The days that were chosen; None, with a sentence below them, where they cannot be."""
    rule = st.selectbox(
        t("Days"),
        [*PERIODS, OWN],
        index=list(PERIODS).index(FIRST_CHOICE),
        format_func=_say_rule,
        key=f"{prefix}-days",
    )
    if rule != OWN:
        return resolve(rule, today())
    begin = resolve(FIRST_CHOICE, today())
    st.session_state.setdefault(f"{prefix}-from", begin.first)
    st.session_state.setdefault(f"{prefix}-until", begin.last)
    left, right = st.columns(2)
    first = left.date_input(tc("day", "From"), format="DD/MM/YYYY", key=f"{prefix}-from")
    last = right.date_input(tc("day", "Until"), format="DD/MM/YYYY", key=f"{prefix}-until")
    try:
        period = Period(_as_day(first), _as_day(last))
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/date_range:")
        return None
    st.caption(tn("{n} day", "{n} days", period.days))
    return period


def offer_known_days(prefix: str) -> None:
    """Where nothing matches: the days from which there is something."""
    with read_session(get_settings()) as session:
        known = find_bought_days(session)
    if known is None:
        st.caption(t("No receipt with a date is there yet."))
        return
    first, last = known
    # A day that was misread may lie far back.
    period = Period(max(first, last - timedelta(days=MAX_DAYS - 1)), last)
    st.button(
        t("Take {days}, where receipts are", days=say_days(period)),
        icon=":material/date_range:",
        key=f"{prefix}-known-days",
        on_click=_take(prefix, period),
    )


def _take(prefix: str, period: Period) -> Callable[[], None]:
    def take() -> None:
        st.session_state[f"{prefix}-days"] = OWN
        st.session_state[f"{prefix}-from"] = period.first
        st.session_state[f"{prefix}-until"] = period.last

    return take


def _say_rule(rule: PeriodRule | str) -> str:
    if rule not in PERIODS:
        return t("Days of your own")
    return f"{t(PERIODS[rule])} · {say_days(resolve(rule, today()))}"


def _as_day(given: object) -> date:
    # One day is asked for; Streamlit's type speaks of ranges, too.
    assert isinstance(given, date)
    return given
