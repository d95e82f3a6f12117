"""What stands where nothing can be shown: what happened, and the way on."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def show_empty_state(icon: str, title: str, text: str, *, key: str) -> DeltaGenerator:
    """A quiet box with an icon and a sentence; returns it, so that a way on can follow."""
    place = st.container(
        key=f"empty-state-{key}", border=True, horizontal_alignment="center", gap="xsmall"
    )
    place.markdown(f":gray[:material/{icon}:]", text_alignment="center")
    place.header(title, anchor=False, text_alignment="center")
    place.markdown(text, text_alignment="center")
    return place
