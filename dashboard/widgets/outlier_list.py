"""Products that look misplaced, by category, and what a person decides about each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import t, tn
from dashboard.widgets.analysis_data import load_found, load_products
from dashboard.widgets.category_change import change_category
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_whole
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.product_rows import present_product
from dashboard.widgets.sheets import read_sheet, show_sheets
from dashboard.widgets.store_access import explain
from pipeline.catalog.analysis.outliers import Doubt, confirm_category, read_doubts
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import CatalogAnalysis, Product
from pipeline.settings import get_settings
from pipeline.store import write_session

PER_PAGE = 24
KEY = "outliers"
PAGE = "outliers-page"
CATEGORY = "in"
# What the choice holds for all of them; no category is called so.
ALL = ""
_CHOSEN = "outliers-category"
# From this score on another category claims a product so much more that it hardly is its own.
SURE = 0.5

_render = load_component("outlier_cards")


def show_outliers(last: CatalogAnalysis) -> None:
    """Those that nobody decided about, the surest first."""
    doubts = load_found(last, read_doubts)
    if not doubts:
        show_empty_state(
            "task_alt",
            t("Nothing looks misplaced"),
            t(
                "Every product looks like its category, or somebody said that it belongs there. "
                "Categories of fewer than three products are not judged."
            ),
            key="no-doubts",
        )
        return
    chosen = _show_choice(doubts)
    left = [one for one in doubts if chosen in (ALL, one.category)]
    start = min(read_sheet(PAGE) - 1, (len(left) - 1) // PER_PAGE) * PER_PAGE
    shown = left[start : start + PER_PAGE]
    products = load_products(one.ref for one in shown)
    rows = [_present(one, products) for one in shown if one.ref in products]
    _render(data={"rows": rows, "mayDecide": may("submit")}, key=KEY, on_act_change=_act)
    show_sheets(PAGE, -(-len(left) // PER_PAGE))


def _show_choice(doubts: Sequence[Doubt]) -> str:
    counted = Counter(one.category for one in doubts)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="outliers-line",
    ):
        said = tn("{n} product looks misplaced", "{n} products look misplaced", len(doubts))
        st.caption(said, width="content")
        names = [ALL, *(name for name, _ in counted.most_common())]
        asked = st.query_params.get(CATEGORY)
        # The address decides, so that the way back shows it too.
        st.session_state[_CHOSEN] = asked if asked in names else ALL
        return str(
            st.selectbox(
                t("Category"),
                names,
                format_func=lambda name: _say_choice(name, counted),
                key=_CHOSEN,
                on_change=_narrow,
                label_visibility="collapsed",
                width=240,
            )
        )


def _say_choice(name: str, counted: Mapping[str, int]) -> str:
    return t("All categories") if name == ALL else f"{name} ({show_whole(counted[name])})"


def _narrow() -> None:
    chosen = st.session_state[_CHOSEN]
    st.query_params.pop(CATEGORY, None)
    st.query_params.pop(PAGE, None)
    if chosen != ALL:
        st.query_params[CATEGORY] = chosen


def _present(doubt: Doubt, products: Mapping[int, Product]) -> dict[str, Any]:
    sure = doubt.score >= SURE
    return present_product(products[doubt.ref], utc_now()) | {
        "category": doubt.category,
        "looksLike": doubt.looks_like,
        "state": {
            "label": t("Most likely") if sure else t("Perhaps"),
            "icon": "priority_high" if sure else "help",
            "colour": "orange" if sure else "gray",
            "spins": False,
        },
    }


def _act() -> None:
    asked = st.session_state[KEY].get("act")
    if not asked:
        return
    if asked["act"] == "move":
        change_category([asked["id"]], asked["category"])
    elif asked["act"] == "right":
        _confirm(asked["id"])


def _confirm(product_id: str) -> None:
    try:
        with write_session(get_settings()) as session:
            confirm_category(session, product_id, utc_now(), act_as())
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    st.toast(t("It stays where it is and is not shown here again."), icon=":material/check:")
