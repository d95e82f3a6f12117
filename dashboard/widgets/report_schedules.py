"""The reports that are made again and again: the list of their schedules."""

from typing import Any

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.report_acts import attempt
from dashboard.widgets.report_address import open_schedule
from dashboard.widgets.report_delivery import HOW_TO_SET_UP
from dashboard.widgets.report_schedule_data import load_schedules
from dashboard.widgets.report_schedule_rows import present_schedule
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.notifications.submit import mail_is_set_up
from pipeline.reports.schedules import resume_schedule
from pipeline.settings import get_settings

KEY = "schedules"
# Runs come at minutes of the clock.
POLL_S = 10.0

_render = load_component("report_schedules")


def show_schedules() -> None:
    """All of them, by name, as they go on; what they are for where there is none."""
    st.fragment(_draw, run_every=POLL_S)()


@calm
def _draw() -> None:
    schedules = load_schedules()
    is_set_up = mail_is_set_up(get_settings())
    # A place of its own, so that what follows does not move when it comes and goes.
    with st.container():
        if not is_set_up:
            said = t("Schedules make their reports and keep them here.")
            st.caption(f":material/unsubscribe: {said} {t(HOW_TO_SET_UP)}")
    if not schedules:
        _show_empty()
        return
    st.caption(tn("{n} schedule", "{n} schedules", len(schedules)))
    now = utc_now()
    rows = [present_schedule(one, now, mail_is_set_up=is_set_up) for one in schedules]
    _render(data={"rows": rows}, key=KEY, on_act_change=_act)


def _act() -> None:
    asked: dict[str, Any] | None = st.session_state[KEY].get("act")
    if asked and asked["act"] == "resume":
        attempt(lambda: resume_schedule(get_settings(), asked["id"], actor=act_as()))


def _show_empty() -> None:
    place = show_empty_state(
        "event_repeat",
        t("No schedules yet"),
        t(
            "A report that makes itself: every Monday about the week before, or on the first of "
            "the month about the month before, mailed to whoever should read it."
        ),
        key="schedules",
    )
    pressed = may("submit") and place.button(
        t("Add a schedule"),
        icon=":material/add:",
        type="primary",
        key="first-schedule",
        on_click=open_schedule,
    )
    if pressed:
        # The panel is drawn outside this fragment.
        st.rerun()
