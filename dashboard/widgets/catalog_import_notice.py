"""One line above the products while an import is under way."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.catalog_data import forget_counts
from dashboard.widgets.catalog_import_state import open_job
from dashboard.widgets.catalog_import_words import UNFINISHED, say_remaining, say_rows
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import calm
from pipeline.catalog.importing.orders import ImportState
from pipeline.catalog.importing.state import list_imports
from pipeline.clock import utc_now
from pipeline.models import JobStatus
from pipeline.settings import get_settings
from pipeline.store import read_session

BUSY_POLL_S = 1.0
IDLE_POLL_S = 10.0
LOOKED_AT = 5

_BUSY = "catalog-importing"


def show_import_notice() -> None:
    """Live; draws the products anew when the import is done."""
    busy = bool(st.session_state.setdefault(_BUSY, []))
    st.fragment(_draw, run_every=BUSY_POLL_S if busy else IDLE_POLL_S)()


@calm
def _draw() -> None:
    with read_session(get_settings()) as session:
        found, _ = list_imports(session, utc_now(), limit=LOOKED_AT)
    running = [one for one in found if one.job.status in UNFINISHED and not one.dry_run]
    for state in running:
        _show(state)
    ids = [state.job.id for state in running]
    if ids != st.session_state[_BUSY]:
        st.session_state[_BUSY] = ids
        forget_counts()
        # The pace of a fragment is set where it is declared, and there are other products now.
        st.rerun()


def _show(state: ImportState) -> None:
    details = "  ·  ".join(filter(None, [say_rows(state), say_remaining(state)]))
    file = as_plain_text(state.name)
    is_begun = state.job.status == JobStatus.PROCESSING
    doing = t("Importing {file}", file=file) if is_begun else t("{file} waits", file=file)
    with st.container(border=True, key=f"importing-{state.job.id}", gap="xsmall"):
        line = st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        )
        line.markdown(
            f":blue[:material/upload:] **{doing}**  {details}",
            width="content",
        )
        if line.button(t("Show the import"), type="tertiary", key=f"show-{state.job.id}"):
            open_job(state.job.id)
            st.rerun()
        st.progress(min(1.0, state.rows_done / state.rows) if state.rows else 0.0)
