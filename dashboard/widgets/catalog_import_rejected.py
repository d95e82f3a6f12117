"""The rows that an import did not take, each with its reason, to be looked at or downloaded."""

from typing import Any

import streamlit as st

from dashboard.language import current_language, t, tn
from dashboard.widgets.catalog_import_rows import say_problem
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_whole
from dashboard.widgets.store_access import calm
from pipeline.catalog.importing.orders import ImportState, RejectedRow
from pipeline.catalog.importing.rejections import list_rejections
from pipeline.settings import get_settings
from pipeline.store import read_session

PER_PAGE = 25
API = "/api/v1/catalogs"
FORMATS = {"csv": "CSV", "xlsx": "Excel"}
# Of a row's cells, so many are shown; the file has all of them.
SHOWN_CELLS = 4

_render = load_component("plain_table")


@calm
def show_rejected(state: ImportState) -> None:
    """A page of them, with the way to all."""
    if state.rejected == 0:
        return
    place = int(st.session_state.get("rejected-page") or 1)
    with read_session(get_settings()) as session:
        rows, total = list_rejections(
            session, state.job.id, limit=PER_PAGE, offset=(place - 1) * PER_PAGE
        )
    _show_head(state.job.id, total)
    _render(
        data={
            "caption": t("Rejected rows"),
            "columns": [
                {"label": t("Row"), "align": "right"},
                {"label": t("Product id")},
                {"label": t("Why"), "align": "wide whole"},
                {"label": t("What the row says"), "align": "wide"},
            ],
            "rows": [_present(row) for row in rows],
        },
        key="rejected",
    )
    if total > PER_PAGE:
        with st.container(horizontal_alignment="center"):
            st.pagination(-(-total // PER_PAGE), key="rejected-page")


def _show_head(job_id: str, total: int) -> None:
    with st.container(
        horizontal=True,
        vertical_alignment="bottom",
        horizontal_alignment="distribute",
        key="rejected-head",
    ):
        counted = tn("{n} rejected row", "{n} rejected rows", total)
        with st.container(gap="xxsmall", width="stretch"):
            st.subheader(counted, anchor=False)
            st.caption(
                t(
                    "Correct them in the downloaded file and import that: what is already in the "
                    "catalog stays."
                )
            )
        for kind, label in FORMATS.items():
            st.link_button(
                t("Download {format}", format=label),
                f"{API}/{job_id}/rejected?format={kind}&language={current_language()}",
                icon=":material/download:",
                key=f"rejected-{kind}",
            )


def _present(row: RejectedRow) -> dict[str, Any]:
    first = say_problem(row.code, row.params, row.column)
    further = [say_problem(code, params, column) for column, code, params in row.further]
    shown = [f"{name}: {value}" for name, value in row.cells.items() if value not in (None, "")]
    words = " · ".join(shown[:SHOWN_CELLS]) + (" · …" if len(shown) > SHOWN_CELLS else "")
    why = {"text": " ".join([first, *further]), "title": row.code}
    return {
        "id": row.row_number,
        "tone": "",
        "cells": [show_whole(row.row_number), row.product_id, why, {"text": words, "title": words}],
    }
