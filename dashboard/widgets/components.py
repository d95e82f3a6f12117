"""Loads our own components: each a script and a style beside this file, on top of `parts.*`."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def load_component(name: str) -> ComponentRenderer:
    """The component whose script is `<name>.js` and whose style is `<name>.css`."""
    return st.components.v2.component(
        f"comptoir.{name}",
        css=_read_parts(name, "css"),
        js=_read_parts(name, "js"),
    )


def _read_parts(name: str, suffix: str) -> str:
    files = (HERE / f"parts.{suffix}", HERE / f"{name}.{suffix}")
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
