"""Loads our own components: each a script and a style beside this file, on top of `parts.*`."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def load_component(name: str, *, built_of: tuple[str, ...] = ()) -> ComponentRenderer:
    """The component whose script is `<name>.js` and whose style is `<name>.css`.

    `built_of` names files that it shares with others, or that it is split into; a file may have a
    script, a style or both. All end up in one module, so that no two may use the same name.
    """
    files = ("parts", *built_of, name)
    return st.components.v2.component(
        f"comptoir.{name}", css=_read(files, "css"), js=_read(files, "js")
    )


def _read(names: tuple[str, ...], suffix: str) -> str:
    files = (HERE / f"{name}.{suffix}" for name in names)
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())
