"""What can be done with a report from its panel: make it again, mail it, repeat it, delete it."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.report_acts import delete_report, make_again
from dashboard.widgets.report_address import close_panel, open_schedule, show_newest
from dashboard.widgets.report_history import expect_news
from dashboard.widgets.report_rows import is_gone, is_unfinished
from dashboard.widgets.report_send import ask_to_send
from pipeline.reports.listing import ReportRow

_ASKED = "report-question"
SEND, DELETE = "send", "delete"


def show_acts(row: ReportRow) -> None:
    """The buttons, and the question that one of them asks; nothing while it is being made."""
    if is_unfinished(row):
        return
    report_id = row.report.id
    with st.container(horizontal=True, key="report-acts"):
        # What failed is tried again instead.
        if row.status == "completed" and _is_regenerated(row):
            forget_question()
            expect_news()
            show_newest()
            st.rerun()
        if row.status == "completed" and row.documents() and not is_gone(row.report):
            _offer(t("Send by mail"), "forward_to_inbox", SEND, report_id)
        if row.report.kind != "dummy" and st.button(
            t("Make a schedule"), icon=":material/event_repeat:", key="schedule-report"
        ):
            open_schedule(like=report_id)
            st.rerun()
        _offer(t("Delete"), "delete", DELETE, report_id)
    asked = st.session_state.get(_ASKED)
    if asked == (SEND, report_id):
        if ask_to_send(report_id):
            forget_question()
            # The mails stand above, and are looked at again and again from now on.
            st.rerun()
    elif asked == (DELETE, report_id):
        _ask_deletion(report_id)


def _is_regenerated(row: ReportRow) -> bool:
    kind = "primary" if is_gone(row.report) else "secondary"
    pressed = st.button(t("Regenerate"), icon=":material/refresh:", type=kind, key="regenerate")
    return pressed and make_again(row.report.id)


def is_asking() -> bool:
    """Whether a question is open, in which somebody may be typing."""
    return bool(st.session_state.get(_ASKED))


def forget_question() -> None:
    """Another report begins without one."""
    st.session_state.pop(_ASKED, None)


def _offer(label: str, icon: str, question: str, report_id: str) -> None:
    if st.button(label, icon=f":material/{icon}:", key=f"{question}-report"):
        asked = st.session_state.get(_ASKED)
        st.session_state[_ASKED] = None if asked == (question, report_id) else (question, report_id)
        st.rerun(scope="fragment")


def _ask_deletion(report_id: str) -> None:
    with st.container(border=True, key="confirm-deletion"):
        st.markdown(
            t("**Delete this report?** Its files and figures go; receipts stay as they are.")
        )
        with st.container(horizontal=True):
            pressed = st.button(
                t("Delete it"), type="primary", icon=":material/delete:", key="delete-now"
            )
            if pressed and delete_report(report_id):
                forget_question()
                close_panel()
                st.rerun()
            if st.button(t("Keep it"), key="keep-report"):
                forget_question()
                st.rerun(scope="fragment")
