"""Sending a report that is there to somebody by mail."""

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t
from dashboard.widgets.report_acts import attempt
from dashboard.widgets.report_delivery import HOW_TO_SET_UP, Delivery, ask_delivery
from pipeline.clock import utc_now
from pipeline.notifications.submit import mail_is_set_up
from pipeline.reports.delivery import send_report
from pipeline.settings import get_settings
from pipeline.store import write_session


def ask_to_send(report_id: str) -> bool:
    """The addresses and the button; whether it is on its way now."""
    with st.container(border=True, key="send-question"):
        if not mail_is_set_up(get_settings()):
            st.caption(f":material/unsubscribe: {t(HOW_TO_SET_UP)}")
            return False
        asked = ask_delivery(f"send-{report_id}")
        pressed = st.button(
            t("Send it"),
            type="primary",
            icon=":material/send:",
            key="send-now",
            disabled=not asked.recipients,
        )
    return pressed and attempt(lambda: _send(report_id, asked))


def _send(report_id: str, asked: Delivery) -> None:
    with write_session(get_settings()) as session:
        send_report(
            session,
            report_id,
            asked.recipients,
            attach=asked.way == "attach",
            client_id=act_as(),
            actor=act_as(),
            now=utc_now(),
        )
