"""The home of an installation to which nothing was ever handed over: what to do first."""

import streamlit as st

from dashboard.access.current import may
from dashboard.language import t
from dashboard.widgets import catalog_samples, intake
from dashboard.widgets.catalog_import_state import IMPORT_PAGE
from dashboard.widgets.empty_states import show_empty_state

INBOX, CATALOG = "app_pages/inbox.py", "app_pages/catalog.py"


def show_start() -> None:
    """The first steps for those who may take them; a calm sentence for the others."""
    if not may("submit"):
        show_empty_state(
            "inbox",
            t("Nothing is here yet"),
            t("Once receipts are read and products imported, they are shown here."),
            key="start",
        )
        return
    with st.container(key="start"):
        st.header(t("Three ways to begin"), anchor=False)
        first, second, third = st.columns(3, gap="medium")
    with first.container(border=True, height="stretch", key="start-drop"):
        _describe(
            "note_stack_add",
            t("Drop a receipt"),
            t("A photo, a scan or a PDF. Its merchant, date, total and footprint come in seconds."),
        )
        st.page_link(INBOX, label=t("Go to the inbox"), icon=":material/inbox:")
    with second.container(border=True, height="stretch", key="start-samples"):
        _describe(
            "auto_awesome",
            t("Try with samples"),
            t("Receipts that come with Comptoir, to see how reading and reviewing go."),
        )
        if intake.has_samples() and st.button(t("Read the sample receipts"), key="try-samples"):
            intake.submit_samples()
            st.switch_page(INBOX)
    with third.container(border=True, height="stretch", key="start-catalog"):
        _describe(
            "shoppingmode",
            t("Fill the catalog"),
            t("Products with pictures, to be found by words, by picture, and by receipt lines."),
        )
        if catalog_samples.has_samples():
            _offer_catalog()


def _offer_catalog() -> None:
    if st.button(t("Import the sample catalog"), key="try-catalog"):
        catalog_samples.import_samples()
        if IMPORT_PAGE in st.query_params:
            # How the import goes is shown there.
            st.switch_page(CATALOG, query_params=st.query_params.to_dict())


def _describe(icon: str, title: str, text: str) -> None:
    st.markdown(f":primary[:material/{icon}:] **{title}**  \n:small[{text}]")
