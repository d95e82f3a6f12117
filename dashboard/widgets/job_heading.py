"""The heading of a part of a job's panel."""

import streamlit as st


def show_heading(text: str) -> None:
    """Streamlit makes the headings of a panel smaller than what stands below them."""
    st.markdown(f"**{text}**")
