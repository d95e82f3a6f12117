"""The map of the catalog: dots, what colours them, and what is done to those selected."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.access.current import may
from dashboard.language import t, tn
from dashboard.widgets.analysis_data import load_found
from dashboard.widgets.catalog_acts import act_on_several, selection_round
from dashboard.widgets.category_change import change_category
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_whole
from dashboard.widgets.map_dots import Dots, join_dots
from dashboard.widgets.map_figure import BY_CATEGORY, BY_PRICE, draw_figure
from dashboard.widgets.plotly_template import current_palette, house_language
from dashboard.widgets.product_grid import show_grid
from dashboard.widgets.product_rows import present_product, show_name
from pipeline.catalog.products.find import find_products
from pipeline.catalog.products.listing import list_attributes
from pipeline.clock import utc_now
from pipeline.models import CatalogAnalysis, Product
from pipeline.settings import get_settings
from pipeline.store import read_session

COLOUR = "colour"
PLOT = "product-map"
SHOWN = 48
# As many as one act takes on at once.
MOST_SELECTED = 5_000
OFFERED_ATTRIBUTES = 12
TOOLS = ["zoomIn2d", "zoomOut2d", "autoScale2d", "toImage", "toggleSpikelines"]

_SETTING = "map-set-category"
_COLOUR = "map-colour"
_render_hover = load_component("map_hover")


def show_map(last: CatalogAnalysis) -> None:
    """The dots, and below them the products that are selected."""
    st.fragment(_show)(last)
    if st.session_state.get(_SETTING):
        ask = st.dialog(t("Set category"), icon=":material/sell:", on_dismiss=_forget)
        ask(_ask_category)(st.session_state[_SETTING])


def _show(last: CatalogAnalysis) -> None:
    # In a fragment: a lasso draws the dots and the list anew, not the page around them.
    field = _show_colour_choice()
    dots = load_found(last, lambda session, result: join_dots(session, result, field))
    if not dots.ids:
        show_empty_state(
            "scatter_plot",
            t("Nothing on the map"),
            t("Its products are gone. It has to be computed again."),
            key="no-dots",
        )
        return
    chosen = _show_dots(dots, field)
    _show_chosen(chosen)


def _show_colour_choice() -> str:
    with read_session(get_settings()) as session:
        attributes = list_attributes(session)[:OFFERED_ATTRIBUTES]
    names = [BY_CATEGORY, BY_PRICE, *attributes]
    labels = {BY_CATEGORY: t("Category"), BY_PRICE: t("Price")}
    asked = st.query_params.get(COLOUR)
    # The address decides, so that the way back shows it too.
    st.session_state[_COLOUR] = asked if asked in names else BY_CATEGORY
    with st.container(horizontal=True, vertical_alignment="center", key="map-line"):
        chosen = st.selectbox(
            t("Colour by"),
            names,
            format_func=lambda name: t("Colour: {field}", field=labels.get(name, show_name(name))),
            key=_COLOUR,
            on_change=_keep_colour,
            label_visibility="collapsed",
            width=220,
        )
        said = t("Draw around dots to select them; double-click to clear the selection.")
        st.caption(said, width="content")
    return str(chosen)


def _keep_colour() -> None:
    st.query_params[COLOUR] = st.session_state[_COLOUR]


def _show_dots(dots: Dots, field: str) -> list[str]:
    """Draw the dots and return the ids of those that are selected."""
    figure = draw_figure(dots, field, current_palette())
    with st.container(key="map-plot"):
        state = st.plotly_chart(
            figure,
            theme=None,
            height=560,
            key=f"{PLOT}-{selection_round()}",
            on_select="rerun",
            selection_mode=("lasso", "box", "points"),
            config={
                "scrollZoom": True,
                "displaylogo": False,
                "modeBarButtonsToRemove": TOOLS,
                **house_language(),
            },
            alt=tn("Map of {n} product", "Map of {n} products", len(dots.ids)),
        )
    _render_hover(data={"muted": len(dots.ids)}, key="map-hover")
    return _selected(state)


def _selected(state: Any) -> list[str]:
    points = state["selection"]["points"] if state else []
    ids = [str(point["customdata"][0]) for point in points if point.get("customdata")]
    return list(dict.fromkeys(ids))


def _show_chosen(product_ids: Sequence[str]) -> None:
    if not product_ids:
        return
    shown = _load(product_ids[:SHOWN])
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="map-chosen",
    ):
        st.caption(_say_chosen(len(product_ids)), width="content")
        with st.container(horizontal=True, width="content"):
            if may("submit"):
                _show_acts(product_ids)
    now = utc_now()
    show_grid(
        [present_product(product, now) for product in shown],
        view="grid",
        key="map-products",
        selection_round=selection_round(),
        on_act=act_on_several,
    )


def _say_chosen(count: int) -> str:
    said = tn("{n} product selected", "{n} products selected", count)
    if count <= SHOWN:
        return said
    shown = t("the first {n} are shown", n=show_whole(SHOWN))
    return f"{said} · {shown}"


def _show_acts(product_ids: Sequence[str]) -> None:
    many = len(product_ids) > MOST_SELECTED
    if st.button(t("Set category"), icon=":material/sell:", key="map-set", disabled=many):
        st.session_state[_SETTING] = list(product_ids)
        st.rerun()
    if st.button(
        tn("Delete {n} product", "Delete {n} products", len(product_ids)),
        icon=":material/delete:",
        key="map-delete",
        disabled=many,
    ):
        act_on_several("delete", product_ids)
        st.rerun()


def _load(product_ids: Sequence[str]) -> list[Product]:
    with read_session(get_settings()) as session:
        found = find_products(session, product_ids)
    return [found[one] for one in product_ids if one in found]


def _forget() -> None:
    st.session_state.pop(_SETTING, None)


def _ask_category(product_ids: Sequence[str]) -> None:
    count = len(product_ids)
    with st.form("map-category", border=False):
        name = st.text_input(t("Category"), placeholder=t("Shoes")).strip()
        st.caption(t("Each change is written into the history of its product."))
        label = tn("Move {n} product there", "Move {n} products there", count)
        if not st.form_submit_button(label, type="primary"):
            return
    change_category(product_ids, name or None)
    _forget()
    st.rerun()
