"""Insights: the whole catalog at a glance, one of three views under `?view=`."""

import streamlit as st

from dashboard.language import t
from dashboard.widgets.analysis_standing import show_standing
from dashboard.widgets.analysis_views import VIEWS, read_view, show_view_choice
from dashboard.widgets.catalog_acts import show_asked, show_deleted
from dashboard.widgets.duplicate_list import show_duplicates
from dashboard.widgets.headers import show_header
from dashboard.widgets.outlier_list import show_outliers
from dashboard.widgets.product_map import show_map
from dashboard.widgets.store_access import calm
from pipeline.catalog.analysis.results import AnalysisKind
from pipeline.errors import NotFoundError
from pipeline.models import CatalogAnalysis

DRAW = {"duplicates": show_duplicates, "map": show_map, "outliers": show_outliers}


@calm
def show_insights() -> None:
    """The title, the choice of a view, how old it is, and what was found."""
    view = read_view()
    action = show_header(t("Insights"), t(VIEWS[view].purpose))
    action.page_link(
        "app_pages/catalog.py", label=t("Catalog"), icon=":material/arrow_back:", width="content"
    )
    show_view_choice()
    # A place of its own, so that what follows does not move to another one when it empties.
    with st.container():
        show_deleted()
    last = show_standing(view)
    if last is not None:
        _draw(view, last)
    show_asked()


def _draw(view: AnalysisKind, last: CatalogAnalysis) -> None:
    try:
        DRAW[view](last)
    except NotFoundError:
        said = t("What was found is no longer kept. It has to be computed again.")
        st.warning(said, icon=":material/info:")


show_insights()
