"""The catalog that ships with Comptoir, imported as if it had been handed over."""

from contextlib import ExitStack
from pathlib import Path

import streamlit as st

from dashboard.access.current import act_as
from dashboard.runtime import get_doorbell
from dashboard.widgets.catalog_import_state import open_job
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.catalog.importing.orders import ImportOrder, SentFile
from pipeline.catalog.importing.submit import submit_import
from pipeline.errors import PipelineError
from pipeline.settings import get_settings

SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "catalog"
TABLE, PICTURES = SAMPLES / "products.csv", SAMPLES / "images.zip"
SOURCE = "Sample catalog"


def has_samples() -> bool:
    """Whether the sample catalog is there."""
    return TABLE.exists() and PICTURES.exists()


def import_samples() -> None:
    """Import it at once and show how that goes."""
    try:
        order = ImportOrder(source=SOURCE, client_id=act_as(), actor=act_as())
        with ExitStack() as opened:
            table, pictures = (
                SentFile(path.name, opened.enter_context(path.open("rb")))
                for path in (TABLE, PICTURES)
            )
            job = submit_import(get_settings(), get_doorbell(), table, order, [pictures])
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    open_job(job.id)
