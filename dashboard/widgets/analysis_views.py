"""The three views of the insights: their names, what they are for, and the choice among them."""

from dataclasses import dataclass

import streamlit as st

from dashboard.language import N_
from dashboard.widgets import view_choice
from dashboard.widgets.view_choice import Part
from pipeline.catalog.analysis.results import ANALYSES, AnalysisKind

PARAMETER = "view"


@dataclass(frozen=True)
class View(Part):
    """What a view is called, and what it says before anything was computed."""

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
    view_choice.show_view_choice("insights", {**VIEWS}, read_view(), _go)


def _go(view: str) -> None:
    # What belongs to one view is not in the address of another.
    st.query_params.from_dict({PARAMETER: view})
