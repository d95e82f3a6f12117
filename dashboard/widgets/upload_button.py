"""The words on the button of Streamlit's file uploader, which are English whatever we say."""

import json

import streamlit as st


def name_upload_button(key: str, words: str) -> None:
    """Write `words` on the button of the uploader in the container whose key begins with `key`."""
    label = f'[class*="st-key-{key}"] button [data-testid="stMarkdownContainer"]'
    # Not taken away: axe does not hear words that come from a style.
    hide = f"{label} p {{ font-size: 0 }}"
    show = f"{label}::after {{ content: {json.dumps(words)} }}"
    st.html(f"<style>{hide} {show}</style>")
