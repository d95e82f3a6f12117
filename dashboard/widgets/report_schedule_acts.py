"""What is done with a schedule beside changing it: pause, resume, try, delete."""

from collections.abc import Callable

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import N_, t
from dashboard.runtime import get_doorbell
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.report_acts import attempt
from dashboard.widgets.report_address import close_panel, open_report
from dashboard.widgets.report_delivery import ask_addresses
from dashboard.widgets.report_history import expect_news
from dashboard.widgets.store_access import explain
from pipeline.errors import PipelineError
from pipeline.models import ReportSchedule
from pipeline.notifications.submit import mail_is_set_up
from pipeline.reports.schedules import (
    delete_schedule,
    pause_schedule,
    resume_schedule,
    send_test,
)
from pipeline.settings import get_settings

_ASKED = "schedule-question"


def show_acts(schedule: ReportSchedule) -> None:
    """The buttons, and the question that one of them asks."""
    with st.container(horizontal=True, key="schedule-acts"):
        if schedule.paused_at is None:
            _offer(t("Pause"), "pause", "pause")
        elif st.button(t("Resume"), icon=":material/play_arrow:", key="resume-schedule"):
            _finish(lambda: resume_schedule(get_settings(), schedule.id, actor=act_as()))
        if mail_is_set_up(get_settings()):
            _offer(t("Send a test"), "forward_to_inbox", "test")
        _offer(t("Delete"), "delete", "delete")
    if schedule.paused_at is not None:
        said = t("Paused: {reason}", reason=schedule.pause_reason)
        st.warning(as_plain_text(said), icon=":material/pause_circle:")
    question = _QUESTIONS.get(st.session_state.get(_ASKED, ""))
    if question:
        with st.container(border=True, key="schedule-question"):
            question(schedule)


def forget_question() -> None:
    """Another schedule begins without one."""
    st.session_state.pop(_ASKED, None)


def _offer(label: str, icon: str, question: str) -> None:
    if st.button(label, icon=f":material/{icon}:", key=f"{question}-schedule"):
        asked = st.session_state.get(_ASKED)
        st.session_state[_ASKED] = None if asked == question else question
        st.rerun(scope="fragment")


def _finish(act: Callable[[], object]) -> None:
    if attempt(act):
        forget_question()
        # The list behind the panel shows the change too.
        st.rerun()


def _ask_reason(schedule: ReportSchedule) -> None:
    reason = st.text_input(
        t("Why is it paused?"),
        placeholder=t("Closed until Monday"),
        max_chars=200,
        key="pause-reason",
    )
    pressed = st.button(t("Pause it"), type="primary", icon=":material/pause:", key="pause-now")
    if pressed:
        _finish(lambda: pause_schedule(get_settings(), schedule.id, reason, actor=act_as()))


def _ask_address(schedule: ReportSchedule) -> None:
    st.caption(t("Makes the report as it would be made now, and mails it to one address alone."))
    asked = ask_addresses("test", label=N_("Send it to"))
    is_one = len(asked.recipients) == 1
    if not st.button(
        t("Send the test"),
        type="primary",
        icon=":material/send:",
        key="test-now",
        disabled=not is_one,
    ):
        return
    try:
        report = send_test(
            get_settings(), get_doorbell(), schedule.id, asked.recipients[0], actor=act_as()
        )
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    # Its panel shows how it gets on, and what became of the mail.
    forget_question()
    expect_news()
    open_report(report.id)
    st.rerun()


def _ask_deletion(schedule: ReportSchedule) -> None:
    st.markdown(t("**Delete this schedule?** The reports that it made stay."))
    with st.container(horizontal=True):
        pressed = st.button(
            t("Delete it"), type="primary", icon=":material/delete:", key="delete-schedule-now"
        )
        if pressed and attempt(
            lambda: delete_schedule(get_settings(), schedule.id, actor=act_as())
        ):
            forget_question()
            close_panel()
            st.rerun()
        if st.button(t("Keep it"), key="keep-schedule"):
            forget_question()
            st.rerun(scope="fragment")


_QUESTIONS = {"pause": _ask_reason, "test": _ask_address, "delete": _ask_deletion}
