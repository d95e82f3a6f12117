"""What became of the jobs of a bulk change: counts, and each job with its reason."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard.language import t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import shorten_id, show_whole
from dashboard.widgets.job_words import OUTCOMES, present_badge, say_outcome
from dashboard.widgets.queue_address import link_to_job
from pipeline.jobs.bulk_batch import JobOutcome, Outcome

_render = load_component("plain_table")


def show_outcomes(counts: Counter[Outcome], told: Sequence[JobOutcome]) -> None:
    """The counts as badges, and a line for each of `told`."""
    with st.container(horizontal=True, gap="small", key="bulk-counts"):
        for outcome, state in OUTCOMES.items():
            if counts[outcome]:
                label = f"{show_whole(counts[outcome])} · {t(state.label)}"
                st.badge(label, icon=f":material/{state.icon}:", color=state.colour)
    if not told:
        st.caption(t("Nothing was changed."))
        return
    with st.container(height=min(90 + 40 * len(told), 360), border=False):
        _show_each(told)
    left = counts.total() - len(told)
    if left > 0:
        st.caption(tn("{n} more job is not listed.", "{n} more jobs are not listed.", left))


def _show_each(told: Sequence[JobOutcome]) -> None:
    columns = [{"label": t("Job"), "align": ""}, {"label": t("Outcome"), "align": "wide"}]
    rows = [
        {
            "id": one.job_id,
            "cells": [
                {"text": shorten_id(one.job_id), "href": link_to_job(one.job_id)},
                {"badge": present_badge(OUTCOMES[one.outcome], say_outcome(one))},
            ],
        }
        for one in told
    ]
    data = {"caption": t("What became of each job"), "columns": columns, "rows": rows}
    _render(data=data, key="bulk-outcomes")
