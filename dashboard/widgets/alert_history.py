"""What rules said: the list below them, its filters and its sheet in the address."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from dashboard.language import t, tn
from dashboard.widgets.alert_rules import say_outcomes
from dashboard.widgets.alert_words import EVENTS, mark_event, say_happening, say_name
from dashboard.widgets.choice_address import adopt_words
from dashboard.widgets.formats import shorten_id, show_ago, show_moment
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.sheets import read_sheet, show_sheets, turn_to_last
from dashboard.widgets.store_access import calm
from pipeline.alerts.history import EventRow, list_all_rules, list_events
from pipeline.clock import utc_now
from pipeline.models import AlertRule
from pipeline.settings import get_settings
from pipeline.store import read_session

ROWS_PER_SHEET = 20
POLL_S = 10.0
SHEET = "page"
OF_RULE, EVENT, FAILED = "of", "event", "unsent"


@calm
def show_history() -> None:
    """The heading, the filters and the live list."""
    st.header(t("History"), anchor=False)
    with read_session(get_settings()) as session:
        labels = _label_rules(list_all_rules(session))
    _show_filters(labels)
    st.fragment(_show_rows, run_every=POLL_S)(labels)


def _label_rules(rules: Sequence[AlertRule]) -> dict[str, str]:
    """The ids by what the address and the filter call them: names, told apart where they must."""
    names = Counter(rule.name for rule in rules)
    labels = {}
    for rule in rules:
        apart = f" {shorten_id(rule.id)}" if names[rule.name] > 1 else ""
        label = f"{say_name(rule.name)}{apart}"
        if rule.deleted_at:
            label = t("{rule} (deleted)", rule=label)
        labels[label] = rule.id
    return labels


def _show_filters(labels: Mapping[str, str]) -> None:
    adopt_words(EVENT, EVENTS)
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        st.segmented_control(
            t("What happened"),
            list(EVENTS),
            format_func=lambda event: t(EVENTS[event]),
            key=EVENT,
            bind="query-params",
            label_visibility="collapsed",
            wrap=True,
            on_change=_go_to_first_sheet,
        )
        st.selectbox(
            t("Rule"),
            list(labels),
            index=None,
            placeholder=t("Any rule"),
            key=OF_RULE,
            bind="query-params",
            label_visibility="collapsed",
            on_change=_go_to_first_sheet,
            width=220,
        )
        st.toggle(
            t("Only what did not arrive"),
            key=FAILED,
            bind="query-params",
            on_change=_go_to_first_sheet,
        )


@calm
def _show_rows(labels: Mapping[str, str]) -> None:
    now, sheet = utc_now(), read_sheet(SHEET)
    with read_session(get_settings()) as session:
        found = list_events(
            session,
            rule_id=labels.get(st.session_state.get(OF_RULE) or ""),
            event=st.session_state.get(EVENT),
            failed_only=bool(st.session_state.get(FAILED)),
            limit=ROWS_PER_SHEET,
            offset=(sheet - 1) * ROWS_PER_SHEET,
        )
    if not found.rows:
        turn_to_last(SHEET, -(-found.total // ROWS_PER_SHEET))
        filtered = any(st.session_state.get(name) for name in (OF_RULE, EVENT, FAILED))
        st.caption(
            t("Nothing of that kind happened in the last 90 days.")
            if filtered
            else t("Nothing happened yet. What rules say is kept here for 90 days.")
        )
        return
    st.caption(tn("{n} event", "{n} events", found.total))
    with st.container(gap="small", key="alert-history"):
        for row in found.rows:
            _show_row(row, now)
    show_sheets(SHEET, -(-found.total // ROWS_PER_SHEET))


def _show_row(row: EventRow, now: datetime) -> None:
    event, rule = row.event, row.rule
    with st.container(gap="xxsmall", key=f"event-{event.id}"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(
                f"{mark_event(event).badge} **{as_plain_text(say_name(rule.name))}** "
                f":gray[{as_plain_text(say_happening(event, rule.kind))}]",
                width="content",
            )
            st.caption(show_ago(event.at, now), help=show_moment(event.at), width="content")
        st.caption(say_outcomes(row))


def _go_to_first_sheet() -> None:
    st.query_params.pop(SHEET, None)
