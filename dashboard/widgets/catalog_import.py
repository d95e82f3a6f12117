"""An import from the file to the products, under `?import=`: a draft first, then a job."""

import streamlit as st

from dashboard.access.current import may
from dashboard.language import N_, t
from dashboard.widgets.catalog_import_columns import show_columns
from dashboard.widgets.catalog_import_files import show_files
from dashboard.widgets.catalog_import_job import show_job
from dashboard.widgets.catalog_import_list import show_imports
from dashboard.widgets.catalog_import_state import (
    COLUMNS,
    IMPORT_PAGE,
    NEW,
    STEP,
    current_draft,
    leave_import,
)
from dashboard.widgets.catalog_import_steps import show_steps
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.headers import show_header
from dashboard.widgets.store_access import calm

PURPOSE = N_("Bring a table of products and their pictures. Nothing changes before you say so.")


@calm
def show_import() -> None:
    """The step that the address names."""
    icon = ":material/arrow_back:"
    st.button(t("Catalog"), icon=icon, type="tertiary", on_click=leave_import)
    asked = st.query_params[IMPORT_PAGE]
    if asked != NEW:
        show_job(asked)
        return
    if not may("submit"):
        _show_to_viewer()
        return
    show_header(t("Import products"), t(PURPOSE))
    draft = current_draft() if st.query_params.get(STEP) == COLUMNS else None
    if draft is not None and draft.table is not None:
        show_steps("columns")
        show_columns(draft)
    else:
        show_steps("file")
        show_files()


def _show_to_viewer() -> None:
    show_empty_state(
        "upload",
        t("Operators import products"),
        t("You can look at the products and at what earlier imports did."),
        key="import-not-yours",
    )
    show_imports()
