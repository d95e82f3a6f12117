"""One product at the edge of the catalog, under `?product=<id>`; its editing is `product_form`."""

from dataclasses import dataclass

import streamlit as st

from dashboard.access.current import may
from dashboard.language import t, tc
from dashboard.widgets.catalog_acts import SEARCH_PAGE, delete_now
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.product_facts import present_sheet, show_origin
from dashboard.widgets.product_form import is_editing, show_form, start_editing
from dashboard.widgets.product_history import show_product_history
from dashboard.widgets.store_access import calm
from pipeline.catalog.products.find import find_products
from pipeline.models import CatalogImport, Product
from pipeline.settings import get_settings
from pipeline.store import read_session

PARAMETER = "product"
WIDTH_PX = 600

_DELETING = "product-deleting"

_render_sheet = load_component("product_sheet", built_of=("fact_list",))


@dataclass(frozen=True)
class Shown:
    """A product and the import that wrote it last, if one did."""

    product: Product
    origin: CatalogImport | None


@calm
def show_panel() -> None:
    """Open the panel where the address names a product; called once, outside fragments."""
    product_id = st.query_params.get(PARAMETER)
    if product_id is None:
        return
    shown = _load(product_id)
    title = as_plain_text(shown.product.name) if shown else t("Product")
    st.dialog(title, position="right", width=WIDTH_PX, on_dismiss=_leave)(_draw)(product_id)


def _load(product_id: str) -> Shown | None:
    with read_session(get_settings()) as session:
        product = find_products(session, [product_id]).get(product_id)
        if product is None:
            return None
        job_id = product.import_job_id
        return Shown(product, session.get(CatalogImport, job_id) if job_id else None)


@calm
def _draw(product_id: str) -> None:
    shown = _load(product_id)
    if shown is None:
        _show_unknown()
        return
    product = shown.product
    if is_editing(product_id) and may("submit"):
        show_form(product)
        return
    _render_sheet(data=present_sheet(product), key=f"sheet-{product_id}")
    with st.container(horizontal=True, key="product-acts"):
        _show_acts(product)
    if st.session_state.get(_DELETING) == product_id:
        _ask_deletion(product)
    show_origin(product, shown.origin)
    with st.expander(t("History"), icon=":material/history:"):
        show_product_history(product)


def _show_acts(product: Product) -> None:
    product_id = product.product_id
    if st.button(
        tc("panel", "More like this"),
        icon=":material/image_search:",
        type="primary",
        key="more-like",
    ):
        st.switch_page(SEARCH_PAGE, query_params={"like": product_id})
    if not may("submit"):
        return
    if st.button(t("Edit"), icon=":material/edit:", key="edit-product"):
        start_editing(product_id)
        st.rerun(scope="fragment")
    if st.button(t("Delete"), icon=":material/delete:", key="delete-product"):
        st.session_state[_DELETING] = product_id
        st.rerun(scope="fragment")


def _ask_deletion(product: Product) -> None:
    with st.container(border=True, key="confirm-deletion"):
        st.markdown(
            t(
                "**Delete this product?** It no longer appears here or in the search. An import "
                "that names it brings it back."
            )
        )
        with st.container(horizontal=True):
            label = t("Delete it")
            if st.button(label, type="primary", icon=":material/delete:", key="delete-now"):
                delete_now([product.product_id])
                _leave()
                st.rerun()
            if st.button(t("Keep it"), key="keep-product"):
                st.session_state.pop(_DELETING, None)
                st.rerun(scope="fragment")


def _show_unknown() -> None:
    show_empty_state(
        "search_off",
        t("No such product"),
        t("There is no product at this address. It may have been deleted."),
        key="unknown-product",
    )


def _leave() -> None:
    st.session_state.pop(_DELETING, None)
    start_editing(None)
    st.query_params.pop(PARAMETER, None)
