"""What finished and failed, and how long jobs waited and ran, as three diagrams over a window."""

from collections.abc import Mapping

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.components import load_component
from dashboard.widgets.job_words import KIND_LABELS, say_kind, say_queue
from dashboard.widgets.page_address import change_address, read
from dashboard.widgets.queue_address import OF, WINDOW, read_window
from dashboard.widgets.queue_figures import draw_ended, draw_times
from dashboard.widgets.queue_snapshot import look_at_points
from dashboard.widgets.store_access import calm
from pipeline.jobs.kinds import all_kinds
from pipeline.jobs.statistics import WindowName
from pipeline.queue_settings import QUEUES

WINDOW_LABELS: Mapping[WindowName, str] = {
    "1h": N_("1 hour"),
    "6h": N_("6 hours"),
    "24h": N_("24 hours"),
    "7d": N_("7 days"),
    "30d": N_("30 days"),
    "90d": N_("90 days"),
}
# Diagrams move slowly.
POLL_S = 15.0
_WINDOW, _OF = "queues-window", "queues-charts-of"

_render = load_component("time_charts")


def show_window_choice() -> None:
    """How far back figures and diagrams reach; the address decides."""
    st.session_state[_WINDOW] = read_window()
    st.segmented_control(
        t("Period"),
        list(WINDOW_LABELS),
        required=True,
        format_func=lambda name: t(WINDOW_LABELS[name]),
        key=_WINDOW,
        label_visibility="collapsed",
        wrap=True,
        on_change=lambda: change_address(**{WINDOW: st.session_state[_WINDOW]}),
    )


def show_charts() -> None:
    """The choice of what they are of, and the three of them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="chart-choice"):
        st.header(t("Over time"), anchor=False, width="stretch")
        _choose_subject()
    st.fragment(_draw, run_every=POLL_S)()


def _choose_subject() -> None:
    kinds = sorted({kind.name for kind in all_kinds()} & KIND_LABELS.keys(), key=say_kind)
    subjects = [*QUEUES, *kinds]
    asked = read(OF)
    st.session_state[_OF] = asked if asked in subjects else None
    st.selectbox(
        t("Queue or kind"),
        subjects,
        format_func=_say_subject,
        placeholder=t("All queues"),
        key=_OF,
        label_visibility="collapsed",
        width=260,
        on_change=lambda: change_address(**{OF: st.session_state[_OF]}),
    )


def _say_subject(subject: str) -> str:
    return t("Queue: {queue}", queue=say_queue(subject)) if subject in QUEUES else say_kind(subject)


@calm
def _draw() -> None:
    subject = st.session_state.get(_OF)
    is_queue = subject in QUEUES
    points = look_at_points(
        read_window(), subject if is_queue else None, None if is_queue else subject
    )
    if not any(point.figures.completed or point.figures.failed for point in points):
        st.caption(t("Nothing finished or failed in this time."))
        return
    charts = [
        draw_ended(points),
        draw_times(t("Time waited"), points, [point.figures.wait for point in points]),
        draw_times(t("Time run"), points, [point.figures.run for point in points]),
    ]
    _render(data={"charts": charts}, key="charts")
