"""An import from the file to the products, under `?import=`: a draft first, then a job."""

import streamlit as st

from dashboard.widgets.catalog_import_columns import show_columns
from dashboard.widgets.catalog_import_files import show_files
from dashboard.widgets.catalog_import_job import show_job
from dashboard.widgets.catalog_import_state import (
    COLUMNS,
    IMPORT_PAGE,
    NEW,
    STEP,
    current_draft,
    leave_import,
)
from dashboard.widgets.catalog_import_steps import show_steps
from dashboard.widgets.headers import show_header
from dashboard.widgets.store_access import calm

PURPOSE = "Bring a table of products and their pictures. Nothing changes before you say so."


@calm
def show_import() -> None:
    """The step that the address names."""
    st.button("Catalog", icon=":material/arrow_back:", type="tertiary", on_click=leave_import)
    asked = st.query_params[IMPORT_PAGE]
    if asked != NEW:
        show_job(asked)
        return
    show_header("Import products", PURPOSE)
    draft = current_draft() if st.query_params.get(STEP) == COLUMNS else None
    if draft is not None and draft.table is not None:
        show_steps("columns")
        show_columns(draft)
    else:
        show_steps("file")
        show_files()
