"""What a person does to an import: run it for real, stop it, run it again, see what came of it."""

import streamlit as st

from dashboard.access.current import act_as
from dashboard.runtime import get_doorbell
from dashboard.widgets.acts import cancel_receipt, retry_receipt
from dashboard.widgets.catalog_filters import IMPORT
from dashboard.widgets.catalog_import_state import (
    COLUMNS,
    IMPORT_PAGE,
    NEW,
    STEP,
    open_job,
    open_wizard,
)
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.catalog.importing.orders import ImportState
from pipeline.catalog.importing.submit import submit_checked
from pipeline.errors import PipelineError
from pipeline.settings import get_settings


def import_checked(state: ImportState) -> None:
    """Import what this dry run checked, with the same files."""
    try:
        job = submit_checked(get_settings(), get_doorbell(), state.job.id, act_as())
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    open_job(job.id)


def cancel_import(state: ImportState) -> None:
    """Stop it; what is written stays."""
    cancel_receipt(state.job.id)


def run_again(state: ImportState) -> None:
    """Queue it again; it goes on after the last row that was written."""
    retry_receipt(state.job.id)


def begin_another(_state: ImportState) -> None:
    """Back to the first step, without files."""
    open_wizard()


def change_columns(_state: ImportState) -> None:
    """Back to the draft from which this was checked."""
    st.query_params.update({IMPORT_PAGE: NEW, STEP: COLUMNS})


def see_products(state: ImportState) -> None:
    """The catalog, narrowed to what this import wrote."""
    st.query_params.from_dict({IMPORT: state.job.id})
