"""Queues: how each is and was, what fails, who works, and every job there is, under `?view=`."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.headers import show_header
from dashboard.widgets.job_search import show_search
from dashboard.widgets.queue_address import read_view
from dashboard.widgets.queue_charts import show_window_choice
from dashboard.widgets.queue_overview import show_overview
from dashboard.widgets.queue_questions import note_question, show_question
from dashboard.widgets.queue_view_choice import show_view_choice

note_question()
show_header(t("Queues"), t("What waits, runs and fails, who works on it, and every job there is."))
with st.container(horizontal=True, horizontal_alignment="distribute", key="queue-choices"):
    show_view_choice()
    if read_view() == "overview":
        show_window_choice()
if read_view() == "jobs":
    show_search()
else:
    show_overview()
show_question()
