"""The choice among the parts of a page, side by side; the address says which is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.language import t


@dataclass(frozen=True)
class Part:
    """What a part is called (a text for `t`), and its icon."""

    label: str
    icon: str


def show_view_choice(
    page: str, parts: Mapping[str, Part], shown: str, go: Callable[[str], None]
) -> None:
    """Offer the `parts` of `page` by name; `go` puts the chosen one into the address."""
    key = f"{page}-view"
    # The address decides which is chosen, so that the way back shows it too.
    st.session_state[key] = shown
    st.segmented_control(
        t("View"),
        list(parts),
        required=True,
        format_func=lambda name: f":material/{parts[name].icon}: {t(parts[name].label)}",
        key=key,
        on_change=lambda: go(st.session_state[key]),
        label_visibility="collapsed",
    )
