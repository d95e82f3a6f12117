"""The rules of the page of alerts: what fires on top, then each with how it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from dashboard.widgets.alert_acts import delete_now, send_test_notice, set_enabled, show_deleted
from dashboard.widgets.alert_form import open_panel
from dashboard.widgets.alert_words import (
    HELD,
    mark_delivery,
    mark_event,
    mark_rule,
    say_for,
    say_limit,
    say_now,
    say_rule,
    say_told,
    say_value,
)
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago, show_count, show_moment
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import calm
from pipeline.alerts.edit import list_rules
from pipeline.alerts.history import EventRow, find_last_told
from pipeline.alerts.judge import tells_somebody
from pipeline.clock import utc_now
from pipeline.models import AlertRule
from pipeline.notifications.smtp import mail_is_set_up
from pipeline.settings import get_settings
from pipeline.store import read_session

POLL_S = 5.0


def show_rules() -> None:
    """The live part: what fires, what is missing to tell people, and every rule."""
    st.fragment(_show, run_every=POLL_S)()


@calm
def _show() -> None:
    now = utc_now()
    with read_session(get_settings()) as session:
        rules = list_rules(session)
        told = find_last_told(session, rules)
    # Places of their own, so that what follows does not move to another one when they empty.
    with st.container():
        show_deleted()
    with st.container(gap="small"):
        _show_firing(rules, told, now)
    with st.container():
        _show_missing_mail(rules)
    if not rules:
        _show_none()
    with st.container(gap="small", key="alert-rules"):
        for rule in rules:
            _show_rule(rule, told, now)


def _show_firing(rules: Sequence[AlertRule], told: Mapping[str, EventRow], now: datetime) -> None:
    firing = [rule for rule in rules if rule.state == "firing"]
    for rule in firing:
        lasting = f", firing {say_for(rule.since, now)}" if rule.since else ""
        who = as_plain_text(say_told(rule, told.get(rule.id)))
        text = f"**{as_plain_text(rule.name)}**{lasting}  \n{_say_found(rule)}. {who}"
        st.error(text, icon=":material/notifications_active:")
    watched = [rule for rule in rules if rule.enabled]
    if not firing and watched:
        looked = max((rule.checked_at for rule in watched if rule.checked_at), default=None)
        when = f", looked at {show_ago(looked, now)}" if looked else ""
        st.success(
            f"**Nothing fires.** {show_count(len(watched), 'rule is', 'rules are')} watched{when}.",
            icon=":material/check_circle:",
        )


def _say_found(rule: AlertRule) -> str:
    value = say_value(rule.kind, rule.value)
    queue = rule.value_queue or rule.queue
    return {
        "oldest_waiting": f"The oldest waiting job of {queue} is {value} old",
        "no_workers": f"No worker has {f'served {queue}' if queue else 'run'} for {value}",
        "failure_rate": f"{value} of the jobs of {queue} failed",
        "disk": f"{value} are free",
    }[rule.kind]


def _show_missing_mail(rules: Sequence[AlertRule]) -> None:
    if mail_is_set_up(get_settings()):
        return
    named = any(rule.emails and rule.enabled for rule in rules)
    text = (
        "**No mail is set up,** so rules reach nobody by e-mail; webhooks work. Set "
        "`COMPTOIR_SMTP_HOST` and `COMPTOIR_MAIL_FROM`, and start Comptoir again."
    )
    (st.warning if named else st.info)(text, icon=":material/mail_off:")


def _show_none() -> None:
    place = show_empty_state(
        "notifications",
        "No rules",
        "A rule tells people when jobs wait too long, no worker runs, too many jobs fail or the "
        "disk fills up.",
        key="no-rules",
    )
    if place.button("Add a rule", type="primary", icon=":material/add:", key="first-rule"):
        open_panel("new")


def _show_rule(rule: AlertRule, told: Mapping[str, EventRow], now: datetime) -> None:
    with st.container(border=True, gap="xsmall", key=f"rule-{rule.id}"):
        st.markdown(f"{mark_rule(rule).badge} **{as_plain_text(rule.name)}**")
        st.markdown(as_plain_text(say_rule(rule, rule.emails, rule.webhook_url)))
        st.markdown(_say_standing(rule, now))
        last = told.get(rule.id)
        if last is not None:
            _show_last_notice(last, now)
        # Below what they are about: on a phone they have no room beside it.
        with st.container(horizontal=True, gap="xsmall", key=f"acts-{rule.id}"):
            _show_acts(rule)


def _show_acts(rule: AlertRule) -> None:
    if st.button("Edit", icon=":material/edit:", type="tertiary", key=f"edit-{rule.id}"):
        open_panel(rule.id)
    if tells_somebody(rule) and st.button(
        "Test",
        icon=":material/science:",
        type="tertiary",
        key=f"test-{rule.id}",
        help="Sends a test notice to everybody the rule names.",
    ):
        send_test_notice(rule.id)
        st.rerun()
    label, icon = ("Pause", "pause") if rule.enabled else ("Resume", "play_arrow")
    if st.button(label, icon=f":material/{icon}:", type="tertiary", key=f"pause-{rule.id}"):
        set_enabled(rule.id, not rule.enabled)
        st.rerun()
    if st.button("Delete", icon=":material/delete:", type="tertiary", key=f"delete-{rule.id}"):
        delete_now(rule.id, rule.name)
        st.rerun()


def _say_standing(rule: AlertRule, now: datetime) -> str:
    if not rule.enabled:
        return ":small[:gray[Paused: it is not looked at.]]"
    parts = [f"alert {say_limit(rule.kind, rule.threshold)}"]
    if rule.since is not None:
        state = "firing" if rule.state == "firing" else "calm"
        parts.append(f"{state} {say_for(rule.since, now)}")
    if rule.quiet_from:
        parts.append(f"quiet {rule.quiet_from} to {rule.quiet_to}, {rule.quiet_zone}")
    beside = "  ·  ".join(as_plain_text(part) for part in parts)
    return f"Now **{as_plain_text(say_now(rule))}**  :small[:gray[·  {beside}]]"


def _show_last_notice(row: EventRow, now: datetime) -> None:
    event = row.event
    said = f"Last notice: {mark_event(event).label.lower()}, {show_ago(event.at, now)}"
    st.caption(said, help=show_moment(event.at))
    st.caption(say_outcomes(row))


def say_outcomes(row: EventRow) -> str:
    """Each address with what came of it, or why nobody was told; Markdown."""
    if row.event.held is not None:
        return f":gray[{HELD.get(row.event.held, row.event.held)}]"
    said, goes_wrong = [], False
    for delivery in row.deliveries:
        mark = mark_delivery(delivery)
        arrived = delivery.status == "sent" or not delivery.reply
        goes_wrong |= not arrived
        why = "" if arrived else f": {as_plain_text(delivery.reply or '')}"
        again = ", tried again soon" if delivery.status == "waiting" and why else ""
        said.append(
            f":{mark.colour}[:material/{mark.icon}:] {as_plain_text(mark.label)}{why}{again}"
        )
    # What went wrong has a sentence, and a line for it.
    return ("  \n" if goes_wrong else "  ·  ").join(said)
