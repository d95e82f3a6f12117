"""Which of the house's colours a diagram takes: those of the theme that the reader sees.

Streamlit puts its own theme over a diagram unless it is told not to (`theme=None`); all diagrams
are drawn with `house_layout` and without that theme.
"""

import streamlit as st

from pipeline.diagrams import DARK, LIGHT, Palette, house_layout

__all__ = ["DARK", "LIGHT", "Palette", "current_palette", "house_layout"]


def current_palette() -> Palette:
    """The palette of the theme that the reader sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT
