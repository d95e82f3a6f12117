"""Keeps the keyboard whole in dialogs; part of the pages' frame (main.py)."""

from pathlib import Path

import streamlit as st

# By itself: every page waits for it, and of what components share it needs nothing.
_render = st.components.v2.component(
    "comptoir.dialog_focus",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def guide_focus() -> None:
    """Let Tab reach our components in dialogs, and give back the focus when they close."""
    _render(key="dialog-focus")
