"""A table before it is imported: read once, kept while somebody chooses columns."""

from dataclasses import dataclass

import streamlit as st

from dashboard.language import t
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.catalog.importing.drafts import DraftFile
from pipeline.catalog.importing.orders import SentFile, TablePreview
from pipeline.catalog.importing.preview import preview_table
from pipeline.errors import PipelineError
from pipeline.files import open_files
from pipeline.settings import get_settings


@dataclass(frozen=True)
class Preview:
    """A table, or why it cannot be read."""

    table: TablePreview | None
    trouble: PipelineError | None = None


def load_preview(file: DraftFile) -> Preview:
    """The first rows and the columns; never raises for a table that is none."""
    with st.spinner(t("Reading the table")):
        return _load(file.sha256, file.name)


def explain_table(preview: Preview) -> None:
    """Say why the table cannot be read and what to do."""
    if preview.trouble:
        st.error(as_plain_text(explain(preview.trouble)), icon=":material/cancel:")


@st.cache_data(max_entries=20, show_spinner=False)
def _load(sha256: str, name: str) -> Preview:
    settings = get_settings()
    try:
        with open_files(settings).require(sha256).open("rb") as content:
            return Preview(preview_table(settings, SentFile(name, content)))
    except PipelineError as error:
        return Preview(None, error)
