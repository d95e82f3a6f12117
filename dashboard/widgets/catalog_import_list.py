"""Imports of before, newest first, with what became of each."""

from typing import Any

import streamlit as st

from dashboard.language import t, tc
from dashboard.widgets.catalog_import_words import present_state
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_ago, show_moment, show_whole
from dashboard.widgets.receipt_rows import present_state as present_badge
from dashboard.widgets.store_access import calm
from pipeline.catalog.importing.orders import ImportState
from pipeline.catalog.importing.state import list_imports
from pipeline.clock import utc_now
from pipeline.settings import get_settings
from pipeline.store import read_session

SHOWN = 10
_render = load_component("plain_table")


@calm
def show_imports() -> None:
    """A page of them; nothing where there was none."""
    place = int(st.session_state.get("imports-page") or 1)
    with read_session(get_settings()) as session:
        found, total = list_imports(session, utc_now(), limit=SHOWN, offset=(place - 1) * SHOWN)
    if total == 0:
        return
    st.subheader(t("Earlier imports"), anchor=False)
    _render(
        data={
            "caption": t("Earlier imports"),
            "columns": _present_columns(),
            "rows": [_present(state) for state in found],
        },
        key="imports",
    )
    if total > SHOWN:
        with st.container(horizontal_alignment="center"):
            st.pagination(-(-total // SHOWN), key="imports-page")


def _present_columns() -> list[dict[str, str]]:
    figures = (
        t("Rows"),
        tc("products", "Created"),
        tc("products", "Updated"),
        tc("products", "Unchanged"),
        tc("products", "Deleted"),
        tc("rows", "Rejected"),
        t("Started"),
    )
    return [
        {"label": t("File"), "align": "wide"},
        {"label": t("State"), "align": ""},
        *({"label": label, "align": "right"} for label in figures),
    ]


def _present(state: ImportState) -> dict[str, Any]:
    counts = (
        state.rows,
        *(state.created, state.updated, state.unchanged, state.deleted, state.rejected),
    )
    return {
        "id": state.job.id,
        "tone": "",
        "cells": [
            {"text": state.name, "href": f"catalog?import={state.job.id}"},
            {"text": None, "badge": present_badge(present_state(state))},
            *(None if count is None else show_whole(count) for count in counts),
            {
                "text": show_ago(state.created_at, utc_now()),
                "title": show_moment(state.created_at),
            },
        ],
    }
