"""Keeps the keyboard whole in dialogs; part of the pages' frame (main.py)."""

from dashboard.widgets.components import load_component

_render = load_component("dialog_focus")


def guide_focus() -> None:
    """Let Tab reach our components in dialogs, and give back the focus when they close."""
    _render(key="dialog-focus")
