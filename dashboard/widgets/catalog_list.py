"""The catalog's list: what narrows it, its products, and what is done to several of them."""

import streamlit as st

from dashboard.widgets.catalog_acts import act_on_several, selection_round, show_deleted
from dashboard.widgets.catalog_data import (
    ORDERS,
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
    LOOK,
    LOOK_KEY,
    ORDER,
    SHEET,
    WORDS,
    clear_filters,
    forget_import,
    go_to_first_sheet,
    keep_look,
    read_look,
)
from dashboard.widgets.catalog_import_notice import show_import_notice
from dashboard.widgets.catalog_samples import has_samples, import_samples
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_count
from dashboard.widgets.headers import show_header
from dashboard.widgets.product_grid import show_grid
from dashboard.widgets.product_rows import present_product
from dashboard.widgets.sheets import show_sheets
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now

INSIGHTS_PAGE = "app_pages/catalog_insights.py"
# About as high as what comes.
RAIL_PX, SHEET_PX = 420, 640
LOOKS = {"Grid": ":material/grid_view:", "List": ":material/view_list:"}
PURPOSE = "What you sell, found again by words, by picture, by example."


@calm
def show_catalog() -> None:
    """Everything under the title; the empty state where there is no product at all."""
    action = show_header("Catalog", PURPOSE)
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
    if st.button("Insights", icon=":material/insights:", key="insights"):
        st.switch_page(INSIGHTS_PAGE)
    st.link_button("Export", export_address(), icon=":material/download:", key="export-products")
    st.button(
        "Import",
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
            "Search",
            key=WORDS,
            bind="query-params",
            type="search",
            live=True,
            icon=":material/search:",
            placeholder="Words or product id",
            label_visibility="collapsed",
            on_change=go_to_first_sheet,
            width=320,
        )
        st.space("stretch")
        st.selectbox(
            "Order",
            list(ORDERS),
            key=ORDER,
            bind="query-params",
            label_visibility="collapsed",
            on_change=go_to_first_sheet,
            width=190,
        )
        # The address decides, so that the way back shows it too.
        st.session_state[LOOK_KEY] = "List" if st.query_params.get(LOOK) == "list" else "Grid"
        st.segmented_control(
            "Look",
            list(LOOKS),
            format_func=LOOKS.__getitem__,
            required=True,
            key=LOOK_KEY,
            label_visibility="collapsed",
            on_change=keep_look,
        )


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
        st.caption(show_count(sheet.total, "product", "products"), width="content")
        if IMPORT in st.query_params:
            st.button(
                "Of one import",
                icon=":material/close:",
                help="Show the products of every import",
                on_click=forget_import,
                key="forget-import",
            )


def _show_unmatched() -> None:
    place = show_empty_state(
        "search_off", "No product matches", "Loosen the filters to see more.", key="unmatched"
    )
    place.button("Clear filters", icon=":material/filter_alt_off:", on_click=clear_filters)


def _show_empty() -> None:
    place = show_empty_state(
        "shoppingmode",
        "No products yet",
        "Bring a table from your shop or a supplier: CSV, Excel or JSON Lines, with the pictures "
        "in a ZIP, in a folder, or behind addresses. You see what will happen before it does.",
        key="catalog",
    )
    with place.container(horizontal=True, horizontal_alignment="center"):
        st.button(
            "Import products",
            icon=":material/upload:",
            type="primary",
            key="import-products",
            on_click=_open_wizard,
        )
        if has_samples():
            st.button(
                "Try with the sample catalog",
                icon=":material/auto_awesome:",
                key="samples",
                on_click=import_samples,
            )
