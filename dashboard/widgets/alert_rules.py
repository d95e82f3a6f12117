"""The rules of the page of alerts: what fires on top, then each with how it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from dashboard.access.current import may
from dashboard.language import t, tc, tn
from dashboard.widgets.alert_acts import delete_now, send_test_notice, set_enabled, show_deleted
from dashboard.widgets.alert_form import open_panel
from dashboard.widgets.alert_words import (
    HELD,
    mark_delivery,
    mark_event,
    mark_rule,
    say_for,
    say_limit,
    say_name,
    say_now,
    say_rule,
    say_told,
    say_value,
)
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago, show_moment
from dashboard.widgets.job_words import say_queue
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.queue_address import PAGE, link_to_jobs
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
        lasting = t(", firing {span}", span=say_for(rule.since, now)) if rule.since else ""
        who = as_plain_text(say_told(rule, told.get(rule.id)))
        text = f"**{as_plain_text(say_name(rule.name))}**{lasting}  \n{_say_found(rule)} {who}"
        st.error(f"{text}{_lead_on(rule)}", icon=":material/notifications_active:")
    watched = [rule for rule in rules if rule.enabled]
    if not firing and watched:
        looked = max((rule.checked_at for rule in watched if rule.checked_at), default=None)
        st.success(_say_watched(len(watched), looked, now), icon=":material/check_circle:")


def _lead_on(rule: AlertRule) -> str:
    """Where it can be looked into, for whom that page is."""
    if not may("admin"):
        return ""
    if rule.kind == "disk":
        said, address = t("See how every part is"), "system"
    elif rule.kind == "failure_rate":
        said, address = t("See what failed"), link_to_jobs(status="failed")
    else:
        said, address = t("See the queues and who works on them"), PAGE
    return f"  \n[{said}](/{address})"


def _say_watched(count: int, looked: datetime | None, now: datetime) -> str:
    if looked is None:
        return tn(
            "**Nothing fires.** {n} rule is watched.",
            "**Nothing fires.** {n} rules are watched.",
            count,
        )
    return tn(
        "**Nothing fires.** {n} rule is watched, looked at {ago}.",
        "**Nothing fires.** {n} rules are watched, looked at {ago}.",
        count,
        ago=show_ago(looked, now),
    )


def _say_found(rule: AlertRule) -> str:
    value = say_value(rule.kind, rule.value)
    named = rule.value_queue or rule.queue
    queue = say_queue(named) if named else None
    if rule.kind == "oldest_waiting":
        return t("The oldest waiting job of {queue} is {value} old.", queue=queue, value=value)
    if rule.kind == "failure_rate":
        return t("{value} of the jobs of {queue} failed.", value=value, queue=queue)
    if rule.kind == "disk":
        return t("{value} are free.", value=value)
    if queue:
        return t("No worker has served {queue} for {value}.", queue=queue, value=value)
    return t("No worker has run for {value}.", value=value)


def _show_missing_mail(rules: Sequence[AlertRule]) -> None:
    if mail_is_set_up(get_settings()):
        return
    named = any(rule.emails and rule.enabled for rule in rules)
    text = t(
        "**No mail is set up,** so rules reach nobody by e-mail; webhooks work. Set "
        "`COMPTOIR_SMTP_HOST` and `COMPTOIR_MAIL_FROM`, and start Comptoir again."
    )
    (st.warning if named else st.info)(text, icon=":material/mail_off:")


def _show_none() -> None:
    place = show_empty_state(
        "notifications",
        t("No rules"),
        t(
            "A rule tells people when jobs wait too long, no worker runs, too many jobs fail or "
            "the disk fills up."
        ),
        key="no-rules",
    )
    if may("admin") and place.button(
        t("Add a rule"), type="primary", icon=":material/add:", key="first-rule"
    ):
        open_panel("new")


def _show_rule(rule: AlertRule, told: Mapping[str, EventRow], now: datetime) -> None:
    with st.container(border=True, gap="xsmall", key=f"rule-{rule.id}"):
        st.markdown(f"{mark_rule(rule).badge} **{as_plain_text(say_name(rule.name))}**")
        st.markdown(as_plain_text(say_rule(rule, rule.emails, rule.webhook_url)))
        st.markdown(_say_standing(rule, now))
        last = told.get(rule.id)
        if last is not None:
            _show_last_notice(last, now)
        # Below what they are about: on a phone they have no room beside it.
        if may("admin"):
            with st.container(horizontal=True, gap="small", key=f"acts-{rule.id}"):
                _show_acts(rule)


def _show_acts(rule: AlertRule) -> None:
    if st.button(t("Edit"), icon=":material/edit:", type="tertiary", key=f"edit-{rule.id}"):
        open_panel(rule.id)
    if tells_somebody(rule) and st.button(
        tc("act", "Test"),
        icon=":material/science:",
        type="tertiary",
        key=f"test-{rule.id}",
        help=t("Sends a test notice to everybody the rule names."),
    ):
        send_test_notice(rule.id)
        st.rerun()
    label, icon = (t("Pause"), "pause") if rule.enabled else (t("Resume"), "play_arrow")
    if st.button(label, icon=f":material/{icon}:", type="tertiary", key=f"pause-{rule.id}"):
        set_enabled(rule.id, not rule.enabled)
        st.rerun()
    if st.button(t("Delete"), icon=":material/delete:", type="tertiary", key=f"delete-{rule.id}"):
        delete_now(rule.id, say_name(rule.name))
        st.rerun()


def _say_standing(rule: AlertRule, now: datetime) -> str:
    if not rule.enabled:
        paused = t("Paused: it is not looked at.")
        return f":small[:gray[{paused}]]"
    parts = [t("alert {limit}", limit=say_limit(rule.kind, rule.threshold))]
    if rule.since is not None:
        span = say_for(rule.since, now)
        fires = rule.state == "firing"
        parts.append(t("firing {span}", span=span) if fires else t("calm {span}", span=span))
    if rule.quiet_from:
        quiet = {"first": rule.quiet_from, "last": rule.quiet_to, "zone": rule.quiet_zone}
        parts.append(t("quiet {first} to {last}, {zone}", **quiet))
    beside = "  ·  ".join(as_plain_text(part) for part in parts)
    now_said = t("Now **{value}**", value=as_plain_text(say_now(rule)))
    return f"{now_said}  :small[:gray[·  {beside}]]"


def _show_last_notice(row: EventRow, now: datetime) -> None:
    event = row.event
    what, ago = mark_event(event).label.lower(), show_ago(event.at, now)
    said = t("Last notice: {what}, {ago}", what=what, ago=ago)
    st.caption(said, help=show_moment(event.at))
    st.caption(say_outcomes(row))


def say_outcomes(row: EventRow) -> str:
    """Each address with what came of it, or why nobody was told; Markdown."""
    if row.event.held is not None:
        held = row.event.held
        return f":gray[{t(HELD[held]) if held in HELD else held}]"
    said, goes_wrong = [], False
    for delivery in row.deliveries:
        mark = mark_delivery(delivery)
        arrived = delivery.status == "sent" or not delivery.reply
        goes_wrong |= not arrived
        outcome = as_plain_text(mark.label)
        if not arrived:
            why = as_plain_text(delivery.reply or "")
            outcome = f"{outcome}: {why}"
            if delivery.status == "waiting":
                outcome = t("{outcome}, tried again soon", outcome=outcome)
        said.append(f":{mark.colour}[:material/{mark.icon}:] {outcome}")
    # What went wrong has a sentence, and a line for it.
    return ("  \n" if goes_wrong else "  ·  ").join(said)
