"""The top of a page: its title, its purpose in one line, the primary action at the right."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def show_header(title: str, purpose: str) -> DeltaGenerator:
    """Draw the title line and return the place for its action."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="page-header"):
        with st.container(gap="xxsmall", width="stretch"):
            st.title(title, anchor=False)
            st.caption(purpose)
        return st.container(
            horizontal=True, vertical_alignment="center", width="content", key="page-action"
        )
