"""Which of the house's colours a diagram takes: those of the theme that the reader sees.

Streamlit puts its own theme over a diagram unless it is told not to (`theme=None`); all diagrams
are drawn with `house_layout` and without that theme.
"""

from typing import Any

import streamlit as st
from babel import Locale

from dashboard.language import DEFAULT_LANGUAGE, N_, current_language, current_locale, t
from pipeline.diagrams import DARK, LIGHT, Palette, house_layout

__all__ = ["DARK", "LIGHT", "Palette", "current_palette", "house_language", "house_layout"]

# What Plotly says on its buttons and in its hints, by its own English.
_TEXTS = (
    N_("Zoom"),
    N_("Pan"),
    N_("Box Select"),
    N_("Lasso Select"),
    N_("Zoom in"),
    N_("Zoom out"),
    N_("Autoscale"),
    N_("Reset axes"),
    N_("Double-click to zoom back out"),
)


def current_palette() -> Palette:
    """The palette of the theme that the reader sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def house_language() -> dict[str, Any]:
    """What the configuration of a diagram needs to speak the language of the page.

    See https://plotly.com/javascript/configuration-options/ (locales).
    """
    language = current_language()
    if language == DEFAULT_LANGUAGE:
        return {}
    spoken = {"dictionary": {text: t(text) for text in _TEXTS}, "format": _formats()}
    return {"locale": language, "locales": {language: spoken}}


def _formats() -> dict[str, Any]:
    locale = Locale.parse(current_locale())
    symbols = locale.number_symbols["latn"]
    days, months = locale.days["format"], locale.months["format"]
    # Plotly counts days from Sunday, Babel from Monday.
    week = (6, 0, 1, 2, 3, 4, 5)
    return {
        "days": [days["wide"][day] for day in week],
        "shortDays": [days["abbreviated"][day] for day in week],
        "months": [months["wide"][month] for month in range(1, 13)],
        "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        "date": "%d/%m/%Y",
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
    }
