"""What became of the mails about a report at each address, and sending them again."""

from typing import Any

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import N_, say_code, t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_moment
from dashboard.widgets.receipt_rows import present_state
from dashboard.widgets.report_acts import attempt
from dashboard.widgets.report_panel_acts import is_asking
from dashboard.widgets.states import CANCELLED, DONE, FAILED, WAITING, State
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.models import MailRecipient
from pipeline.notifications.listing import MailRow
from pipeline.notifications.submit import retry_mail
from pipeline.reports.listing import ReportRow, find_report
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session

POLL_S = 2.0
COLUMNS = {N_("Address"): "wide", N_("State"): "", N_("What the server said"): ""}
STATES = {
    "waiting": State(WAITING.name, N_("On its way"), "outgoing_mail", WAITING.colour),
    "sent": State(DONE.name, N_("Sent"), "mark_email_read", DONE.colour),
    "refused": State(FAILED.name, N_("Refused"), "unsubscribe", FAILED.colour),
    "failed": State(FAILED.name, N_("Given up"), FAILED.icon, FAILED.colour),
    "stopped": State(CANCELLED.name, N_("Stopped"), CANCELLED.icon, CANCELLED.colour),
    "skipped": State(CANCELLED.name, N_("Not sent"), CANCELLED.icon, CANCELLED.colour),
}

_render = load_component("plain_table")


def show_mails(row: ReportRow) -> None:
    """A table for each mail, live until each has an outcome; nothing where none was sent."""
    if not row.mails:
        return
    st.subheader(t("Sent by mail"), anchor=False)
    waits = any(mail.is_on_its_way for mail in row.mails)
    st.fragment(_draw, run_every=POLL_S if waits else None)(row.report.id, waits)


@calm
def _draw(report_id: str, was_waiting: bool) -> None:
    with read_session(get_settings()) as session:
        row = find_report(session, report_id)
    mails = row.mails if row else ()
    # Not while somebody types further addresses below.
    if was_waiting != any(mail.is_on_its_way for mail in mails) and not is_asking():
        # The pace of a fragment is set where it is declared.
        st.rerun()
    for mail in mails:
        _show_mail(mail)


def _show_mail(sent: MailRow) -> None:
    data = {
        "caption": t("Mail: {subject}", subject=sent.mail.subject),
        "columns": [{"label": t(label), "align": align} for label, align in COLUMNS.items()],
        "rows": [_present(one, sent.status_of(one)) for one in sent.recipients],
    }
    _render(data=data, key=f"mail-{sent.mail.id}")
    reached_all = all(one.status == "sent" for one in sent.recipients)
    if sent.is_on_its_way or reached_all or not may("submit"):
        return
    pressed = st.button(
        t("Send again to those who did not get it"),
        icon=":material/forward_to_inbox:",
        key=f"send-again-{sent.mail.id}",
    )
    if pressed and _send_again(sent.mail.id):
        st.rerun()


def _send_again(mail_id: str) -> bool:
    def send() -> None:
        with write_session(get_settings()) as session:
            retry_mail(session, mail_id, utc_now(), act_as())

    return attempt(send)


def _present(one: MailRecipient, status: str) -> dict[str, Any]:
    return {
        "id": one.address,
        "tone": "",
        "cells": [
            one.address,
            {
                "text": None,
                "badge": _say_state(status),
                "title": show_moment(one.at) if one.at else None,
            },
            _say_reply(one),
        ],
    }


def _say_state(status: str) -> dict[str, Any]:
    state = STATES[status]
    return present_state(state, t(state.label))


def _say_reply(one: MailRecipient) -> str | None:
    if one.code and not one.code.isdecimal():
        return say_code(one.code, {"reply": one.reply}, fallback=one.reply)
    return " ".join(filter(None, (one.code, one.reply))) or None
