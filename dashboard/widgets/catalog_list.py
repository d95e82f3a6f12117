"""The catalog's list: what narrows it, its products, and what is done to several of them."""

import streamlit as st

from dashboard.access.current import may
from dashboard.language import N_, t, tc, tn
from dashboard.widgets.catalog_acts import act_on_several, selection_round, show_deleted
from dashboard.widgets.catalog_data import (
    PER_SHEET,
    Sheet,
    count_all,
    export_address,
    load_counts,
    load_sheet,
)
from dashboard.widgets.catalog_facets import show_facets
from dashboard.widgets.catalog_filters import (
    IMPORT,
    LOOK_KEY,
    ORDER_KEY,
    ORDERS,
    SHEET,
    WORDS,
    clear_filters,
    forget_import,
    go_to_first_sheet,
    keep_look,
    keep_order,
    read_look,
    read_order,
)
from dashboard.widgets.catalog_import_notice import show_import_notice
from dashboard.widgets.catalog_samples import has_samples, import_samples
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.headers import show_header
from dashboard.widgets.product_grid import show_grid
from dashboard.widgets.product_rows import present_product
from dashboard.widgets.sheets import show_sheets
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now

INSIGHTS_PAGE = "app_pages/catalog_insights.py"
# About as high as what comes.
RAIL_PX, SHEET_PX = 420, 640
LOOKS = {
    "grid": (":material/grid_view:", N_("As a grid")),
    "list": (":material/view_list:", N_("As a list")),
}
PURPOSE = N_("What you sell, found again by words, by picture, by example.")


@calm
def show_catalog() -> None:
    """Everything under the title; the empty state where there is no product at all."""
    action = show_header(t("Catalog"), t(PURPOSE))
    # A place of its own, so that what follows does not move to another one when it empties.
    with st.container():
        show_deleted()
        show_import_notice()
    if count_all() == 0:
        _show_empty()
        return
    with action.container(horizontal=True, width="content", key="catalog-acts"):
        _show_acts()
    _show_bar()
    with st.container(key="catalog-body"):
        rail = st.container(key="catalog-rail")
        with st.container(key="catalog-sheet"):
            _show_sheet()
        # Counted last, though it stands first: the products are there meanwhile.
        with rail:
            with st.skeleton(height=RAIL_PX):
                counts = load_counts()
            show_facets(counts)


def _show_acts() -> None:
    if st.button(t("Insights"), icon=":material/insights:", key="insights"):
        st.switch_page(INSIGHTS_PAGE)
    address = export_address()
    st.link_button(t("Export"), address, icon=":material/download:", key="export-products")
    if may("submit"):
        st.button(
            tc("act", "Import"),
            icon=":material/upload:",
            type="primary",
            key="import-products",
            on_click=_open_wizard,
        )


def _open_wizard() -> None:
    st.query_params["import"] = "new"


def _show_bar() -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        st.text_input(
            t("Search"),
            key=WORDS,
            bind="query-params",
            type="search",
            live=True,
            icon=":material/search:",
            placeholder=t("Words or product id"),
            label_visibility="collapsed",
            on_change=go_to_first_sheet,
            width=320,
        )
        st.space("stretch")
        # The address decides, so that the way back shows it too.
        st.session_state[ORDER_KEY] = read_order()
        st.selectbox(
            t("Order"),
            list(ORDERS),
            format_func=lambda order: t(ORDERS[order]),
            key=ORDER_KEY,
            label_visibility="collapsed",
            on_change=keep_order,
            width=210,
        )
        st.session_state[LOOK_KEY] = read_look()
        st.segmented_control(
            t("Look"),
            list(LOOKS),
            format_func=_name_look,
            required=True,
            key=LOOK_KEY,
            label_visibility="collapsed",
            on_change=keep_look,
        )


def _name_look(look: str) -> str:
    icon, words = LOOKS[look]
    return f"{icon} {t(words)}"


def _show_sheet() -> None:
    with st.skeleton(height=SHEET_PX):
        sheet = load_sheet()
    _show_narrowed_to(sheet)
    if not sheet.products:
        _show_unmatched()
        return
    now = utc_now()
    show_grid(
        [present_product(product, now) for product in sheet.products],
        view=read_look(),
        key="products",
        selection_round=selection_round(),
        on_act=act_on_several,
    )
    show_sheets(SHEET, -(-sheet.total // PER_SHEET))


def _show_narrowed_to(sheet: Sheet) -> None:
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="catalog-count",
    ):
        st.caption(tn("{n} product", "{n} products", sheet.total), width="content")
        if IMPORT in st.query_params:
            st.button(
                t("From one import"),
                icon=":material/close:",
                help=t("Show the products of every import"),
                on_click=forget_import,
                key="forget-import",
            )


def _show_unmatched() -> None:
    place = show_empty_state(
        "search_off",
        t("No product matches"),
        t("Loosen the filters to see more."),
        key="unmatched",
    )
    place.button(t("Clear filters"), icon=":material/filter_alt_off:", on_click=clear_filters)


def _show_empty() -> None:
    if not may("submit"):
        show_empty_state(
            "shoppingmode",
            t("No products yet"),
            t("Products appear here as soon as an operator has imported some."),
            key="catalog",
        )
        return
    place = show_empty_state(
        "shoppingmode",
        t("No products yet"),
        t(
            "Bring a table from your shop or a supplier: CSV, Excel or JSON Lines, with the "
            "pictures in a ZIP, in a folder, or at web addresses. You see what will happen "
            "before it does."
        ),
        key="catalog",
    )
    with place.container(horizontal=True, horizontal_alignment="center"):
        st.button(
            t("Import products"),
            icon=":material/upload:",
            type="primary",
            key="import-products",
            on_click=_open_wizard,
        )
        if has_samples():
            st.button(
                t("Try with the sample catalog"),
                icon=":material/auto_awesome:",
                key="samples",
                on_click=import_samples,
            )
