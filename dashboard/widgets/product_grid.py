"""Many products as a grid of pictures or a dense list, with what is done to several of them."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from dashboard.access.current import may
from dashboard.widgets.components import load_component

_render = load_component("product_grid")

View = Literal["grid", "list"]


def show_grid(
    rows: Sequence[dict[str, Any]],
    *,
    view: View,
    key: str,
    selection_round: int,
    on_act: Callable[[str, list[str]], None],
) -> None:
    """Rows of `product_rows.present_product`; `on_act` is called before the next draw.

    Another `selection_round` than before empties the selection, as after a deletion.
    """

    def answer() -> None:
        asked = st.session_state[key].get("act")
        if asked:
            on_act(asked["act"], list(asked["ids"]))

    data = {
        "rows": list(rows),
        "view": view,
        "round": selection_round,
        "mayDelete": may("submit"),
    }
    _render(data=data, key=key, on_act_change=answer)
