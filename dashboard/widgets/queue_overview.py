"""The overview of the Queues page: cards, failures, diagrams and workers, each at its own pace."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.queue_cards import show_cards
from dashboard.widgets.queue_charts import show_charts
from dashboard.widgets.queue_failures import show_failures
from dashboard.widgets.queue_questions import is_question_missing
from dashboard.widgets.queue_workers import show_workers
from dashboard.widgets.store_access import calm

POLL_S = 2.0
# Each drawing by itself costs more than what is drawn: not all as often.
WORKERS_POLL_S = 3.0


def show_overview() -> None:
    """Everything but the jobs themselves."""
    st.fragment(_show_queues, run_every=POLL_S)()
    show_charts()
    st.header(t("Workers"), anchor=False)
    st.fragment(_show_workers, run_every=WORKERS_POLL_S)()


@calm
def _show_queues() -> None:
    show_cards()
    st.header(t("Failures"), anchor=False)
    show_failures()
    if is_question_missing():
        # It stands outside this fragment.
        st.rerun()


@calm
def _show_workers() -> None:
    show_workers()
