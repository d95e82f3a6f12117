"""The three views of the insights: their names, what they are for, and the choice among them."""

from dataclasses import dataclass

import streamlit as st

from dashboard.language import N_, t
from pipeline.catalog.analysis.results import ANALYSES, AnalysisKind

PARAMETER = "view"

_CHOSEN = "insights-view"


@dataclass(frozen=True)
class View:
    """What a view is called, and what it says before anything was computed."""

    label: str
    icon: str
    purpose: str
    invitation: str
    button: str


VIEWS: dict[AnalysisKind, View] = {
    "duplicates": View(
        N_("Duplicates"),
        "content_copy",
        N_("Products with the same picture, or nearly the same one."),
        N_(
            "Every picture is compared with every other. Copies that were resized, cropped, "
            "recompressed or brightened are found too."
        ),
        N_("Find duplicates"),
    ),
    "map": View(
        N_("Map"),
        "scatter_plot",
        N_("Every product as a dot; what looks and reads alike lies side by side."),
        N_(
            "The catalog is laid out in two dimensions. Draw around some dots to see their "
            "products and to do something with all of them."
        ),
        N_("Draw the map"),
    ),
    "outliers": View(
        N_("Outliers"),
        "wrong_location",
        N_("Products that look like another category than their own."),
        N_(
            "Each product is compared with its own category and with all others. What seems to "
            "be in the wrong one is listed here."
        ),
        N_("Find outliers"),
    ),
}


def read_view() -> AnalysisKind:
    """The view that the address names; the first one where it names none."""
    named = st.query_params.get(PARAMETER)
    return next((kind for kind in ANALYSES if kind == named), ANALYSES[0])


def show_view_choice() -> None:
    """The three views side by side."""
    # The address decides which is chosen, so that the way back shows it too.
    st.session_state[_CHOSEN] = read_view()
    st.segmented_control(
        t("View"),
        list(ANALYSES),
        required=True,
        format_func=lambda kind: f":material/{VIEWS[kind].icon}: {t(VIEWS[kind].label)}",
        key=_CHOSEN,
        on_change=_go,
        label_visibility="collapsed",
    )


def _go() -> None:
    # What belongs to one view is not in the address of another.
    st.query_params.from_dict({PARAMETER: st.session_state[_CHOSEN]})
